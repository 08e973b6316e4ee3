//! The `$filter` grammar: what is read, what is refused, and that a filter finds exactly the rows a naive model finds.

use http::Request;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uniconta_sim::{CompanyData, Config, Data, Filter, FilterError, Literal, Operator, Uniconta};

fn compare(property: &str, operator: Operator, value: Literal) -> Filter {
    Filter::Compare { property: property.to_owned(), operator, value }
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

#[rstest]
#[case("Account eq '1101798'", compare("Account", Operator::Eq, text("1101798")))]
#[case("  Account   eq   '1'  ", compare("Account", Operator::Eq, text("1")))]
#[case("Name eq 'Bo''s'", compare("Name", Operator::Eq, text("Bo's")))]
#[case("Name eq ''", compare("Name", Operator::Eq, text("")))]
#[case("Name eq 'a and b or (c'", compare("Name", Operator::Eq, text("a and b or (c")))]
#[case("Name ne 'Søren Ærø'", compare("Name", Operator::Ne, text("Søren Ærø")))]
#[case("RowId eq 17", compare("RowId", Operator::Eq, Literal::Number("17".to_owned())))]
#[case("CurBalance gt -0.50", compare("CurBalance", Operator::Gt, Literal::Number("-0.50".to_owned())))]
#[case("Blocked eq true", compare("Blocked", Operator::Eq, Literal::Boolean(true)))]
#[case("Name eq null", compare("Name", Operator::Eq, Literal::Null))]
#[case(
    "UpdatedAt ge datetime'2021-01-01T00:00:00'",
    compare("UpdatedAt", Operator::Ge, Literal::DateTime("2021-01-01T00:00:00".to_owned()))
)]
#[case(
    "startswith(Account,'8000')",
    Filter::StartsWith { property: "Account".to_owned(), text: "8000".to_owned() }
)]
#[case(
    "startswith( Account , '8000' )",
    Filter::StartsWith { property: "Account".to_owned(), text: "8000".to_owned() }
)]
#[case("((Account eq '1'))", compare("Account", Operator::Eq, text("1")))]
#[case("xBesøg gt 3", compare("xBesøg", Operator::Gt, Literal::Number("3".to_owned())))]
fn one_condition(#[case] written: &str, #[case] expected: Filter) {
    assert_eq!(Filter::parse(written), Ok(expected));
}

#[test]
fn and_binds_tighter_than_or() {
    let condition = |value| compare("A", Operator::Eq, text(value));
    let expected = Filter::Any(vec![condition("1"), Filter::All(vec![condition("2"), condition("3")])]);
    assert_eq!(Filter::parse("A eq '1' or A eq '2' and A eq '3'"), Ok(expected.clone()));
    assert_eq!(Filter::parse("(A eq '1')or(A eq '2')and(A eq '3')"), Ok(expected));
}

#[rstest]
#[case("A eq '1' or B eq '2'")]
#[case("A eq '1' and B eq '2' or A eq '3'")]
#[case("A eq '1' or (A eq '2' and startswith(B,'3'))")]
fn or_across_properties_is_refused(#[case] written: &str) {
    assert_eq!(Filter::parse(written), Err(FilterError::OrAcross("A".to_owned(), "B".to_owned())));
}

#[test]
fn or_on_one_property_inside_and_is_fine() {
    assert!(Filter::parse("(A eq '1' or A eq '2') and (B eq 1 or B eq 2)").is_ok());
}

#[rstest]
#[case("contains(Name,'x')", "contains")]
#[case("endswith(Name,'x')", "endswith")]
#[case("substringof('x',Name)", "substringof")]
#[case("A eq '1' and tolower(Name) eq 'x'", "tolower")]
#[case("not(A eq '1')", "not")]
fn other_functions_are_refused_by_name(#[case] written: &str, #[case] name: &str) {
    assert_eq!(Filter::parse(written), Err(FilterError::Function(name.to_owned())));
}

#[rstest]
#[case("")]
#[case("Account")]
#[case("Account eq")]
#[case("Account eq 1000x")]
#[case("Account = '1'")]
#[case("Account eq '1")]
#[case("Account eq \"1\"")]
#[case("Account EQ '1'")]
#[case("Account eq '1' and")]
#[case("Account eq '1' Name eq '2'")]
#[case("(Account eq '1'")]
#[case("Account eq '1')")]
#[case("Account eq 1,5")]
#[case("Account eq '1' OR Account eq '2'")]
#[case("datetime'2021-01-01'")]
#[case("'1' eq Account")]
#[case("Account eq 2021-01-01T00:00:00Z")]
fn what_is_not_in_the_grammar_is_refused(#[case] written: &str) {
    assert!(matches!(Filter::parse(written), Err(FilterError::Syntax { .. })), "{:?}", Filter::parse(written));
}

#[rstest]
#[case(40, true)]
#[case(41, false)]
fn at_most_forty_ors(#[case] ors: usize, #[case] read: bool) {
    let written = vec!["A eq '1'"; ors + 1].join(" or ");
    let parsed = Filter::parse(&written);
    assert_eq!(parsed.is_ok(), read);
    assert!(read || parsed == Err(FilterError::TooManyOrs));
}

#[test]
fn a_hostile_filter_is_refused_and_does_not_exhaust_the_stack() {
    let deep = format!("{}A eq '1'{}", "(".repeat(3000), ")".repeat(3000));
    assert_eq!(Filter::parse(&deep), Err(FilterError::TooDeep));
    assert_eq!(Filter::parse(&"x".repeat(10_000)), Err(FilterError::TooLong));
}

