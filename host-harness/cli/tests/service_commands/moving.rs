//! `harness migrate` asks until a step is done, and shows what it came to.

use crate::host::host;
use crate::run::{KEY_VARIABLE, harness_with, new_key, said, told};
use rstest::rstest;
use serde_json::{Value, json};

fn migration(state: &str, more: bool, ambiguous: u64) -> Value {
    json!({
        "from": "a", "to": "b", "state": state, "more": more, "begun_ms": 0, "examined_ms": null, "customers": 12,
        "counts": [
            {"class": "link", "customers": 9}, {"class": "create", "customers": 1}, {"class": "ambiguous", "customers": ambiguous},
        ],
        "create_missing": true, "linked": 9, "open": 1, "unsettled": [], "lost_fields": ["Skostørrelse"], "left_behind": [],
    })
}

fn asks(arguments: &[&str], answers: Vec<Value>) -> (std::process::Output, Vec<(String, Value)>) {
    let (url, asked) = host(answers.into_iter().map(|answer| (200, answer)).collect());
    let access = ["--url", &url, "--api-key-env", KEY_VARIABLE];
    let output = harness_with(&[&["migrate"], arguments, &access].concat(), Some(&new_key()));
    let asked = asked.join().unwrap().into_iter();
    let parsed = asked.map(|(line, _, body)| (line, serde_json::from_str(&body).unwrap_or_default()));
    (output, parsed.collect())
}

#[rstest]
#[case(0, 0)]
#[case(2, 1)]
fn a_preview_goes_on_until_all_are_known(#[case] ambiguous: u64, #[case] status: i32) {
    let answers = vec![migration("previewing", true, 0), migration("previewed", false, ambiguous)];
    let (output, asked) = asks(&["preview", "--from", "a", "--to", "b", "--anew"], answers);
    assert_eq!(output.status.code(), Some(status), "{}", said(&output));
    let line = "POST /api/v1/installations/b/migration/preview HTTP/1.1".to_owned();
    let again = json!({"from": "a"});
    assert_eq!(asked, [(line.clone(), json!({"from": "a", "anew": true})), (line, again)]);
    assert!(said(&output).contains("preview: 10 of 12 customers"), "{}", said(&output));
    assert!(told(&output).starts_with("a → b: undersøgt; intet er ændret\n      9  kobles til"), "{}", told(&output));
    assert!(told(&output).contains("uden plads i det nye system: Skostørrelse"), "{}", told(&output));
}

#[rstest]
#[case(0, 0)]
#[case(2, 1)]
fn what_was_applied_is_told_with_how_many_were_left_out(#[case] ambiguous: u64, #[case] status: i32) {
    let arguments = ["apply", "--from", "a", "--to", "b", "--create-missing", "--locale", "en"];
    let (output, asked) = asks(&arguments, vec![migration("applied", false, ambiguous)]);
    assert_eq!(output.status.code(), Some(status), "{}", said(&output));
    assert_eq!(asked[0].1, json!({"from": "a", "create_missing": true, "leave_unsettled": false}));
    let left = format!(
        "9 are linked by now, 1 events are not done, {ambiguous} customers are left out\nFlexyBox must send to b."
    );
    assert!(told(&output).contains(&left), "{}", told(&output));
}

#[test]
fn debtors_that_stay_behind_are_named() {
    let mut answer = migration("undone", false, 0);
    answer["left_behind"] = json!([
        {"customer_id": "C1", "debtor": "D1", "was_there": true}, {"customer_id": "C2", "debtor": "D2\u{1b}[2J", "was_there": false},
    ]);
    let (output, asked) = asks(&["undo", "--from", "a", "--to", "b", "--locale", "en"], vec![answer]);
    assert_eq!((output.status.code(), asked[0].1.clone()), (Some(1), json!({"from": "a"})));
    let told = told(&output);
    assert!(told.contains("debtor D2 [2J was created for customer C2") && !told.contains("D1"), "{told}");
}

#[test]
fn the_list_is_shown_page_by_page() {
    let customer = |id: &str, debtor: &str, by_number: bool| {
        json!({
            "customer_id": id, "number": "7", "class": if debtor.is_empty() { "ambiguous" } else { "link" }, "debtor": debtor,
            "by_number": by_number, "code": "", "message": "", "linked": debtor, "otherwise": false,
        })
    };
    let answers = vec![
        migration("previewed", false, 1),
        json!({"customers": [customer("C1", "7", true)], "next": "C1"}),
        json!({"customers": [customer("C2", "K2", false)], "next": null}),
    ];
    let (output, asked) = asks(&["show", "--to", "b", "--class", "link", "--locale", "en"], answers);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let lines: Vec<&str> = asked.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(lines[1], "GET /api/v1/installations/b/migration/customers?limit=500&class=link HTTP/1.1");
    assert_eq!(lines[2], "GET /api/v1/installations/b/migration/customers?limit=500&class=link&after=C1 HTTP/1.1");
    let told = told(&output);
    let of = |id: &str| told.lines().find(|line| line.starts_with(id)).unwrap_or_default().to_owned();
    assert!(of("C1").contains("number") && of("C2").contains("CVR or e-mail"), "{told}");
}
