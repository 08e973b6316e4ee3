//! Lists and searches.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{
    Activity, ApiKeyRow, Counts, CustomerRow, EventFilter, EventKind, EventState, FlagRow, NewOutboxItem, Store, Write,
};
use made_up::{
    CLUB, NOW, add_installation, arrival, arrive, customer, event, link, made, new, park, receipt, request, work, write,
};
use rstest::rstest;

fn ids(found: &[CustomerRow]) -> Vec<&str> {
    found.iter().map(|each| each.id.as_str()).collect()
}

#[tokio::test]
async fn customers_are_found_by_number_cvr_and_email_while_they_live_and_are_synchronised() {
    let made = made().await;
    let mut rows: Vec<CustomerRow> = (1..=5).map(|id| customer(&id.to_string(), 1)).collect();
    for row in &mut rows {
        (row.number, row.email_lower) = ("A 7".to_owned(), "post@example.com".to_owned());
    }
    rows[1].tagged = false;
    rows[2].tagged = false;
    rows[3].deleted = true;
    rows[4].cvr_digits = String::new();
    let mut writes: Vec<Write> = rows.into_iter().map(Write::PutCustomer).collect();
    writes.push(Write::PutLink(link("3", "D3")));
    write(&made.store, writes).await;
    let store = &made.store;
    assert_eq!(ids(&store.customers_by_number(CLUB, "A 7", 9).await.unwrap()), ["1", "3", "5"]);
    assert_eq!(ids(&store.customers_by_email(CLUB, "post@example.com", 2).await.unwrap()), ["1", "3"]);
    assert_eq!(ids(&store.customers_by_cvr(CLUB, "12345678", 9).await.unwrap()), ["1", "3"]);
    assert_eq!(ids(&store.customers_by_cvr(CLUB, "", 9).await.unwrap()), [""; 0], "nothing is not a number");
    assert_eq!(ids(&store.customers_by_number("other", "A 7", 9).await.unwrap()), [""; 0]);
}

#[rstest]
#[case(0)]
#[case(1)]
#[case(16)]
#[case(17)]
#[case(40)]
#[tokio::test]
async fn any_number_of_customers_and_links_is_found_by_id(#[case] many: usize) {
    let made = made().await;
    let names: Vec<String> = (100..100 + many).map(|id| id.to_string()).collect();
    let mut writes: Vec<Write> = names.iter().map(|id| Write::PutCustomer(customer(id, 1))).collect();
    writes.extend(names.iter().map(|id| Write::PutLink(link(id, &format!("D{id}")))));
    write(&made.store, writes).await;
    let mut asked = names.clone();
    asked.push("nobody".to_owned());
    assert_eq!(ids(&made.store.customers_by_id(CLUB, &asked).await.unwrap()), names);
    let links = made.store.links_of(CLUB, &asked).await.unwrap();
    assert_eq!(links.iter().map(|each| each.customer_id.clone()).collect::<Vec<_>>(), names);
    assert!(made.store.customers_by_id(CLUB, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn lists_come_a_page_at_a_time() {
    let made = made().await;
    let names = ["1", "2", "3", "4", "5"];
    let writes = names.iter().flat_map(|id| [Write::PutCustomer(customer(id, 1)), Write::PutLink(link(id, id))]);
    write(&made.store, writes.collect()).await;
    let (mut customers, mut links, mut after) = (vec![], vec![], None);
    for _ in 0..3 {
        let page = made.store.customers(CLUB, after.as_deref(), 2).await.unwrap();
        links.extend(made.store.links(CLUB, after.as_deref(), 2).await.unwrap().items);
        customers.extend(page.items);
        after = page.next;
    }
    assert_eq!((ids(&customers), after), (names.to_vec(), None));
    assert_eq!(links.iter().map(|each| each.external_id.as_str()).collect::<Vec<_>>(), names);
}

#[tokio::test]
async fn events_are_listed_by_installation_state_and_kind() {
    let made = made().await;
    add_installation(&made.store, "other").await;
    let check = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    work(&made.store, request()).await;
    write(&made.store, vec![park(check)]).await;
    let day = new(made.store.accept(CLUB, event(EventKind::Day, "d:1")).await.unwrap());
    let theirs = new(made.store.accept("other", event(EventKind::Day, "d:1")).await.unwrap());
    let all = EventFilter::default();
    let ours = EventFilter { installation: Some(CLUB.to_owned()), ..all.clone() };
    let parked = EventFilter { state: Some(EventState::Parked), ..ours.clone() };
    let days = EventFilter { kind: Some(EventKind::Day), ..all.clone() };
    for (filter, seqs) in [
        (&all, vec![check, day, theirs]),
        (&ours, vec![check, day]),
        (&parked, vec![check]),
        (&days, vec![day, theirs]),
    ] {
        let page = made.store.events(filter, None, 9).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.seq).collect::<Vec<_>>(), seqs, "{filter:?}");
    }
    let first = made.store.events(&all, None, 2).await.unwrap();
    let rest = made.store.events(&all, first.next.as_deref(), 2).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].seq, rest.next), (1, theirs, None));
    assert_eq!(made.store.due().await.unwrap(), [(CLUB.to_owned(), 0), ("other".to_owned(), 0)]);
}

