//! What is printed of a run: a table for people, JSON, and JUnit's XML for whatever collects test results.

use crate::suite::Ran;
use crate::verdict::Verdict;
use host_harness::table::{table, text};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

/// How wide a remark may be in the table, in characters; longer ones stand whole below it.
const REMARK_WIDTH: usize = 70;

/// The table, what failed in full, and a last line with the sum.
pub fn as_table(connector: &str, ran: &[Ran]) -> String {
    let mut overview = table(&["case", "result", "what must hold"]);
    for one in ran {
        let remark = match &one.verdict {
            Verdict::Skipped { reason } => shortened(&format!("{} ({reason})", one.case.holds)),
            _ => one.case.holds.to_owned(),
        };
        overview.add_row([one.case.id.to_owned(), one.verdict.word().to_owned(), remark]);
    }
    let mut out = text(&overview);
    for one in ran.iter().filter(|one| matches!(one.verdict, Verdict::Fails { .. } | Verdict::Skipped { .. })) {
        out.push_str(&format!("\n{} {}\n", one.case.id, one.verdict.word()));
        one.verdict.remark().lines().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    out.push_str(&format!("\n{connector}: {}\n", sum(ran)));
    out
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(REMARK_WIDTH) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn count(ran: &[Ran], word: &str) -> usize {
    ran.iter().filter(|one| one.verdict.word() == word).count()
}

fn sum(ran: &[Ran]) -> String {
    let memory = ran.iter().map(|one| one.peak_memory).max().unwrap_or_default().div_ceil(1024);
    let fuel = ran.iter().map(|one| one.most_fuel).max().unwrap_or_default();
    format!(
        "{} cases, {} hold, {} fail, {} skipped, {} not needed; at most {memory} KiB and {fuel} units of fuel in a call",
        ran.len(),
        count(ran, "holds"),
        count(ran, "fails"),
        count(ran, "skipped"),
        count(ran, "not needed"),
    )
}

/// One JSON object.
pub fn as_json(connector: &str, ran: &[Ran]) -> Value {
    let cases = ran.iter().map(|one| {
        json!({
            "case": one.case.id, "holds": one.case.holds, "result": one.verdict.word(), "remark": one.verdict.remark(),
            "most_fuel": one.most_fuel, "peak_memory": one.peak_memory,
        })
    });
    json!({
        "connector": connector,
        "cases": cases.collect::<Vec<_>>(),
        "hold": count(ran, "holds"),
        "fail": count(ran, "fails"),
        "skipped": count(ran, "skipped"),
        "not_needed": count(ran, "not needed"),
    })
}

/// JUnit's XML.
///
/// # Errors
/// It cannot be written.
pub fn as_junit(connector: &str, ran: &[Ran]) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("conformance");
    let mut suite = TestSuite::new(connector);
    for one in ran {
        let mut status = match &one.verdict {
            Verdict::Holds => TestCaseStatus::success(),
            Verdict::Fails { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Verdict::Skipped { .. } | Verdict::NotNeeded { .. } => TestCaseStatus::skipped(),
        };
        if !matches!(one.verdict, Verdict::Holds) {
            status.set_message(one.verdict.remark());
        }
        let mut case = TestCase::new(one.case.id, status);
        case.set_classname(connector);
        suite.add_test_case(case);
    }
    report.add_test_suite(suite);
    report.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran() -> Vec<Ran> {
        let verdicts = [
            Verdict::Holds,
            Verdict::Fails { seen: "one & two <three>".to_owned() },
            Verdict::Skipped { reason: "no such thing there".to_owned() },
            Verdict::NotNeeded { lacks: "it books no days".to_owned() },
        ];
        let cases = crate::cases().iter().zip(verdicts);
        cases.map(|(case, verdict)| Ran { case: *case, verdict, most_fuel: 7, peak_memory: 2048 }).collect()
    }

    #[test]
    fn the_table_says_what_failed_and_why() {
        let table = as_table("books", &ran());
        assert!(table.contains("one & two <three>") && table.contains("no such thing there"), "{table}");
        assert!(
            table.ends_with(
                "books: 4 cases, 1 hold, 1 fail, 1 skipped, 1 not needed; at most 2 KiB and 7 units of fuel in a call\n"
            ),
            "{table}"
        );
    }

    #[test]
    fn junit_escapes_and_counts() {
        let xml = as_junit("books", &ran()).unwrap();
        assert!(xml.contains("one &amp; two &lt;three&gt;"), "{xml}");
        assert!(
            xml.contains("tests=\"4\"") && xml.contains("failures=\"1\"") && xml.contains("disabled=\"2\""),
            "{xml}"
        );
    }

    #[test]
    fn json_has_a_row_for_each_case() {
        let json = as_json("books", &ran());
        assert_eq!((json["cases"].as_array().unwrap().len(), json["fail"].as_u64()), (4, Some(1)));
    }
}
