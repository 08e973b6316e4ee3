//! The binary: how it starts, what it prints first, and what it says about a wrong start.

use rstest::rstest;
use serde_json::{Value, json};
use simulator_kit::Program;
use std::path::PathBuf;
use std::process::{Command, Output};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_economic-sim"));
    command.args(["--agreement", "123456"]).args(arguments);
    command.env("ECONOMIC_SIM_APP_SECRET", "secret-of-the-app").env("ECONOMIC_SIM_GRANT", "grant-of-the-agreement");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn start(arguments: &[&str]) -> Program {
    Program::start(&mut command(arguments)).unwrap()
}

async fn get(url: &str) -> Value {
    let request = reqwest::Client::new().get(url).header("X-AppSecretToken", "secret-of-the-app");
    request.header("X-AgreementGrantToken", "grant-of-the-agreement").send().await.unwrap().json().await.unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn the_first_line_says_where_it_listens() {
    let started = start(&[]);
    let url = started.first_line().strip_prefix("economic-sim listens on ").unwrap();
    assert_eq!(get(&format!("{url}/self")).await["agreementNumber"], 123_456);
}

#[tokio::test]
async fn with_json_the_first_line_is_an_object_and_switches_count() {
    let started = start(&["--json", "--app-role", "bookkeeping"]);
    let listening: Value = serde_json::from_str(started.first_line()).unwrap();
    let url = listening["listening"].as_str().unwrap();
    assert_eq!(get(&format!("{url}/customers")).await["httpStatusCode"], 403);
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
    let data = json!({"agreements": [{"name": "Min", "rows": {"currencies": [{"code": "DKK"}]}}]});
    let path = file("economic-good.json", &data.to_string());
    let started = start(&["--data", path.to_str().unwrap()]);
    let url = started.first_line().strip_prefix("economic-sim listens on ").unwrap();
    assert_eq!(get(&format!("{url}/currencies")).await["collection"][0]["code"], "DKK");
}

#[rstest]
#[case("not-json", "{", "cannot be used")]
#[case("unknown-key", r#"{"agreement": 1}"#, "unknown field `agreement`")]
#[case("resource", r#"{"agreements":[{"rows":{"shoes":[]}}]}"#, "there is no resource shoes")]
#[case("property", r#"{"agreements":[{"rows":{"currencies":[{"code":"DKK","cod":1}]}}]}"#, "no property cod")]
#[case("no-key", r#"{"agreements":[{"rows":{"currencies":[{"name":"Kroner"}]}}]}"#, "code is missing")]
#[case("twice", r#"{"agreements":[{"rows":{"currencies":[{"code":"DKK"},{"code":"DKK"}]}}]}"#, "given twice")]
#[case("agreements", r#"{"agreements":[{},{"number":123456,"grant":"g"}]}"#, "agreement 123456 is given twice")]
#[case("nameless", r#"{"agreements":[{},{"grant":"g"}]}"#, "has no number")]
#[case("grantless", r#"{"agreements":[{},{"number":2}]}"#, "has no grant")]
#[case("contacts", r#"{"agreements":[{"contacts":{"1":[]}}]}"#, "there is no customer 1")]
#[case("bookings", r#"{"agreements":[{"customers_with_bookings":[1]}]}"#, "there is no customer 1")]
#[case("periods", r#"{"agreements":[{"barred_periods":["march"]}]}"#, "march is not a day")]
fn a_wrong_data_file_is_told_and_ends_with_2(#[case] name: &str, #[case] text: &str, #[case] expected: &str) {
    let path = file(&format!("economic-{name}.json"), text);
    let output = run(&["--data", path.to_str().unwrap()]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.starts_with("economic-sim: ") && message.contains(expected), "{message}");
}

#[rstest]
#[case(&["--data", "/nowhere/file.json"], "cannot be read")]
#[case(&["--rate-limit", "0"], "0 is not in")]
#[case(&["--duplicate-code", "X1"], "an E and digits")]
#[case(&["--decimals", "round"], "refuse")]
#[case(&["--nope"], "unexpected argument")]
fn a_wrong_start_ends_with_2(#[case] arguments: &[&str], #[case] expected: &str) {
    let output = run(arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn help_names_every_input_and_never_a_token() {
    let output = run(&["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for word in
        ["--port", "--agreement", "--app-secret", "--grant", "--data", "ECONOMIC_SIM_GRANT", "[default: super-user]"]
    {
        assert!(help.contains(word), "{word} is missing in:\n{help}");
    }
    assert!(!help.contains("secret-of-the-app") && !help.contains("grant-of-the-agreement"), "{help}");
}

#[test]
fn the_example_data_it_prints_is_a_data_file() {
    let output = Command::new(env!("CARGO_BIN_EXE_economic-sim")).arg("--print-example-data").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(economic_sim::Data::parse(&String::from_utf8(output.stdout).unwrap()).is_ok());
}
