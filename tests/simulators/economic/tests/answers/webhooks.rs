//! Calls of the webhook for customers: one for each change, merge fields, retries, disabling.

use crate::scene::{Simulator, ask, delete, get, in_process, new_customer, post, put};
use economic_sim::Switches;
use economic_sim::switches::{BlankNumber, Deliver, WebhookDisabling};
use rstest::rstest;
use serde_json::{Value, json};

const URL: &str = "https://flexybox.example/h?old=[OLDNUMBER]&new=[NEWNUMBER]";

fn queries(core: &Simulator) -> Vec<String> {
    core.take_deliveries().iter().map(|call| call.url.split_once('?').unwrap().1.to_owned()).collect()
}

#[test]
fn one_call_for_each_change_also_of_the_app_itself() {
    let core = in_process(Switches::default());
    core.set_webhook(URL).unwrap();
    post(&core, "/customers", &new_customer(json!({}))).expect(201);
    put(&core, "/customers/121", &new_customer(json!({"city": "Nyby"}))).expect(200);
    core.edit_customer(121, &json!({"city": "Byen"})).unwrap();
    let patch = json!([{"op": "replace", "path": "/eInvoicingDisabledByDefault", "value": true}]);
    ask(&core, "PATCH", "/customers/121").json(&patch).send().expect(200);
    core.renumber_customer(121, 122).unwrap();
    delete(&core, "/customers/122").expect(204);
    let expected =
        ["old=&new=121", "old=121&new=121", "old=121&new=121", "old=121&new=121", "old=121&new=122", "old=122&new="];
    assert_eq!(queries(&core), expected);
    let service = "/customersapi/v3.1.0/Customers";
    let customer = json!({
        "customerNumber": 7, "name": "Ny", "customerGroupNumber": 1, "zone": 1, "currency": "DKK", "paymentTermId": 1,
    });
    post(&core, service, &customer).expect(201);
    put(&core, &format!("{service}/7"), &get(&core, &format!("{service}/7")).expect(200)).expect(200);
    delete(&core, &format!("{service}/7")).expect(204);
    assert_eq!(queries(&core), ["old=&new=7", "old=7&new=7", "old=7&new="], "the services make the same calls");
    post(&core, "/customers", &json!({})).expect(400);
    delete(&core, "/customers/3").expect(409);
    get(&core, "/customers").expect(200);
    assert_eq!(queries(&core), [] as [&str; 0]);
}

#[test]
fn the_body_is_the_template_with_its_merge_fields_and_the_headers_are_the_webhooks() {
    let core = in_process(Switches::default());
    let webhook = json!({
        "eventType": "CUSTOMER_UPDATED", "name": "N", "url": "https://flexybox.example/h", "contentType": "application/json",
        "postData": "{\"old\":\"[OLDNUMBER]\",\"new\":\"[NEWNUMBER]\"}", "customHeaders": [{"key": "X-Secret", "value": "s"}],
    });
    post(&core, "/webhooksapi/v1.0.0/webhooks", &webhook).expect(201);
    core.edit_customer(1, &json!({"city": "Byen"})).unwrap();
    let call = core.next_delivery().unwrap();
    assert_eq!((call.method.as_str(), call.url.as_str()), ("POST", "https://flexybox.example/h"));
    assert_eq!(call.body.as_deref(), Some(r#"{"old":"1","new":"1"}"#));
    let headers = [("content-type", "application/json"), ("X-Secret", "s")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(call.headers, headers);
}

#[rstest]
#[case(BlankNumber::Empty, "old=&new=121", "old=121&new=")]
#[case(BlankNumber::Zero, "old=0&new=121", "old=121&new=0")]
#[case(BlankNumber::Same, "old=121&new=121", "old=121&new=121")]
fn the_number_that_is_not_there(#[case] blank_number: BlankNumber, #[case] created: &str, #[case] deleted: &str) {
    let core = in_process(Switches { blank_number, ..Switches::default() });
    core.set_webhook(URL).unwrap();
    core.type_customer(&json!({"name": "Ny"})).unwrap();
    core.delete_customer(121).unwrap();
    assert_eq!(queries(&core), [created, deleted]);
}

#[rstest]
#[case(Deliver::InOrder, &["old=1&new=1", "old=2&new=2"])]
#[case(Deliver::Reversed, &["old=2&new=2", "old=1&new=1"])]
#[case(Deliver::Twice, &["old=1&new=1", "old=1&new=1", "old=2&new=2", "old=2&new=2"])]
fn order_and_number_of_calls(#[case] deliver: Deliver, #[case] expected: &[&str]) {
    let core = in_process(Switches { deliver, ..Switches::default() });
    core.set_webhook(URL).unwrap();
    for number in [1, 2] {
        core.edit_customer(number, &json!({"city": "Byen"})).unwrap();
    }
    assert_eq!(queries(&core), expected);
}

#[rstest]
#[case(WebhookDisabling::Never, 1)]
#[case(WebhookDisabling::AfterRetries, 0)]
fn a_failed_call_is_tried_again_and_may_disable_the_webhook(
    #[case] webhook_disabling: WebhookDisabling,
    #[case] later: usize,
) {
    let core = in_process(Switches { webhook_disabling, webhook_retries: 2, ..Switches::default() });
    core.set_webhook(URL).unwrap();
    core.edit_customer(1, &json!({"city": "Byen"})).unwrap();
    let mut attempts = Vec::new();
    while let Some(call) = core.next_delivery() {
        attempts.push(call.attempt);
        core.delivery_done(call.id, if call.attempt == 1 { Ok(500) } else { Err("gone".to_owned()) });
    }
    assert_eq!(attempts, [1, 2, 3]);
    core.edit_customer(1, &json!({"city": "Nyby"})).unwrap();
    assert_eq!(core.pending_deliveries(), later);
    let webhook = get(&core, "/webhooksapi/v1.0.0/webhooks/CUSTOMER_UPDATED").expect(200);
    assert_eq!(webhook["isDisabled"], later == 0);
    assert_eq!(webhook.get("lastDisabledDate").is_some(), later == 0);
}

#[test]
fn calls_of_a_webhook_that_is_gone_are_lost() {
    let core = in_process(Switches::default());
    core.set_webhook(URL).unwrap();
    core.edit_customer(1, &json!({"city": "Byen"})).unwrap();
    delete(&core, "/webhooksapi/v1.0.0/webhooks/CUSTOMER_UPDATED").expect(204);
    assert_eq!((core.next_delivery(), core.pending_deliveries()), (None, 0));
    let shown: Value = {
        let request = http::Request::get("/_sim/deliveries").body(bytes::Bytes::new()).unwrap();
        serde_json::from_slice(core.answer(request).response.body()).unwrap()
    };
    assert_eq!(shown["deliveries"][0]["outcome"], "lost");
    assert_eq!(shown["deliveries"][0]["event"], "CUSTOMER_UPDATED");
}
