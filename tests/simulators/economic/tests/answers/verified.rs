//! What others saw a live server do is held by tests: the table of it names them, and a test that it names is there.

use std::collections::BTreeSet;
use std::path::Path;

/// The facts, with the table.
const FACTS: &str = include_str!("../../../../../docs/sources/economic.md");
/// The heading above the table.
const HEADING: &str = "## What a live server was seen to do";

/// The rows of the table: what was seen, and the tests that hold it, as `file::name`.
fn rows() -> Vec<(String, Vec<String>)> {
    let (_, below) = FACTS.split_once(HEADING).unwrap();
    let section = below.split("\n## ").next().unwrap();
    let cells = |line: &str| -> Vec<String> {
        let inside = line.strip_prefix('|').unwrap().strip_suffix('|').unwrap();
        inside.split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    let lines = section.lines().filter(|line| line.starts_with('|') && !line.starts_with("|-"));
    lines
        .map(cells)
        .filter(|cells| cells.last().unwrap() != "held by")
        .map(|cells| {
            let [topic, seen, tests] = cells.as_slice() else { panic!("three cells: {cells:?}") };
            let quoted = tests.split('`').skip(1).step_by(2).map(str::to_owned);
            (format!("{topic}: {seen}"), quoted.collect())
        })
        .collect()
}

/// The tests of a file beside this one.
fn tests_of(file: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(format!("{file}.rs"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut is_test = false;
    let mut names = BTreeSet::new();
    for line in text.lines() {
        is_test |= line == "#[test]" || line == "#[rstest]";
        if let (true, Some(rest)) = (is_test, line.strip_prefix("fn ")) {
            names.insert(rest.split('(').next().unwrap().to_owned());
            is_test = false;
        }
    }
    names
}

#[test]
fn every_row_names_tests_that_are_there() {
    let mut wrong = Vec::new();
    for (row, tests) in rows() {
        if tests.is_empty() {
            wrong.push(format!("{row}: no test"));
        }
        for test in tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} is not file::name"));
            if !tests_of(file).contains(name) {
                wrong.push(format!("{row}: there is no {test}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_every_topic_of_both_interfaces() {
    assert_eq!(rows().len(), 19 + 12);
}

#[test]
fn only_tests_count_as_such() {
    let own = tests_of("verified");
    assert!(own.contains("only_tests_count_as_such") && !own.contains("rows"), "{own:?}");
}
