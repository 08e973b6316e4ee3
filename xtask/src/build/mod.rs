//! `cargo xtask build`: the connectors as components, and the programs that drive and imitate.
//!
//! Connectors are compiled for the sandbox in a target folder of their own, because two compilers must not share one.
//! The host's programs are compiled in the same profile and with the same features as the tests, so that the engine,
//! by far the longest compile, is compiled once.

pub(crate) mod artifacts;
mod components;
mod guest;
mod host;
mod one;
mod room;
mod seeded;
pub(crate) mod stand_in;

pub(crate) use one::run as one;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::{Map, Value};

use crate::Verdict;
use crate::cli::{BuildArguments, Way};
use crate::progress::Progress;
use crate::toolchain;
use crate::workspace::{HARNESS, Workspace};

/// Everything that was built, by absolute path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Built {
    /// Components of the product, by the connector's name.
    pub(crate) connectors: BTreeMap<String, PathBuf>,
    /// Components that only tests use, by the connector's name.
    pub(crate) test_connectors: BTreeMap<String, PathBuf>,
    /// The host's binary.
    pub(crate) harness: PathBuf,
    /// The folder of the connectors with seeded faults, where those were asked for.
    pub(crate) seeded: Option<PathBuf>,
    /// Simulators by their key.
    pub(crate) simulators: BTreeMap<String, PathBuf>,
    /// The demo, when there is one.
    pub(crate) demo: Option<PathBuf>,
    /// The program that measures, when there is one.
    pub(crate) bench: Option<PathBuf>,
}

/// `cargo xtask build`.
///
/// # Errors
/// When anything cannot be built.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &BuildArguments) -> Result<Verdict> {
    let built = all(workspace, progress)?;
    if arguments.json {
        println!("{}", built.as_json());
    } else {
        print!("{}", built.as_table());
    }
    Ok(Verdict::Good)
}

/// Builds everything, also the connectors with seeded faults, which take minutes and which only one test wants.
///
/// # Errors
/// See [`all`]; a patch that does not apply.
pub(crate) fn all_and_seeded(workspace: &Workspace, progress: &Progress) -> Result<Built> {
    let built = all(workspace, progress)?;
    if !seeded::are_there(workspace) {
        return Ok(built);
    }
    let toolchain = toolchain::obtain(workspace, progress, Way::Auto)?;
    let folder = workspace.target.join("test-connectors/seeded");
    seeded::build(workspace, progress, &toolchain, &folder)?;
    Ok(Built { seeded: Some(folder), ..built })
}

/// Builds everything; what is up to date costs next to nothing.
///
/// # Errors
/// When the toolchain cannot be had, or something does not compile.
pub(crate) fn all(workspace: &Workspace, progress: &Progress) -> Result<Built> {
    ensure!(
        !workspace.connectors.is_empty(),
        "no package of the workspace is a connector ([package.metadata] connector = \"NAME\")"
    );
    let toolchain = toolchain::obtain(workspace, progress, Way::Auto)?;
    let components = |group: &BTreeMap<String, String>, folder: &str| -> Result<BTreeMap<String, PathBuf>> {
        let encode = |(name, package): (&String, &String)| {
            let root = &workspace.root;
            let package = guest::Package { connector: name, name: package, of: workspace, root, flags: &[] };
            let module = guest::compile(workspace, progress, &toolchain, &package)?;
            Ok((name.clone(), components::encode(&workspace.target.join(folder), progress, name, &module)?))
        };
        group.iter().map(encode).collect()
    };
    let connectors = components(&workspace.connectors, "connectors")?;
    let test_connectors = components(&workspace.test_connectors, "test-connectors")?;
    let programs = host::compile(workspace, progress)?;
    Ok(Built { connectors, test_connectors, ..programs })
}

impl Built {
    /// Variables by which tests find what was built.
    pub(crate) fn variables(&self) -> Vec<(String, &Path)> {
        let connectors = self.connectors.iter().chain(&self.test_connectors);
        let connectors = connectors.map(|(name, path)| (format!("CONNECTOR_{}", variable(name)), path));
        let simulators = self.simulators.iter().map(|(key, path)| (variable(key), path));
        let harness = (variable(HARNESS), &self.harness);
        let seeded = self.seeded.iter().map(|folder| ("SEEDED_CONNECTORS".to_owned(), folder));
        connectors.chain(simulators).chain(seeded).chain([harness]).map(|(name, path)| (name, path.as_path())).collect()
    }

    fn as_json(&self) -> Value {
        let text = |path: &PathBuf| Value::from(path.display().to_string());
        let connectors: Map<String, Value> =
            self.connectors.iter().map(|(name, path)| (name.clone(), text(path))).collect();
        let mut object = Map::from_iter([
            ("connectors".to_owned(), Value::Object(connectors)),
            (HARNESS.to_owned(), text(&self.harness)),
        ]);
        object.extend(self.simulators.iter().map(|(key, path)| (key.clone(), text(path))));
        Value::Object(object)
    }

    fn as_table(&self) -> String {
        let connectors = self.connectors.iter().map(|(name, path)| (name.as_str(), path));
        let simulators = self.simulators.iter().map(|(key, path)| (key.as_str(), path));
        let rows: Vec<(&str, String, String)> = connectors
            .chain([(HARNESS, &self.harness)])
            .chain(simulators)
            .map(|(name, path)| (name, size(path), path.display().to_string()))
            .collect();
        let width = rows.iter().map(|(name, _, _)| name.len()).max().unwrap_or(0);
        rows.iter().map(|(name, size, path)| format!("{name:width$}  {size:>10}  {path}\n")).collect()
    }
}

/// The name of an environment variable: upper case, no hyphens.
fn variable(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

/// A file's size in KB, as limits are stated in.
fn size(path: &Path) -> String {
    fs::metadata(path).map_or_else(|_| "?".to_owned(), |metadata| format!("{} KB", metadata.len().div_ceil(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built() -> Built {
        Built {
            connectors: BTreeMap::from([("my-books".into(), "/t/connectors/my-books.wasm".into())]),
            test_connectors: BTreeMap::from([("rogue".into(), "/t/test-connectors/rogue.wasm".into())]),
            harness: "/t/release/harness".into(),
            simulators: BTreeMap::from([("books_sim".into(), "/t/release/books-sim".into())]),
            demo: None,
            bench: None,
            seeded: Some("/t/test-connectors/seeded".into()),
        }
    }

    #[test]
    fn the_json_has_connectors_harness_and_simulators_side_by_side() {
        let expected = serde_json::json!({
            "connectors": { "my-books": "/t/connectors/my-books.wasm" },
            "harness": "/t/release/harness",
            "books_sim": "/t/release/books-sim",
        });
        assert_eq!(built().as_json(), expected);
    }

    #[test]
    fn tests_find_everything_by_variables() {
        let built = built();
        let names: Vec<String> = built.variables().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["CONNECTOR_MY_BOOKS", "CONNECTOR_ROGUE", "BOOKS_SIM", "SEEDED_CONNECTORS", "HARNESS"]);
    }

    #[test]
    fn the_table_has_a_line_for_each_and_lines_up() {
        let table = built().as_table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        let columns: Vec<Option<usize>> = lines.iter().map(|line| line.find("/t/")).collect();
        assert!(columns.iter().all(|column| column.is_some() && *column == columns[0]), "{table}");
    }
}
