//! The binary: how it starts, what it prints first, how it ends, and what it says about a wrong start.

use rstest::rstest;
use serde_json::{Value, json};
use simulator_kit::Program;
use std::path::PathBuf;
use std::process::{Command, Output};

const GUID: &str = "11111111-2222-4333-8444-555555555555";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_uniconta-sim"));
    command.args(["--company", "12345", "--user", "flexybox", "--api-key", GUID]).args(arguments);
    command.env("UNICONTA_SIM_PASSWORD", "example-password");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn start(arguments: &[&str]) -> Program {
    Program::start(&mut command(arguments)).unwrap()
}

async fn get(url: &str) -> Value {
    let client = reqwest::Client::new();
    let request = client.get(url).basic_auth("0012345/flexybox", Some("example-password"));
    request.header("Accept", "application/json").send().await.unwrap().json().await.unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn the_first_line_says_where_it_listens() {
    let started = start(&[]);
    let url = started.first_line().strip_prefix("uniconta-sim listens on ").unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{started:?}");
    assert_eq!(get(&format!("{url}/odata/12345/GLVatClient")).await["value"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn with_json_the_first_line_is_an_object_and_switches_count() {
    let started = start(&["--json", "--page-size", "1", "--default-company"]);
    let listening: Value = serde_json::from_str(started.first_line()).unwrap();
    let url = listening["listening"].as_str().unwrap();
    assert!(get(&format!("{url}/odata/12345/GLVatClient")).await["@odata.nextLink"].is_string());
}

#[cfg(unix)]
#[rstest]
#[case("INT")]
#[case("TERM")]
fn it_ends_politely(#[case] signal: &str) {
    assert_eq!(start(&[]).end_by(signal).unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_data_file_says_what_the_books_hold() {
    let data = json!({"companies": [{"name": "Min", "rows": {"DebtorClient": [{"Account": "007"}]}}]});
    let path = file("good.json", &data.to_string());
    let started = start(&["--data", path.to_str().unwrap()]);
    let url = started.first_line().strip_prefix("uniconta-sim listens on ").unwrap();
    let rows = get(&format!("{url}/api/Entities/DebtorClient")).await;
    assert_eq!((&rows[0]["Account"], &rows[0]["RowId"]), (&json!("007"), &json!(1001)));
}

#[rstest]
#[case("not-json", "{", "cannot be used")]
#[case("unknown-key", r#"{"company": 1}"#, "unknown field `company`")]
#[case("unknown-entity", r#"{"companies":[{"rows":{"Debtor":[]}}]}"#, "there is no entity Debtor")]
#[case(
    "unknown-property",
    r#"{"companies":[{"rows":{"DebtorClient":[{"Account":"1","Nam":"x"}]}}]}"#,
    "no property Nam"
)]
#[case(
    "bad-reference",
    r#"{"companies":[{"rows":{"DebtorClient":[{"Account":"1","Group":"x"}]}}]}"#,
    "on property Group"
)]
#[case("twice", r#"{"companies":[{"rows":{"DebtorClient":[{"Account":"1"},{"Account":"1"}]}}]}"#, "KeyExists")]
#[case(
    "row-id",
    r#"{"companies":[{"rows":{"DebtorClient":[{"RowId":7,"Account":"1"},{"RowId":7,"Account":"2"}]}}]}"#,
    "RowId"
)]
#[case("companies", r#"{"companies":[{},{}]}"#, "company 12345 is given twice")]
#[case(
    "clash",
    r#"{"companies":[{"user_fields":{"Debtor":[{"name":"Account","type":"String"}]}}]}"#,
    "\"Account\" cannot be used"
)]
#[case("no-table", r#"{"companies":[{"user_fields":{"Nope":[]}}]}"#, "no table Nope")]
#[case(
    "user-twice",
    r#"{"users":[{"name":"flexybox","password":"x","companies":[]}]}"#,
    "user flexybox is given twice"
)]
#[case(
    "user-company",
    r#"{"users":[{"name":"a","password":"x","companies":[9]}]}"#,
    "company 9, which is not in the data"
)]
#[case("transactions", r#"{"companies":[{"debtors_with_transactions":["1"]}]}"#, "no debtor 1")]
fn a_wrong_data_file_is_told_and_ends_with_2(#[case] name: &str, #[case] text: &str, #[case] expected: &str) {
    let path = file(&format!("{name}.json"), text);
    let output = run(&["--data", path.to_str().unwrap()]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.starts_with("uniconta-sim: ") && message.contains(expected), "{message}");
}

#[rstest]
#[case(&["--data", "/nowhere/file.json"], "cannot be read")]
#[case(&["--page-size", "0"], "1 or more")]
#[case(&["--too-long", "shout"], "refuse")]
#[case(&["--quota", "0"], "0 is not in")]
#[case(&["--hook-argument", ""], "value is required")]
#[case(&["--nope"], "unexpected argument")]
fn a_wrong_start_ends_with_2(#[case] arguments: &[&str], #[case] expected: &str) {
    let output = run(arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_port_in_use_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&["--port", &taken.local_addr().unwrap().port().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("choose another --port"));
}

#[test]
fn help_names_every_input_and_never_the_password() {
    let output = command(&["--help"]).env("UNICONTA_SIM_PASSWORD", "not-to-be-seen").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    for word in [
        "--port",
        "--company",
        "--user",
        "--password",
        "--api-key",
        "--data",
        "UNICONTA_SIM_PASSWORD",
        "[default: distinct]",
    ] {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
    assert!(!help.contains("not-to-be-seen"), "{help}");
}

#[test]
fn the_example_data_it_prints_is_a_data_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_uniconta-sim")).arg("--print-example-data").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(uniconta_sim::Data::parse(&String::from_utf8(output.stdout).unwrap()).is_ok());
}
