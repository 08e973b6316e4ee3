//! Connectors that lie about what they hand over: pointers, lengths, characters, cases, and the machine's own doors.
//!
//! Each is written by hand and describes itself, unless it lies while it is handed arguments. What the host makes of it is
//! told, nothing of it is believed, and the engine serves the next call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "hostile/by_hand.rs"]
mod by_hand;

use by_hand::{ByHand, by_hand, data, words};
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::exports::on_day_closed::DailyReport;
use host_harness::bindings::exports::on_webhook::Request;
use host_harness::bindings::types::{Context, Locale, Setting};
use host_harness::connector::{CallError, CallReport, Connector, Function, LoadError, Surroundings};
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::{Limit, Limits};
use rstest::rstest;
use std::sync::LazyLock;
use std::time::Duration;

/// Answers with what lies at 256.
const ANSWERS: &str = "(i32.const 256)";

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(EngineOptions { concurrent_calls: 16, ..EngineOptions::default() }).unwrap());

fn loaded(made_of: ByHand<'_>) -> Connector {
    Connector::load(&ENGINE, &by_hand(made_of)).unwrap()
}

/// A connector without a fault: every text and list is empty.
async fn an_honest_call_still_works() {
    let honest = loaded(ByHand { bodies: &[("describe", ANSWERS)], ..ByHand::default() });
    assert_eq!(honest.describe(Limits::default()).await.result.unwrap().id, "");
}

async fn described(made_of: ByHand<'_>, limits: Limits) -> CallError {
    let report = loaded(made_of).describe(limits).await;
    an_honest_call_still_works().await;
    report.result.unwrap_err()
}

fn context() -> Context {
    Context {
        now: 1,
        locale: Locale::En,
        settings: vec![Setting { key: "key".to_owned(), value: "value".to_owned() }],
        webhook_link: None,
        idempotency_key: "test".to_owned(),
        attempt: 1,
    }
}

fn catalogue() -> Catalogue {
    Catalogue { customer_tags: vec![], customer_fields: vec![], account_plan: vec![], dimensions: vec![] }
}

