//! Adding up what the test programs say.

use std::fmt;

/// The sum over all test programs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, and test programs that ended without saying how many did.
    pub(crate) failed: u64,
    /// Tests that are marked to be left out.
    pub(crate) skipped: u64,
    /// A program has begun and not yet given its result.
    running: bool,
}

impl Totals {
    /// Takes one line of output.
    pub(crate) fn line(&mut self, line: &str) {
        if is_beginning(line) {
            self.end_program();
            self.running = true;
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.running = false;
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
            self.skipped += count(result, "ignored");
        }
    }

    /// A program that began and gave no result has crashed: that is a failure, whatever it would have said.
    pub(crate) fn end_program(&mut self) {
        if std::mem::take(&mut self.running) {
            self.failed += 1;
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// "running 3 tests", which a program says first.
fn is_beginning(line: &str) -> bool {
    let number = line
        .strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test")));
    number.is_some_and(|number| number.parse::<u64>().is_ok())
}

/// The number before a word, as in "ok. 3 passed; 0 failed; …".
fn count(result: &str, word: &str) -> u64 {
    let words: Vec<&str> = result.split([' ', ';', '.']).filter(|part| !part.is_empty()).collect();
    words
        .windows(2)
        .find_map(|pair| match pair {
            [number, name] if *name == word => number.parse().ok(),
            _ => None,
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(text: &str) -> Totals {
        let mut totals = Totals::default();
        text.lines().for_each(|line| totals.line(line));
        totals.end_program();
        totals
    }

    #[test]
    fn programs_and_documentation_tests_are_added_up() {
        let totals = totals(include_str!("../testdata/cargo-test.txt"));
        assert_eq!(totals.to_string(), "7 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn nothing_skipped_is_not_mentioned() {
        let text = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s\n";
        assert_eq!(totals(text).to_string(), "2 passed, 0 failed");
    }

    #[test]
    fn a_program_that_dies_before_its_result_counts_as_failed() {
        assert_eq!(totals("running 2 tests\ntest a ... ok\n").to_string(), "0 passed, 1 failed");
        let then_another = "running 2 tests\nrunning 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(totals(then_another).to_string(), "1 passed, 1 failed");
    }

    #[test]
    fn what_a_test_prints_is_not_taken_for_a_beginning() {
        assert_eq!(totals("running fast tests\nrunning 3 tests of something\n").to_string(), "0 passed, 0 failed");
    }
}
