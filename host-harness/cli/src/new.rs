//! `harness new`: a connector to begin with, which works against a simulator from the first minute.
//!
//! What is written is a package of this repository, compiled and tested with everything else, under another name; so what a
//! partner gets cannot be out of date. In JavaScript it is the same connector, less bookkeeping, from the contract alone. It is written beside its place and moved there whole: nothing is ever left half.

mod name;

use crate::answer::{CannotRun, Verdict, print, print_json};
use accounting_conformance::cases;
use clap::ValueEnum;
use include_dir::{Dir, include_dir};
use name::Name;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../scaffold/rust");
static JAVASCRIPT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../scaffold/javascript");
/// The simulator is the same whatever the connector is written in.
const SIMULATOR: &str = "simulator";
/// The contract, and where a language's tools look for it.
const CONTRACT: &str = "wit";
/// Where the table of cases goes in a README.
const CASES: &str = "<!-- cases -->";
/// Where connectors of this repository are.
const PLUGINS: &str = "plugin";

/// Begin a connector: one that works against a simulator, to be changed until it works with your accounting system
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness new my-books
  harness new my-books --dir ~/src
  harness new my-books --dir ~/src --language javascript

Exit status: 0 written, 2 could not run; nothing that is there is ever changed.")]
pub(crate) struct Args {
    /// Its name: a-z, 0-9 and -, beginning with a letter
    name: String,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// The folder it gets its own folder in; plugin/ of the repository unless set. JavaScript is kept outside the repository
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// This repository's folder; where the command is run, or above, unless set
    #[arg(long, value_name = "DIR")]
    repository: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a connector is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Rust, with the kit
    Rust,
    /// JavaScript, from the contract alone
    Javascript,
}

pub(crate) fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let name: Name = args.name.parse().map_err(CannotRun)?;
    let repository = repository(args.repository.as_deref())?;
    let plugins = repository.join(PLUGINS);
    let parent = match &args.dir {
        None => plugins.clone(),
        Some(dir) => dir.canonicalize().map_err(|error| CannotRun(format!("--dir {}: {error}", dir.display())))?,
    };
    let inside = parent == plugins;
    if inside && args.language == Language::Javascript {
        return Err(CannotRun(
            "a connector in JavaScript is no Rust package; keep it elsewhere, with --dir".to_owned(),
        ));
    }
    let folder = parent.join(name.plain());
    if folder.exists() {
        return Err(CannotRun(format!("{} is there already; choose another name or --dir", folder.display())));
    }
    let partial = parent.join(format!(".{}-{}", name.plain(), process::id()));
    let written = write(&partial, &name, &repository, args.language, inside)
        .and_then(|()| fs::rename(&partial, &folder).map_err(|error| cannot_write(&folder, &error)));
    if let Err(error) = written {
        // What is left of it is hidden and named in no list; the first trouble is the one to tell.
        let _left = fs::remove_dir_all(&partial);
        return Err(error);
    }
    let file = format!("{}.wasm", name.plain());
    let component = match args.language {
        Language::Javascript => folder.join(file),
        Language::Rust => (if inside { &repository } else { &folder }).join("target/connectors").join(file),
    };
    if args.json {
        print_json(&json!({"folder": folder, "component": component, "profile": folder.join("conformance.toml")}))?;
    } else {
        print(&next(&repository, &folder, &component, &name, args.language));
    }
    Ok(Verdict::Good)
}

fn next(repository: &Path, folder: &Path, component: &Path, name: &Name, language: Language) -> String {
    let (folder, component) = (folder.display(), component.display());
    let build = match language {
        Language::Rust => format!("cargo xtask component {folder}"),
        Language::Javascript => format!("npm --prefix {folder} ci && npm --prefix {folder} run build"),
    };
    format!(
        "{folder}\n\nIn {repository}:\n  {build}\n  \
         cargo build --release --manifest-path {folder}/Cargo.toml --package {sim}\n  \
         target/release/harness conformance {component} --profile {folder}/conformance.toml\n\n\
         {folder}/README.md says what is left to do.\n",
        repository = repository.display(),
        sim = name.renamed("toy-ledger-sim"),
    )
}

/// The repository: what a connector needs of it is there.
fn repository(named: Option<&Path>) -> Result<PathBuf, CannotRun> {
    let start = match named {
        Some(folder) => folder.canonicalize().map_err(|error| CannotRun(format!("{}: {error}", folder.display())))?,
        None => env::current_dir()?,
    };
    let is_it =
        |folder: &Path| folder.join("plugin/kit/Cargo.toml").is_file() && folder.join("wit/world.wit").is_file();
    let found = start.ancestors().find(|folder| is_it(folder)).map(Path::to_owned);
    found.ok_or_else(|| {
        let place = start.display();
        CannotRun(format!(
            "{place} is not in the repository with plugin/kit and wit; run this there or name it with --repository"
        ))
    })
}