/// Every way of a description that is not one. Its fields are seven pairs of a pointer and a length: id, name, version,
/// capabilities, settings, hosts, limits; a setting is 68 bytes: key, kind, label, help, required, secret, default, choices.
#[rstest]
#[case::a_pointer_beyond_memory(ANSWERS, words(256, &[0xffff_fff0, 100]), "out of bounds")]
#[case::a_length_beyond_memory(ANSWERS, words(256, &[0, 0x4000_0000]), "out of bounds")]
#[case::a_length_around_the_corner(ANSWERS, words(256, &[0xffff_ffff, 0xffff_ffff]), "out of bounds")]
#[case::a_list_of_a_gigabyte(ANSWERS, words(256, &[0, 0, 0, 0, 0, 0, 0, 0x0800_0000]), "out of bounds")]
#[case::a_list_whose_size_overflows(ANSWERS, words(256, &[0, 0, 0, 0, 0, 0, 0, 0xffff_ffff]), "list")]
#[case::a_list_at_an_odd_place(ANSWERS, words(256, &[0, 0, 0, 0, 0, 0, 3, 1]), "aligned")]
#[case::an_answer_beyond_memory("(i32.const 0x7fff0000)", String::new(), "out of bounds")]
#[case::an_answer_at_the_end("(i32.const 0x001ffffc)", String::new(), "out of bounds")]
#[case::an_answer_at_an_odd_place("(i32.const 257)", String::new(), "aligned")]
#[case::a_text_that_is_none(ANSWERS, words(256, &[512, 4]) + &data(512, b"\xff\xfe\x80\xc3"), "utf-8")]
#[case::half_a_character(ANSWERS, words(256, &[512, 1]) + &data(512, b"\xc3"), "utf-8")]
#[case::a_surrogate(ANSWERS, words(256, &[512, 3]) + &data(512, b"\xed\xa0\x80"), "utf-8")]
#[case::a_kind_there_is_none_of(ANSWERS, setting(8, 6), "discriminant")]
#[case::a_kind_far_beyond(ANSWERS, setting(8, 255), "discriminant")]
#[case::a_default_that_is_neither_there_nor_not(ANSWERS, setting(48, 2), "discriminant")]
#[tokio::test]
async fn a_description_that_lies_is_not_believed(#[case] body: &str, #[case] memory: String, #[case] why: &str) {
    let made_of = ByHand { bodies: &[("describe", body)], more: &memory, ..ByHand::default() };
    let error = described(made_of, Limits::default()).await;
    assert!(matches!(error, CallError::Trapped { function: Function::Describe, .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(" broke down in describe: ") && message.to_lowercase().contains(why), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

/// One setting at 512 whose byte at `place` is `byte`.
fn setting(place: u32, byte: u8) -> String {
    words(256, &[0, 0, 0, 0, 0, 0, 0, 0, 512, 1]) + &data(512 + place, &[byte])
}

/// The answer of `configure` is a case and what belongs to it; an error begins with its kind.
#[rstest]
#[case::neither_answer_nor_error(&[2], "discriminant")]
#[case::far_beyond(&[0xff], "discriminant")]
#[case::a_kind_of_error_there_is_none_of(&[1, 0, 0, 0, 0, 0, 0, 0, 9], "discriminant")]
#[tokio::test]
async fn an_answer_of_no_case_is_not_believed(#[case] bytes: &[u8], #[case] why: &str) {
    let memory = data(256, bytes);
    let connector = loaded(ByHand { bodies: &[("configure", ANSWERS)], more: &memory, ..ByHand::default() });
    let report = connector.configure(&Surroundings::nothing(Limits::default()), context(), catalogue()).await;
    let error = report.result.unwrap_err();
    assert!(matches!(error, CallError::Trapped { function: Function::Configure, .. }), "{error:?}");
    assert!(error.to_string().contains(why), "{error}");
    an_honest_call_still_works().await;
}

/// Where the host writes an argument to is the connector's to say, within its memory.
#[rstest]
#[case::beyond_memory("(i32.const 0x7ffffff0)", "beyond end of memory")]
#[case::at_an_odd_place("(i32.const 1)", "align")]
#[case::nowhere("unreachable", "gave up")]
#[tokio::test]
async fn a_place_for_an_argument_that_is_none_is_not_written_to(#[case] realloc: &str, #[case] why: &str) {
    let connector = loaded(ByHand { realloc: Some(realloc), ..ByHand::default() });
    let report = connector.configure(&Surroundings::nothing(Limits::default()), context(), catalogue()).await;
    let error = report.result.unwrap_err();
    assert!(matches!(error, CallError::Trapped { .. }), "{error:?}");
    assert!(error.to_string().contains(why), "{error}");
    an_honest_call_still_works().await;
}

/// A million texts of a kibibyte, which lie in memory once: a gigabyte for whoever believes it.
#[rstest]
#[case::a_gigabyte_of_text(1_000_000, 1_024)]
#[case::a_million_of_nothing(1_000_000, 0)]
#[case::as_many_as_fit_and_their_text(340_000, 1_024)]
#[tokio::test]
async fn a_list_that_is_larger_than_its_memory_ends_at_the_limit(#[case] texts: u32, #[case] bytes: u32) {
    // Every pair of the list is written before it is handed over.
    let body = format!(
        "(local $left i32) (local $at i32)
        (local.set $left (i32.const {texts})) (local.set $at (i32.const 0x10000))
        (loop $more
            (i32.store (local.get $at) (i32.const 1024))
            (i32.store offset=4 (local.get $at) (i32.const {bytes}))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
        (i32.const 256)"
    );
    let memory = words(256, &[0, 0, 0, 0, 0, 0, 0x1_0000, texts]);
    let made_of = ByHand { pages: 130, bodies: &[("describe", body.as_str())], more: &memory, ..ByHand::default() };
    let report = loaded(made_of).describe(Limits::default()).await;
    let CallError::Limit(exceeded) = report.result.as_ref().unwrap_err() else { panic!("{:?}", report.result) };
    assert_eq!((exceeded.limit, exceeded.value), (Limit::ResultBytes, 8 * 1024 * 1024));
    assert!(exceeded.connector.starts_with("sha256:"), "{exceeded}");
    assert_eq!(report.exceeded, std::slice::from_ref(exceeded));
    an_honest_call_still_works().await;
}

/// Doors other than the call itself, each of which never comes back.
#[rstest]
#[case::as_it_is_made(ByHand { more: "(func $spin (loop $ever (br $ever))) (start $spin)", ..ByHand::default() })]
#[case::in_the_call(ByHand { bodies: &[("describe", "(loop $ever (br $ever)) unreachable")], ..ByHand::default() })]
#[case::after_the_answer(ByHand {
    bodies: &[("describe", ANSWERS)],
    after: Some(("describe", "(loop $ever (br $ever))")),
    ..ByHand::default()
})]
#[tokio::test]
async fn whatever_never_comes_back_is_stopped(#[case] made_of: ByHand<'static>) {
    let limits = Limits { wall_time: Duration::from_millis(200), ..Limits::default() };
    let CallError::Limit(exceeded) = described(made_of, limits).await else { panic!() };
    assert_eq!((exceeded.limit, exceeded.value), (Limit::WallTime, 200));
}

#[tokio::test]
async fn a_place_for_an_argument_that_never_comes_is_stopped() {
    let connector = loaded(ByHand { realloc: Some("(loop $ever (br $ever)) unreachable"), ..ByHand::default() });
    let around = Surroundings::nothing(Limits { wall_time: Duration::from_millis(200), ..Limits::default() });
    let CallError::Limit(exceeded) = connector.configure(&around, context(), catalogue()).await.result.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(exceeded.limit, Limit::WallTime);
}

/// Memory and tables, asked for in every way there is.
#[rstest]
#[case::memory_as_it_is_made(ByHand { pages: 513, ..ByHand::default() }, Limit::Memory, 32 * 1024 * 1024)]
#[case::memory_at_a_stroke(
    ByHand { bodies: &[("describe", "(drop (memory.grow (i32.const 60000))) unreachable")], ..ByHand::default() },
    Limit::Memory,
    32 * 1024 * 1024
)]
#[case::memory_page_by_page(
    ByHand {
        bodies: &[("describe", "(loop $ever (drop (memory.grow (i32.const 1))) (br $ever)) unreachable")],
        ..ByHand::default()
    },
    Limit::Memory,
    32 * 1024 * 1024
)]
#[case::a_table(
    ByHand {
        more: "(table $table 1 funcref)",
        bodies: &[("describe", "(loop $ever (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $ever)) unreachable")],
        ..ByHand::default()
    },
    Limit::TableElements,
    20_000
)]
#[case::a_table_at_a_stroke(
    ByHand {
        more: "(table $table 1 funcref)",
        bodies: &[("describe", "(drop (table.grow $table (ref.null func) (i32.const 0x7fffffff))) unreachable")],
        ..ByHand::default()
    },
    Limit::TableElements,
    20_000
)]
#[tokio::test]
async fn what_grows_ends_at_its_limit(#[case] made_of: ByHand<'static>, #[case] limit: Limit, #[case] value: u64) {
    let CallError::Limit(exceeded) = described(made_of, Limits::default()).await else { panic!() };
    assert_eq!((exceeded.limit, exceeded.value), (limit, value));
}

