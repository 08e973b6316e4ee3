//! What stands before both interfaces: tokens, the demo agreement, the rate limit, kept answers, the marks of an answer.

use crate::scene::{LEGACY, Reply, Simulator, ask, bare, economic, get, new_customer, numbers, post, with};
use economic_sim::Switches;
use economic_sim::switches::{IdempotentBody, IdempotentRefusals};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

const DRAFTS: &str = "/journalsapi/v15.0.0/draft-entries";

#[rstest]
#[case(&[])]
#[case(&[("x-appsecrettoken", "example-app-secret")])]
#[case(&[("x-agreementgranttoken", "example-grant")])]
#[case(&[("x-appsecrettoken", "wrong"), ("x-agreementgranttoken", "example-grant")])]
#[case(&[("x-appsecrettoken", "example-app-secret"), ("x-agreementgranttoken", "revoked")])]
#[case(&[("x-appsecrettoken", "demo"), ("x-agreementgranttoken", "example-grant")])]
fn both_tokens_are_needed(#[case] headers: &[(&str, &str)]) {
    let core = economic();
    for path in ["/customers/1", DRAFTS] {
        let call = headers.iter().fold(bare(&core, "GET", path), |call, (name, value)| call.header(name, value));
        let body = call.send().expect(401);
        if path == "/customers/1" {
            assert!(body["developerHint"].as_str().unwrap().ends_with(&format!("{LEGACY}{path}?demo=true")), "{body}");
        }
    }
}

#[test]
fn an_agreement_sees_its_own_books_only() {
    let core = economic();
    let other = |path: &str| {
        let call = bare(&core, "GET", path).header("x-appsecrettoken", "example-app-secret");
        call.header("x-agreementgranttoken", "other-grant").send().expect(200)
    };
    assert_eq!((&other("/self")["agreementNumber"], numbers(&other("/customers"))), (&json!(777_777), vec![]));
    assert_eq!(get(&core, "/self").expect(200)["agreementNumber"], 123_456);
}

#[test]
fn the_demo_agreement_can_only_be_read() {
    let core = economic();
    let demo = |method: &'static str, path: &'static str| {
        bare(&core, method, path).header("x-appsecrettoken", "demo").header("x-agreementgranttoken", "demo")
    };
    demo("GET", "/customers/1").send().expect(200);
    demo("GET", DRAFTS).send().expect(200);
    demo("POST", "/customers").json(&new_customer(json!({}))).send().expect(403);
    demo("DELETE", "/customers/120").send().expect(403);
    demo("POST", DRAFTS).json(&json!({})).send().expect(403);
    let linked = bare(&core, "GET", "/customers/1?demo=true").send().expect(200);
    assert_eq!(linked["self"], format!("{LEGACY}/customers/1?demo=true"));
    let listed = bare(&core, "GET", "/customers?demo=true&pagesize=2").send().expect(200);
    assert_eq!(listed["pagination"]["nextPage"], format!("{LEGACY}/customers?skippages=1&pagesize=2&demo=true"));
}

#[test]
fn rate_is_told_in_every_answer_and_shared_by_both_interfaces() {
    let core = with(Switches { rate_limit: 3, ..Switches::default() });
    let told = |reply: &Reply| reply.header("x-ratelimiting").unwrap().to_owned();
    assert_eq!(told(&get(&core, "/customers")), "token-limit-3-per-60-seconds: 1/3");
    assert_eq!(told(&get(&core, DRAFTS)), "token-limit-3-per-60-seconds: 2/3");
    get(&core, "/customers/77").expect(404);
    core.set_now("2026-03-02T08:00:45Z".parse().unwrap());
    for path in ["/customers", DRAFTS] {
        let limited = get(&core, path);
        limited.expect(429);
        assert_eq!(
            (limited.header("retry-after"), told(&limited).as_str()),
            (Some("15"), "token-limit-3-per-60-seconds: 3/3")
        );
    }
    core.advance(Duration::from_secs(15));
    get(&core, "/customers").expect(200);
}

#[test]
fn the_count_goes_to_ten_thousand_unless_told_otherwise() {
    let told = get(&economic(), "/customers").header("x-ratelimiting").unwrap().to_owned();
    assert_eq!(told, "token-limit-10000-per-60-seconds: 1/10000");
}

