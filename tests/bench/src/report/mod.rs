//! `docs/performance.md`: its tables between marks, and its plots, made of the figures of one run.

mod plots;
mod tables;

use crate::error::CannotRun;
use serde_json::Value;
use std::path::Path;

/// The document, in the folder of documents.
const DOCUMENT: &str = "performance.md";
/// The folder of its figures and plots.
const FOLDER: &str = "performance";
/// The figures as they were measured.
const FIGURES: &str = "figures.json";

/// Write the figures, the plots and the tables into a folder of documents.
///
/// # Errors
/// The figures lack something, the document lacks a mark, or nothing can be written.
pub fn write(figures: &Value, docs: &Path) -> Result<(), CannotRun> {
    let folder = docs.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(FIGURES), format!("{figures:#}\n"))?;
    for (name, plot) in plots::all(figures)? {
        std::fs::write(folder.join(name), plot)?;
    }
    let document = docs.join(DOCUMENT);
    let text = std::fs::read_to_string(&document)?;
    std::fs::write(document, with_tables(&text, figures)?)?;
    Ok(())
}

/// Whether the document says what its figures say; an error names the table that is stale.
///
/// # Errors
/// Something cannot be read, or differs.
pub fn check(docs: &Path) -> Result<(), CannotRun> {
    let figures = std::fs::read_to_string(docs.join(FOLDER).join(FIGURES))?;
    let figures: Value = serde_json::from_str(&figures).map_err(CannotRun::because)?;
    let text = std::fs::read_to_string(docs.join(DOCUMENT))?;
    if with_tables(&text, &figures)? != text {
        return Err(CannotRun::new(format!("{DOCUMENT} says something else than {FOLDER}/{FIGURES}")));
    }
    for (name, plot) in plots::all(&figures)? {
        if std::fs::read_to_string(docs.join(FOLDER).join(name))? != plot {
            return Err(CannotRun::new(format!("{FOLDER}/{name} shows something else than {FOLDER}/{FIGURES}")));
        }
    }
    Ok(())
}

/// The document with every table written anew.
fn with_tables(text: &str, figures: &Value) -> Result<String, CannotRun> {
    let mut text = text.to_owned();
    for (name, table) in tables::all(figures)? {
        let (begin, end) = (format!("<!-- figures: {name} -->\n"), "<!-- end of figures -->");
        let missing = || CannotRun::new(format!("{DOCUMENT} has no place for the figures of {name}"));
        let (before, rest) = text.split_once(&begin).ok_or_else(missing)?;
        let (_, after) = rest.split_once(end).ok_or_else(missing)?;
        text = format!("{before}{begin}\n{table}\n{end}{after}");
    }
    Ok(text)
}

/// A whole number out of the figures, by the names on the way to it.
fn number(figures: &Value, path: &[&str]) -> Result<u64, CannotRun> {
    let found = path.iter().try_fold(figures, |value, name| value.get(*name));
    found.and_then(Value::as_u64).ok_or_else(|| CannotRun::new(format!("the figures lack {}", path.join("."))))
}

/// A list out of the figures.
fn list<'a>(figures: &'a Value, name: &str) -> Result<&'a [Value], CannotRun> {
    let found = figures.get(name).and_then(Value::as_array);
    found.map(Vec::as_slice).ok_or_else(|| CannotRun::new(format!("the figures lack {name}")))
}
