//! A released contract is frozen: what was built against it keeps working.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::path::{Path, PathBuf};
use wit_component::semver_check;
use wit_parser::{Resolve, UnresolvedPackageGroup, WorldId};

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
}

/// All files of a folder as one text, in order of their names.
fn text(folder: &Path) -> String {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wit"));
    files.sort();
    let texts: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let package = "package flexybox:accounting@0.1.0;";
    assert!(!texts.is_empty() && texts.iter().all(|text| text.contains(package)), "{}", folder.display());
    format!("{package}\n{}", texts.join("\n").replace(package, ""))
}

fn push(resolve: &mut Resolve, text: &str) -> WorldId {
    let package = resolve.push_group(UnresolvedPackageGroup::parse("contract.wit", text).unwrap()).unwrap();
    resolve.select_world(&[package], Some("connector")).unwrap()
}

/// Whether a component built against the frozen contract fits `new`.
fn check(new: &str) -> Result<(), String> {
    let mut resolve = Resolve::default();
    // Two packages of one name and version cannot be compared side by side; the check itself ignores versions.
    let frozen = push(&mut resolve, &text(&wit().join("since-0.1.0")).replace("@0.1.0", "@0.0.1"));
    let new = push(&mut resolve, new);
    semver_check(resolve, frozen, new).map_err(|error| format!("{error:#}"))
}

#[test]
fn connectors_built_against_0_1_0_fit_the_contract_of_today() {
    check(&text(&wit()))
        .expect("wit/ has an incompatible change: put it into a new version and freeze that beside the old one");
}

#[test]
fn a_new_import_breaks_nobody() {
    let grown = text(&wit()).replace("  import log;", "  import log;\n  import calendar;")
        + "\ninterface calendar { is-holiday: func(day: string) -> bool; }";
    check(&grown).unwrap();
}

#[test]
fn a_new_field_a_new_case_and_a_new_parameter_are_noticed() {
    let today = text(&wit());
    for (old, new) in [
        ("    number: string,", "    number: string,\n    nickname: string,"),
        ("    uncertain,", "    uncertain,\n    lost,"),
        (
            "catch-up: func(context: context, cursor: option<string>)",
            "catch-up: func(context: context, cursor: option<string>, most: u32)",
        ),
        ("  export upkeep;", "  export upkeep;\n  export audit;"),
    ] {
        let changed = today.replacen(old, new, 1) + "\ninterface audit { trail: func() -> string; }";
        assert_ne!(today.len(), changed.len());
        assert!(today.contains(old), "{old}");
        assert!(check(&changed).is_err(), "went unnoticed: {new}");
    }
}

#[test]
fn every_item_of_the_contract_is_documented() {
    let mut undocumented = Vec::new();
    for entry in std::fs::read_dir(wit()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wit") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut documented = false;
        for line in text.lines().map(str::trim) {
            let needs = !line.is_empty()
                && !["package ", "use ", "}", "import ", "export ", "///", "//"]
                    .iter()
                    .any(|start| line.starts_with(start));
            if needs && !documented {
                undocumented.push(format!("{}: {line}", path.file_name().unwrap().display()));
            }
            documented = line.starts_with("///");
        }
    }
    assert!(undocumented.is_empty(), "{}", undocumented.join("\n"));
}