#[test]
fn every_answer_has_an_id_of_its_own() {
    let core = economic();
    let ids = [get(&core, "/customers"), bare(&core, "GET", "/customers").send()]
        .map(|reply| reply.header("x-requestid").unwrap().to_owned());
    assert_ne!(ids[0], ids[1]);
}

fn keyed(core: &Simulator, method: &str, path: &str, key: &str, body: &Value) -> Reply {
    ask(core, method, path).header("idempotency-key", key).json(body).send()
}

#[test]
fn idempotency_key_replays_create_and_delete_for_an_hour() {
    let core = economic();
    let first = keyed(&core, "POST", "/customers", "k1", &new_customer(json!({})));
    let again = keyed(&core, "POST", "/customers", "k1", &new_customer(json!({})));
    assert_eq!((first.expect(201), first.header("x-resultfromcache")), (again.expect(201), None));
    assert_eq!((again.header("x-resultfromcache"), again.header("location")), (Some("true"), first.header("location")));
    assert_eq!(core.customers().len(), 7);
    for expected in [None, Some("true")] {
        let deleted = ask(&core, "DELETE", "/customers/121").header("idempotency-key", "k2").send();
        deleted.expect(204);
        assert_eq!(deleted.header("x-resultfromcache"), expected);
    }
    core.advance(Duration::from_secs(3599));
    assert_eq!(
        keyed(&core, "POST", "/customers", "k1", &new_customer(json!({}))).header("x-resultfromcache"),
        Some("true")
    );
    core.advance(Duration::from_secs(1));
    assert_eq!(keyed(&core, "POST", "/customers", "k1", &new_customer(json!({}))).header("x-resultfromcache"), None);
    assert_eq!(core.customers().len(), 7, "121 was free again");
}

#[test]
fn idempotency_key_on_another_url_is_refused() {
    let core = economic();
    keyed(&core, "POST", "/customers", "k1", &new_customer(json!({}))).expect(201);
    for path in ["/customer-groups", DRAFTS] {
        assert_eq!(keyed(&core, "POST", path, "k1", &json!({})).expect(400)["errorCode"], "URLChanged");
    }
    assert_eq!(
        keyed(&core, "GET", "/customers/1", "k1", &json!({})).header("x-resultfromcache"),
        None,
        "reads have no key"
    );
    let other = bare(&core, "POST", "/customers")
        .header("x-appsecrettoken", "example-app-secret")
        .header("x-agreementgranttoken", "other-grant");
    let made = other.header("idempotency-key", "k1").json(&new_customer(json!({}))).send();
    assert_eq!(made.header("x-resultfromcache"), None, "each agreement has keys of its own");
}

#[rstest]
#[case(IdempotentBody::Replay, 201)]
#[case(IdempotentBody::Refuse, 400)]
fn idempotency_key_with_another_body(#[case] idempotent_body: IdempotentBody, #[case] status: u16) {
    let core = with(Switches { idempotent_body, ..Switches::default() });
    keyed(&core, "POST", "/customers", "k1", &new_customer(json!({}))).expect(201);
    keyed(&core, "POST", "/customers", "k1", &new_customer(json!({"name": "Anden"}))).expect(status);
    assert_eq!(core.customers().len(), 7);
}

#[rstest]
#[case(IdempotentRefusals::Kept, 400)]
#[case(IdempotentRefusals::Forgotten, 201)]
fn idempotency_key_of_a_refused_call(#[case] idempotent_refusals: IdempotentRefusals, #[case] status: u16) {
    let core = with(Switches { idempotent_refusals, ..Switches::default() });
    keyed(&core, "POST", "/customers", "k1", &json!({})).expect(400);
    keyed(&core, "POST", "/customers", "k1", &new_customer(json!({}))).expect(status);
}

#[test]
fn bodies_must_be_json_and_methods_known() {
    let core = economic();
    ask(&core, "POST", "/customers").header("content-type", "text/plain").text("{}").send().expect(415);
    let mut call = ask(&core, "POST", "/customers");
    call = call.text("not json");
    call.send().expect(400);
    ask(&core, "PUT", "/customers").json(&json!({})).send().expect(405);
    ask(&core, "POST", "/vat-zones").json(&json!({})).send().expect(405);
    post(&core, "/customers", &json!([])).expect(400);
    ask(&core, "POST", "/self").json(&json!({})).send().expect(405);
}
