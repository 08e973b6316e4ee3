//! What came of a run, read from what libFuzzer says, and how it is told.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A run that has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ran {
    target: String,
    program: PathBuf,
    log: PathBuf,
    executions: u64,
    per_second: u64,
    /// Edges of the members' code that were reached.
    edges: u64,
    /// Inputs that were kept for reaching something of their own.
    inputs: u64,
    /// Inputs that are new.
    new: u64,
    /// Whether the program ended as it should.
    ended_well: bool,
    /// The input that broke a law.
    broken: Option<PathBuf>,
    /// What the law said.
    said: String,
}

impl Ran {
    /// Reads the log of a run.
    pub(super) fn read(target: &str, program: &Path, ended_well: bool, text: &str, log: &Path) -> Self {
        let stat = |name: &str| {
            let line = text.lines().rev().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
            line.and_then(|rest| rest.trim_start_matches(':').trim().parse().ok()).unwrap_or(0)
        };
        let reached = |name: &str| -> u64 {
            let line = text.lines().rev().find(|line| line.starts_with('#') && line.contains(name));
            let after = line.and_then(|line| line.split(name).nth(1)).unwrap_or_default().trim_start();
            after.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        let broken = text.lines().find_map(|line| line.split("Test unit written to ").nth(1)).map(PathBuf::from);
        Self {
            target: target.to_owned(),
            program: program.to_owned(),
            log: log.to_owned(),
            executions: stat("number_of_executed_units"),
            per_second: stat("average_exec_per_sec"),
            edges: reached(" cov: "),
            inputs: reached(" corp: "),
            new: stat("new_units_added"),
            ended_well,
            broken,
            said: said(text),
        }
    }

    /// Whether no law was broken.
    pub(super) fn holds(&self) -> bool {
        self.ended_well && self.broken.is_none()
    }

    /// The run in a few words.
    pub(super) fn in_short(&self) -> String {
        let how = if self.holds() { "no law broken" } else { "A LAW WAS BROKEN" };
        format!("{how}; {} executions, {} edges", grouped(self.executions), grouped(self.edges))
    }

    /// For a run that found something: what, where, and what to do with it.
    pub(super) fn how_to_go_on(&self, root: &Path) -> String {
        let here = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        let target = &self.target;
        let mut text = format!("fuzz: target {target}: {}\n", self.said);
        match &self.broken {
            Some(input) => {
                text.push_str(&format!("  input           {}\n", here(input)));
                text.push_str(&format!("  run it again    {} {}\n", here(&self.program), here(input)));
                text.push_str(&format!(
                    "  when mended     keep it: cp {} tests/fuzz/regressions/{target}/\n",
                    here(input)
                ));
            }
            None => text.push_str("  it left no input behind\n"),
        }
        text.push_str(&format!("  whole output    {}\n", here(&self.log)));
        text
    }
}

/// What was said when a law was broken: what stands behind the line on the panic, or libFuzzer's own word for it.
fn said(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let panic = lines.iter().position(|line| line.contains("panicked at "));
    let law = panic.and_then(|at| lines.get(at + 1)).map(|line| (*line).to_owned());
    let own = || lines.iter().find(|line| line.contains("ERROR: libFuzzer:")).map(|line| (*line).to_owned());
    law.or_else(own).unwrap_or_else(|| "ended badly and said nothing".to_owned())
}

/// All runs as a table.
pub(super) fn table(ran: &[Ran]) -> String {
    let head = ["TARGET", "EXECUTIONS", "A SECOND", "EDGES", "INPUTS", "NEW", "LAWS"].map(str::to_owned);
    let rows = ran.iter().map(|one| {
        let laws = if one.holds() { "hold" } else { "broken" };
        let [executions, per_second, edges, inputs, new] =
            [one.executions, one.per_second, one.edges, one.inputs, one.new].map(grouped);
        [one.target.clone(), executions, per_second, edges, inputs, new, laws.to_owned()]
    });
    let rows: Vec<[String; 7]> = std::iter::once(head).chain(rows).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let line = |row: &[String; 7]| {
        let cells = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  "))
    };
    rows.iter().map(line).collect()
}

/// All runs as JSON.
pub(super) fn json(ran: &[Ran]) -> Value {
    let one = |one: &Ran| {
        json!({
            "target": one.target,
            "executions": one.executions,
            "executions_per_second": one.per_second,
            "edges": one.edges,
            "inputs": one.inputs,
            "new_inputs": one.new,
            "holds": one.holds(),
            "broken_by": one.broken,
            "said": if one.holds() { None } else { Some(&one.said) },
            "log": one.log,
        })
    };
    json!({ "targets": ran.iter().map(one).collect::<Vec<_>>() })
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "INFO: Seed: 1\n#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb\n\
        #40960\tNEW    cov: 2719 ft: 9187 corp: 871/312Kb lim: 1290 exec/s: 6553 rss: 61Mb\n\
        #41000\tDONE   cov: 2719 ft: 9187 corp: 872/312Kb lim: 1290 exec/s: 6553 rss: 61Mb\nDone 41000 runs in 6 second(s)\n\
        stat::number_of_executed_units: 41000\nstat::average_exec_per_sec:     6833\nstat::new_units_added:          12\n";

    fn ran(good: bool, text: &str) -> Ran {
        Ran::read("webhook", Path::new("/w/target/fuzz-webhook"), good, text, Path::new("/w/target/fuzz/log.txt"))
    }

    #[test]
    fn figures_are_read_from_the_log() {
        let ran = ran(true, GOOD);
        assert!(ran.holds());
        assert_eq!((ran.executions, ran.per_second, ran.edges, ran.inputs, ran.new), (41_000, 6_833, 2_719, 872, 12));
        let table = table(&[ran]);
        assert_eq!(table.lines().last(), Some("webhook      41,000     6,833  2,719     872   12  hold"));
    }

    #[test]
    fn a_broken_law_is_told_with_its_input_and_how_to_run_it_again() {
        let text = "#7\tNEW cov: 3 ft: 1 corp: 1/1b\n\nthread '<unnamed>' panicked at tests/fuzz/src/odata.rs:1:1:\n\
            rows were lost\n==1== ERROR: libFuzzer: deadly signal\n\
            artifact_prefix='/w/x'; Test unit written to /w/target/fuzz/webhook/broken-crash-1\n";
        let ran = ran(false, text);
        assert!(!ran.holds());
        let told = ran.how_to_go_on(Path::new("/w"));
        assert!(told.starts_with("fuzz: target webhook: rows were lost\n"), "{told}");
        assert!(told.contains("target/fuzz-webhook target/fuzz/webhook/broken-crash-1\n"), "{told}");
    }

    #[test]
    fn a_program_that_only_ended_badly_does_not_hold() {
        let ran = ran(false, "==1== ERROR: libFuzzer: out-of-memory (used: 2100Mb; limit: 2048Mb)\n");
        assert!(!ran.holds());
        assert!(ran.how_to_go_on(Path::new("/w")).contains("out-of-memory"));
    }
}