fn write(folder: &Path, name: &Name, repository: &Path, language: Language, inside: bool) -> Result<(), CannotRun> {
    for (path, text) in texts(language)? {
        let mut text = name.renamed(&text).replace(CASES, &list_of_cases());
        match path.to_str() {
            Some("Cargo.toml") if !inside => text.push_str(&own_workspace(repository, "")?),
            Some("conformance.toml") if !inside => {
                text = text.replace("command = [\"", "command = [\"target/release/");
            }
            _ => {}
        }
        put(&folder.join(path), &text)?;
    }
    if language == Language::Javascript {
        put(&folder.join("Cargo.toml"), own_workspace(repository, "members = [\"simulator\"]\n")?.trim_start())?;
        for file in fs::read_dir(repository.join(CONTRACT))?.flatten().map(|entry| entry.path()) {
            let (Some(file_name), true) = (file.file_name(), file.is_file()) else { continue };
            put(&folder.join(CONTRACT).join(file_name), &read(&file)?)?;
        }
    }
    if !inside {
        // The libraries the repository was tested with.
        put(&folder.join("Cargo.lock"), &read(&repository.join("Cargo.lock"))?)?;
        put(&folder.join(".gitignore"), "/target\n/node_modules\n/*.wasm\n")?;
    }
    Ok(())
}

/// The scaffold's files.
fn texts(language: Language) -> Result<Vec<(&'static Path, String)>, CannotRun> {
    let mut files = Vec::new();
    collect(&RUST, &mut files);
    if language == Language::Javascript {
        files.retain(|(path, _)| path.starts_with(SIMULATOR));
        collect(&JAVASCRIPT, &mut files);
    }
    let text = |(path, content): (&'static Path, &[u8])| match std::str::from_utf8(content) {
        Ok(text) => Ok((path, text.to_owned())),
        Err(_) => Err(CannotRun(format!("{} is no text", path.display()))),
    };
    files.into_iter().map(text).collect()
}

fn read(path: &Path) -> Result<String, CannotRun> {
    fs::read_to_string(path).map_err(|error| CannotRun(format!("{}: {error}", path.display())))
}

/// What makes a package outside the repository compile as one inside: versions, lints and profiles from its `Cargo.toml`, the
/// kit by its path. `members` is what the workspace has beside its own package.
fn own_workspace(repository: &Path, members: &str) -> Result<String, CannotRun> {
    let manifest = repository.join("Cargo.toml");
    let text = read(&manifest)?;
    let part = |from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, rest)| rest);
        let part = if to.is_empty() { rest } else { rest.and_then(|rest| rest.split_once(to)).map(|(part, _)| part) };
        part.ok_or_else(|| CannotRun(format!("{}: there is no {from}", manifest.display())))
    };
    let (package, rest) =
        (part("[workspace.package]", "[workspace.dependencies]")?, part("[workspace.lints.rust]", "")?);
    let path = |folder: &str| toml_string(&repository.join(folder));
    Ok(format!(
        "\n[workspace]\n{members}resolver = \"3\"\n\n[workspace.package]{package}[workspace.dependencies]\n\
         accounting-kit = {{ path = {} }}\naccounting-trial = {{ path = {} }}\n\n[workspace.lints.rust]{rest}",
        path("plugin/kit"),
        path("host-harness/trial"),
    ))
}

fn toml_string(path: &Path) -> String {
    // JSON's escapes are TOML's as well.
    json!(path).to_string()
}

fn list_of_cases() -> String {
    let row = |case: &accounting_conformance::Case| {
        let needs = if case.needs.is_empty() { String::new() } else { format!(" ({})", case.needs) };
        format!("- [ ] `{}`{needs}: {}", case.id, case.holds)
    };
    cases().iter().map(row).collect::<Vec<_>>().join("\n")
}

fn collect<'d>(dir: &'d Dir<'_>, files: &mut Vec<(&'d Path, &'d [u8])>) {
    files.extend(dir.files().map(|file| (file.path(), file.contents())));
    dir.dirs().for_each(|dir| collect(dir, files));
}

fn put(path: &Path, text: &str) -> Result<(), CannotRun> {
    let parent = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(parent).and_then(|()| fs::write(path, text)).map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> CannotRun {
    CannotRun(format!("cannot write {}: {error}", path.display()))
}