/// A debtor, as the model sees it.
#[derive(Clone, Debug)]
struct Debtor {
    account: String,
    name: &'static str,
    /// In hundredths.
    credit: i64,
    blocked: bool,
}

/// A filter, as the model sees it.
#[derive(Clone, Debug)]
enum Model {
    Account(&'static str, String),
    Name(&'static str, &'static str),
    NameStarts(&'static str),
    Credit(&'static str, i64),
    Blocked(bool),
    And(Vec<Model>),
    NameOr(Vec<(&'static str, &'static str)>),
}

fn holds<T: Ord>(left: T, operator: &str, right: T) -> bool {
    match operator {
        "eq" => left == right,
        "ne" => left != right,
        "gt" => left > right,
        "ge" => left >= right,
        "lt" => left < right,
        _ => left <= right,
    }
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn money(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

impl Model {
    fn meets(&self, debtor: &Debtor) -> bool {
        match self {
            Self::Account(operator, text) => holds(debtor.account.to_lowercase(), operator, text.to_lowercase()),
            Self::Name(operator, text) => holds(debtor.name.to_lowercase(), operator, text.to_lowercase()),
            Self::NameStarts(text) => debtor.name.to_lowercase().starts_with(&text.to_lowercase()),
            Self::Credit(operator, value) => holds(debtor.credit, operator, *value),
            Self::Blocked(value) => debtor.blocked == *value,
            Self::And(parts) => parts.iter().all(|part| part.meets(debtor)),
            Self::NameOr(parts) => {
                parts.iter().any(|(operator, text)| holds(debtor.name.to_lowercase(), operator, text.to_lowercase()))
            }
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Account(operator, text) => format!("Account {operator} {}", quote(text)),
            Self::Name(operator, text) => format!("Name {operator} {}", quote(text)),
            Self::NameStarts(text) => format!("startswith(Name,{})", quote(text)),
            Self::Credit(operator, value) => format!("CreditMax {operator} {}", money(*value)),
            Self::Blocked(value) => format!("Blocked eq {value}"),
            Self::And(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::written).collect();
                format!("({})", parts.join(" and "))
            }
            Self::NameOr(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|(operator, text)| format!("Name {operator} {}", quote(text))).collect();
                format!("({})", parts.join(" or "))
            }
        }
    }
}

const NAMES: [&str; 8] = ["", "Anna", "ANNA", "Bo's", "Øre", "øre & co", "a", "Zz"];

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES.to_vec())
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"])
}

fn model() -> impl Strategy<Value = Model> {
    let leaf = prop_oneof![
        (operator(), "[0-9]{1,3}").prop_map(|(operator, text)| Model::Account(operator, text)),
        (operator(), name()).prop_map(|(operator, text)| Model::Name(operator, text)),
        name().prop_map(Model::NameStarts),
        (operator(), -300_i64..300).prop_map(|(operator, value)| Model::Credit(operator, value)),
        any::<bool>().prop_map(Model::Blocked),
        prop::collection::vec((operator(), name()), 1..5).prop_map(Model::NameOr),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| prop::collection::vec(inner, 1..4).prop_map(Model::And))
}

fn debtors() -> impl Strategy<Value = Vec<Debtor>> {
    let one = ("[0-9]{1,3}", name(), -300_i64..300, any::<bool>());
    prop::collection::btree_map("[0-9]{1,3}", one, 0..12).prop_map(|rows| {
        rows.into_iter()
            .map(|(account, (_, name, credit, blocked))| Debtor { account, name, credit, blocked })
            .collect()
    })
}

fn simulator(debtors: &[Debtor]) -> Uniconta {
    let row = |debtor: &Debtor| {
        let row = json!({
            "Account": debtor.account,
            "Name": debtor.name,
            "CreditMax": money(debtor.credit),
            "Blocked": debtor.blocked,
        });
        row.as_object().unwrap().clone()
    };
    let rows = [("DebtorClient".to_owned(), debtors.iter().map(row).collect())].into();
    let company = CompanyData { rows, ..CompanyData::default() };
    let data = Data { companies: vec![company], ..Data::default() };
    Uniconta::new(Config { data, ..Config::example() }).unwrap()
}

fn found(core: &Uniconta, filter: &str) -> BTreeSet<String> {
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let request = Request::get(format!("/odata/12345/DebtorClient?$filter={encoded}"))
        .header("Authorization", "Basic ZmxleHlib3g6ZXhhbXBsZS1wYXNzd29yZA==")
        .header("Accept", "application/json")
        .body(bytes::Bytes::new())
        .unwrap();
    let answer = core.answer(request).response;
    assert_eq!(answer.status(), 200, "{filter}: {:?}", answer.body());
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["value"].as_array().unwrap().iter().map(|row| row["Account"].as_str().unwrap().to_owned()).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(written in ".{0,200}") {
        let _read_or_refused = Filter::parse(&written);
    }

    #[test]
    fn any_mix_of_the_grammars_own_pieces_is_read_or_refused_without_a_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["Account", " ", "eq", "'", "''", "1", "(", ")", "and", "or", "startswith(", ",", "datetime'", "null", "æ"]),
            0..30,
        ),
    ) {
        let _read_or_refused = Filter::parse(&pieces.concat());
    }

    #[test]
    fn a_filter_finds_what_a_naive_model_finds(debtors in debtors(), model in model()) {
        let core = simulator(&debtors);
        let expected: BTreeSet<String> =
            debtors.iter().filter(|debtor| model.meets(debtor)).map(|debtor| debtor.account.clone()).collect();
        prop_assert_eq!(found(&core, &model.written()), expected, "{}", model.written());
    }
}