/// What no engine of ours has room for is not let in at all.
#[rstest]
#[case::a_memory_of_four_gigabytes(ByHand { pages: 65_536, ..ByHand::default() }, "memory")]
#[case::a_large_table(ByHand { more: "(table 20001 funcref)", ..ByHand::default() }, "table")]
#[case::many_tables(
    ByHand { more: "(table 1 funcref)(table 1 funcref)(table 1 funcref)(table 1 funcref)(table 1 funcref)
        (table 1 funcref)(table 1 funcref)(table 1 funcref)(table 1 funcref)", ..ByHand::default() },
    "table"
)]
#[case::a_second_memory(ByHand { more: "(memory 1)", ..ByHand::default() }, "memor")]
fn what_there_is_no_room_for_is_not_loaded(#[case] made_of: ByHand<'static>, #[case] what: &str) {
    let error = Connector::load(&ENGINE, &by_hand(made_of)).unwrap_err();
    assert!(matches!(error, LoadError::Compile(_) | LoadError::Unfit { .. }), "{error}");
    assert!(error.to_string().contains(what), "{error}");
}

#[tokio::test]
async fn every_export_may_give_up() {
    let connector = loaded(ByHand::default());
    let around = Surroundings::nothing(Limits::default());
    let request =
        Request { method: "GET".to_owned(), query: String::new(), headers: vec![], body: vec![], received: 1 };
    let report = DailyReport {
        id: "Z-1".to_owned(),
        date: "2026-11-24".to_owned(),
        department: String::new(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines: vec![],
    };
    let ended = [
        gave_up(connector.describe(Limits::default()).await),
        gave_up(connector.configure(&around, context(), catalogue()).await),
        gave_up(connector.on_customer_changed(&around, context(), vec![]).await),
        gave_up(connector.on_webhook(&around, context(), request).await),
        gave_up(connector.on_day_closed(&around, context(), report, None).await),
        gave_up(connector.check(&around, context(), vec![]).await),
        gave_up(connector.catch_up(&around, context(), None).await),
    ];
    let every = [
        Function::Describe,
        Function::Configure,
        Function::OnCustomerChanged,
        Function::OnWebhook,
        Function::OnDayClosed,
        Function::Check,
        Function::CatchUp,
    ];
    assert_eq!(ended, every);
    an_honest_call_still_works().await;
}

/// The function that broke down, as the error has it.
fn gave_up<T: std::fmt::Debug>(report: CallReport<T>) -> Function {
    match report.result.unwrap_err() {
        CallError::Trapped { connector, function, reason } => {
            assert_eq!((connector.get(..7), reason.get(..10)), (Some("sha256:"), Some("it gave up")));
            assert_eq!(function, report.function);
            function
        }
        other => panic!("{other}"),
    }
}