#[tokio::test]
async fn counts_say_how_much_lies_where() {
    let made = made().await;
    let (first, mut second) = (arrival("1", 1), arrival("2", 1));
    second.event.received = 500;
    let parked = new(arrive(&made.store, first).await);
    work(&made.store, request()).await;
    write(&made.store, vec![park(parked)]).await;
    arrive(&made.store, second).await;
    made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap();
    work(&made.store, request()).await;
    arrive(&made.store, arrival("3", 1)).await;
    let mut untagged = customer("4", 1);
    untagged.tagged = false;
    let item = NewOutboxItem {
        kind: "day-booked".to_owned(),
        customer_id: String::new(),
        revision: 0,
        body_json: "{}".to_owned(),
        at: 77,
    };
    let flag = FlagRow { customer_id: "1".to_owned(), code: "c".to_owned(), message: "m".to_owned(), at: NOW };
    let writes = vec![
        Write::PutCustomer(untagged),
        Write::PutLink(link("1", "D1")),
        Write::PutOutbox(item),
        Write::PutReceipt(receipt("7", 1)),
        Write::PutFlag(flag),
    ];
    write(&made.store, writes).await;
    let expected = Counts {
        customers: 4,
        tagged: 3,
        links: 1,
        waiting: 2,
        running: 1,
        parked: 1,
        oldest_waiting: Some(NOW),
        outbox: 1,
        oldest_outbox: Some(77),
        unposted: 1,
        flags: 1,
    };
    assert_eq!(made.store.counts(CLUB).await.unwrap(), expected);
    assert_eq!(made.store.counts("nobody").await.unwrap(), Counts::default());
}

#[tokio::test]
async fn a_flag_is_one_for_each_customer_and_code() {
    let made = made().await;
    let flag =
        |code: &str, at| FlagRow { customer_id: "1".to_owned(), code: code.to_owned(), message: "m".to_owned(), at };
    write(&made.store, vec![Write::PutFlag(flag("a", 5)), Write::PutFlag(flag("b", 4)), Write::PutFlag(flag("a", 3))])
        .await;
    assert_eq!(made.store.flags(CLUB).await.unwrap(), [flag("a", 3), flag("b", 4)]);
    write(&made.store, vec![Write::ClearFlag { customer_id: "1".to_owned(), code: "a".to_owned() }]).await;
    assert_eq!(made.store.flags(CLUB).await.unwrap(), [flag("b", 4)]);
}

fn call(at: i64) -> Activity {
    Activity {
        id: 0,
        at,
        took_ms: 12,
        function: "on-webhook".to_owned(),
        correlation: "c".to_owned(),
        attempt: 1,
        items: 2,
        requests: 3,
        outcome_json: "{}".to_owned(),
    }
}

#[tokio::test]
async fn the_newest_thousand_calls_are_kept() {
    let made = made().await;
    write(&made.store, (0..1_200).map(|at| Write::PutActivity(call(at))).collect()).await;
    let first = made.store.activity(CLUB, None, 2).await.unwrap();
    assert_eq!(first.items.iter().map(|each| each.at).collect::<Vec<_>>(), [1_199, 1_198]);
    let second = made.store.activity(CLUB, first.next.as_deref(), 5_000).await.unwrap();
    let kept = second.items.len() + 2;
    assert!((1_000..1_100).contains(&kept), "{kept}");
    assert_eq!(made.store.purge(0).await.unwrap(), u64::try_from(kept - 1_000).unwrap());
    assert_eq!(made.store.activity(CLUB, None, 5_000).await.unwrap().items.len(), 1_000);
}

#[tokio::test]
async fn ids_and_calls_are_forgotten_when_they_are_old() {
    let made = made().await;
    let mut hook = event(EventKind::Webhook, "w");
    hook.id = "h".to_owned();
    let seq = new(made.store.accept(CLUB, hook.clone()).await.unwrap());
    write(&made.store, vec![Write::EndEvent(seq), Write::PutActivity(call(NOW - 1)), Write::PutActivity(call(NOW))])
        .await;
    assert_eq!(made.store.purge(NOW).await.unwrap(), 1);
    assert_eq!(made.store.purge(NOW + 1).await.unwrap(), 2);
    assert!(new(made.store.accept(CLUB, hook).await.unwrap()) > seq);
}

#[tokio::test]
async fn an_api_key_is_taken_back_once() {
    let made = made().await;
    let mut key = ApiKeyRow {
        id: "k1".to_owned(),
        name: "FlexyBox".to_owned(),
        hash: "00ff".to_owned(),
        scopes: "events,admin".to_owned(),
        created: NOW,
        revoked: None,
    };
    write(&made.store, vec![Write::PutApiKey(key.clone())]).await;
    assert_eq!(made.store.api_keys().await.unwrap(), [key.clone()]);
    let revoke = |at| Write::RevokeApiKey { id: "k1".to_owned(), at };
    write(&made.store, vec![revoke(2_000), revoke(3_000)]).await;
    key.revoked = Some(2_000);
    assert_eq!(made.store.api_keys().await.unwrap(), [key]);
}
