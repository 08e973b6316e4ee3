//! Collections of the legacy interface: filter, sort, paging and their links.

use crate::scene::{LEGACY, Simulator, economic, get, in_process, new_customer, numbers, post};
use economic_sim::{Filter, FilterError, Switches};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

/// The customers that a filter finds; it is encoded as a caller must.
fn found(core: &Simulator, filter: &str) -> Vec<u64> {
    numbers(&get(core, &format!("/customers?pagesize=1000&filter={}", encoded(filter))).expect(200))
}

fn refused(core: &Simulator, filter: &str) -> Value {
    get(core, &format!("/customers?filter={}", encoded(filter))).expect(400)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[rstest]
#[case("customerNumber$eq:3", &[3])]
#[case("name$eq:eksempel aps", &[3])]
#[case("name$like:test", &[2])]
#[case("name$like:eksempel*", &[3])]
#[case("email$like:*example.com", &[1, 2, 5])]
#[case("name$like:[AB]*", &[1, 2])]
#[case("customerNumber$gt:4", &[5, 120])]
#[case("customerNumber$gte:3$and:customerNumber$lte:4", &[3, 4])]
#[case("customerNumber$lt:2$or:customerNumber$eq:120", &[1, 120])]
#[case("corporateIdentificationNumber$eq:12345674", &[3, 120])]
#[case("corporateIdentificationNumber$eq:$null:", &[1, 2, 4, 5])]
#[case("ean$ne:$null:", &[3])]
#[case("ean$eq:$null:", &[1, 2, 4, 5, 120])]
#[case("barred$eq:true", &[5])]
#[case("barred$eq:false$and:currency$ne:DKK", &[4])]
#[case("customerNumber$in:[1,3,77]", &[1, 3])]
#[case("customerNumber$nin:[1,2,3,4,5]", &[120])]
#[case("(customerNumber$eq:1$or:customerNumber$eq:4)$and:currency$eq:eur", &[4])]
#[case("customerNumber$eq:1$or:customerNumber$eq:4$and:currency$eq:EUR", &[1, 4])]
#[case("lastUpdated$gte:2026-01-02T09:18:09Z", &[1, 2, 3, 4, 5, 120])]
#[case("lastUpdated$gt:2026-01-02", &[1, 2, 3, 4, 5, 120])]
#[case("lastUpdated$gt:2026-01-03", &[])]
#[case("balance$gt:1000.5", &[3])]
#[case("pNumber$eq:1000000001", &[3])]
#[case("customerGroup.customerGroupNumber$eq:2", &[3])]
fn filter_finds(#[case] filter: &str, #[case] expected: &[u64]) {
    assert_eq!(found(&economic(), filter), expected);
}

#[rstest]
#[case("A$$B", "A$B")]
#[case("A$)B", "A)B")]
#[case("A$(B", "A(B")]
#[case("A(B", "A(B")]
#[case("A$*B", "A*B")]
#[case("A*B", "A*B")]
#[case("A$,B", "A,B")]
#[case("A,B", "A,B")]
#[case("A[B]", "A[B]")]
fn filter_escapes(#[case] written: &str, #[case] name: &str) {
    let core = economic();
    let number = &post(&core, "/customers", &new_customer(json!({"name": name}))).expect(201)["customerNumber"];
    assert_eq!(found(&core, &format!("name$eq:{written}")), [number.as_u64().unwrap()]);
}

#[rstest]
#[case::dollar("name$eq:A$B")]
#[case::parenthesis("name$eq:A)B")]
#[case::bracket("name$eq:A$[B")]
#[case::other_bracket("name$eq:A$]B")]
#[case::nothing("name$eq:")]
#[case::operator("name$is:A")]
#[case::open("(name$eq:A")]
#[case::dangling("name$eq:A$and:")]
#[case::texts("name$in:[A,B]")]
#[case::no_list("customerNumber$in:1")]
#[case::like_number("customerNumber$like:1")]
#[case::text_for_number("customerNumber$eq:abc")]
#[case::greater_null("name$gt:$null:")]
fn filter_that_cannot_be_is_refused(#[case] filter: &str) {
    let body = refused(&economic(), filter);
    assert_eq!(body["message"], "Could not parse query string filter.");
    assert!(body["errors"][0].is_string() && body.get("errorCode").is_none(), "{body}");
}

#[test]
fn filter_unknown_field_lists_the_allowed_ones() {
    let body = refused(&economic(), "bogusProp$eq:1");
    assert_eq!(body["errors"], json!(["Filtering is not allowed on property 'bogusProp'."]));
    let allowed = body["allowedFilteringFields"].as_array().unwrap();
    assert!(allowed.contains(&json!("pNumber")) && allowed.contains(&json!("customerGroup.customerGroupNumber")));
    assert!(!allowed.contains(&json!("mobilePhone")) && !allowed.contains(&json!("dueAmount")));
    refused(&economic(), "mobilePhone$eq:1");
}

#[test]
fn filter_lists_hold_at_most_200() {
    let list = |count: usize| format!("customerNumber$in:[{}]", vec!["1"; count].join(","));
    assert_eq!(found(&economic(), &list(200)), [1]);
    refused(&economic(), &list(201));
}

#[rstest]
#[case("-customerNumber", &[120, 5, 4, 3, 2, 1])]
#[case("~customerNumber", &[1, 120, 2, 3, 4, 5])]
#[case("zip,-customerNumber", &[120, 5, 4, 3, 2, 1])]
#[case("-currency,name", &[4, 1, 2, 120, 3, 5])]
fn sort_orders(#[case] sort: &str, #[case] expected: &[u64]) {
    assert_eq!(numbers(&get(&economic(), &format!("/customers?sort={sort}")).expect(200)), expected);
}

#[rstest]
#[case("barred")]
#[case("mobilePhone")]
#[case("nope")]
fn sort_by_an_unsortable_field_is_refused(#[case] sort: &str) {
    get(&economic(), &format!("/customers?sort={sort}")).expect(400);
}

#[test]
fn paging_links_keep_the_query_and_end_at_the_last_page() {
    let core = economic();
    let first = get(&core, "/customers?pagesize=2&filter=currency$eq:DKK&sort=-customerNumber").expect(200);
    assert_eq!(numbers(&first), [120, 5]);
    let paging = &first["pagination"];
    assert_eq!(
        (&paging["results"], &paging["resultsWithoutFilter"], &paging["maxPageSizeAllowed"]),
        (&json!(5), &json!(6), &json!(1000))
    );
    assert!(paging.get("previousPage").is_none());
    let next = paging["nextPage"].as_str().unwrap().strip_prefix(LEGACY).unwrap();
    assert_eq!(next, "/customers?skippages=1&pagesize=2&filter=currency%24eq%3ADKK&sort=-customerNumber");
    let last = get(&core, paging["lastPage"].as_str().unwrap().strip_prefix(LEGACY).unwrap()).expect(200);
    assert_eq!((numbers(&last), last["pagination"].get("nextPage")), (vec![1], None));
    assert_eq!(last["self"], last["pagination"]["lastPage"]);
    assert_eq!(last["pagination"]["previousPage"].as_str().unwrap().matches("skippages=1").count(), 1);
}

#[test]
fn paging_past_the_end_is_empty_with_true_totals() {
    let past = get(&economic(), "/customers?skippages=9").expect(200);
    assert_eq!((numbers(&past), &past["pagination"]["results"]), (vec![], &json!(6)));
    assert_eq!(past["pagination"].get("nextPage"), None);
}

#[rstest]
#[case("pagesize=1", 200)]
#[case("pagesize=1000", 200)]
#[case("pagesize=1001", 400)]
#[case("pagesize=0", 400)]
#[case("pagesize=x", 400)]
#[case("skippages=-1", 400)]
fn paging_limits(#[case] query: &str, #[case] status: u16) {
    let body = get(&economic(), &format!("/customers?{query}")).expect(status);
    if status == 400 {
        assert_eq!(body["errorCode"], "E04810");
    }
}

#[rstest]
#[case("/vat-zones", 4)]
#[case("/payment-terms", 3)]
#[case("/currencies", 3)]
#[case("/accounts", 20)]
#[case("/vat-accounts", 4)]
#[case("/accounting-years", 4)]
#[case("/journals", 3)]
#[case("/departments", 3)]
fn other_collections_are_there(#[case] path: &str, #[case] count: usize) {
    let body = get(&economic(), path).expect(200);
    assert_eq!(body["collection"].as_array().unwrap().len(), count);
    assert_eq!(body["self"], format!("{LEGACY}{path}?skippages=0&pagesize=20"));
}

#[rstest]
#[case("/currencies/EUR", "code", json!("EUR"))]
#[case("/vat-accounts/U25", "vatCode", json!("U25"))]
#[case("/accounting-years/2026", "year", json!("2026"))]
#[case("/accounts/1010", "accountNumber", json!(1010))]
fn documents_are_found_by_their_key(#[case] path: &str, #[case] key: &str, #[case] value: Value) {
    let body = get(&economic(), path).expect(200);
    assert_eq!((&body[key], &body["self"]), (&value, &json!(format!("{LEGACY}{path}"))));
}

#[rstest]
#[case("/", 404)]
#[case("/shoes", 404)]
#[case("/accounts/1", 404)]
#[case("/customers/abc", 404)]
#[case("/customers/1/contacts/1/x", 404)]
fn paths_that_lead_nowhere(#[case] path: &str, #[case] status: u16) {
    get(&economic(), path).expect(status);
}

fn any_filter() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "name",
        "customerNumber",
        "$eq:",
        "$ne:",
        "$like:",
        "$in:",
        "$and:",
        "$or:",
        "$null:",
        "(",
        ")",
        "[",
        "]",
        "[1,2]",
        "$",
        "*",
        "1",
        "æ",
        ",",
        " ",
        "barred",
        "true",
        "lastUpdated",
        "2026-01-01",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_filter_makes_the_parser_panic(text in prop_oneof![any_filter(), any::<String>()]) {
        let _either = Filter::parse(&text);
    }

    #[test]
    fn whatever_is_asked_is_answered_with_200_or_400(text in any_filter()) {
        let status = get(&in_process(Switches::default()), &format!("/customers?filter={}", encoded(&text))).status;
        prop_assert!(status == 200 || status == 400);
    }

    #[test]
    fn a_value_that_is_escaped_finds_itself(name in "[a-zA-Zæøå$()*,\\[\\] ]{1,30}") {
        let core = in_process(Switches::default());
        let made = post(&core, "/customers", &new_customer(json!({"name": name}))).expect(201);
        let escaped: String =
            name.chars().map(|one| if "$()*,".contains(one) { format!("${one}") } else { one.to_string() }).collect();
        let hits = found(&core, &format!("name$eq:{escaped}"));
        let number = made["customerNumber"].as_u64().unwrap();
        prop_assert!(hits.contains(&number));
    }

    #[test]
    fn following_the_links_gives_every_customer_once(size in 1_usize..8) {
        let core = in_process(Switches::default());
        let mut path = format!("/customers?pagesize={size}&sort=-name");
        let mut seen = Vec::new();
        loop {
            let page = get(&core, &path).expect(200);
            seen.extend(numbers(&page));
            match page["pagination"]["nextPage"].as_str() {
                Some(next) => path = next.strip_prefix(LEGACY).unwrap().to_owned(),
                None => break,
            }
        }
        seen.sort_unstable();
        prop_assert_eq!(seen, vec![1, 2, 3, 4, 5, 120]);
    }
}

#[test]
fn a_hostile_filter_is_refused_and_not_run() {
    assert_eq!(Filter::parse(&"(".repeat(10_000)), Err(FilterError::TooDeep));
    assert_eq!(Filter::parse(&"a".repeat(100_000)), Err(FilterError::TooLong));
    let stars = format!("name$like:{}", "*a".repeat(500));
    assert_eq!(found(&in_process(Switches::default()), &stars), [] as [u64; 0]);
}
