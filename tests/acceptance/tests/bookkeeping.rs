//! For any balanced report, any fault at any point, any number of retries and restarts: the ledger holds each day exactly
//! once and sums to zero. For any unbalanced one, nothing is sent.
//!
//! The connector's native logic runs against the simulator's own books, which are read here without its help.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod ledger;

use acceptance::ledger as books;
use acceptance::trouble::Trouble;
use accounting_kit::types::ErrorKind;
use ledger::{ACCOUNTS, Part, World, context, report};
use proptest::prelude::*;
use uniconta_sim::Switches;
use uniconta_sim::switches::{InsertList, InsertListReply};

#[derive(Debug, Clone)]
enum Step {
    Close(Vec<Part>),
    Correct(usize, Vec<Part>),
    SendAgain { which: usize, forgotten: bool },
    Work { fault: Option<(Trouble, u32)>, dies: bool },
    Post,
    BlockDebtor(bool),
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let amount = prop_oneof![1i64..100_000, -100_000i64..0, Just(999_999_999_999), Just(1), Just(-1)];
    prop::collection::vec((0..ACCOUNTS, amount), 1..8)
}

fn step() -> impl Strategy<Value = Step> {
    let trouble = prop_oneof![
        1 => Just(Trouble::DropBefore),
        3 => Just(Trouble::DropAfter),
        1 => (0usize..400).prop_map(Trouble::Truncated),
        1 => Just(Trouble::Unavailable),
        1 => Just(Trouble::NotSaved)
    ];
    let fault = proptest::option::weighted(0.5, (trouble, 0u32..7));
    prop_oneof![
        4 => parts().prop_map(Step::Close),
        2 => (0usize..8, parts()).prop_map(|(which, parts)| Step::Correct(which, parts)),
        1 => (0usize..8, any::<bool>()).prop_map(|(which, forgotten)| Step::SendAgain { which, forgotten }),
        8 => (fault, prop::bool::weighted(0.25)).prop_map(|(fault, dies)| Step::Work { fault, dies }),
        2 => Just(Step::Post),
        1 => any::<bool>().prop_map(Step::BlockDebtor),
    ]
}

fn run(steps: &[Step], switches: Switches, off_by: i64) -> Result<(), TestCaseError> {
    let mut world = World::new(switches);
    let mut days: u32 = 0;
    for step in steps {
        match step {
            Step::Close(parts) => {
                days += 1;
                // A day may be out by an øre, for which there is a rounding account.
                world.close(report(&format!("Z{days}"), 1, parts, if days.is_multiple_of(3) { off_by } else { 0 }));
            }
            Step::Correct(which, parts) => {
                world.correct(&format!("Z{which}"), parts);
            }
            Step::SendAgain { which, forgotten } => world.send_again(&format!("Z{which}"), *forgotten),
            Step::Work { fault, dies } => {
                world.work(fault.map(|(trouble, skip)| trouble.fault(skip)), *dies);
            }
            Step::Post => world.post(),
            Step::BlockDebtor(blocked) => books::block_debtor(&world.simulator, *blocked),
        }
    }
    let settled = world.settle();
    let story = world.story.join("\n");
    prop_assert!(settled.is_ok(), "{}\n{}", settled.unwrap_err(), story);
    prop_assert_eq!(books::sums(&world.simulator), world.should_be(), "{}", story);
    let vouchers = books::vouchers(&world.simulator);
    prop_assert!(vouchers.values().all(|sum| *sum == 0), "{:?}\n{}", vouchers, story);
    for receipt in world.receipts() {
        prop_assert_eq!(receipt.total_debit, receipt.total_credit);
        prop_assert!(receipt.lines.is_empty() || vouchers.contains_key(&receipt.voucher), "{}", story);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn each_day_is_in_the_books_exactly_once(
        steps in prop::collection::vec(step(), 1..40),
        partial: bool,
        silent: bool,
        small_pages: bool,
        off_by in -1i64..2,
    ) {
        let mut switches = Switches::default();
        if partial {
            switches.insert_list = InsertList::Partial;
        }
        if silent {
            switches.insert_list_reply = InsertListReply::Empty;
        }
        if small_pages {
            switches.page_size = 2;
        }
        run(&steps, switches, off_by)?;
    }

    #[test]
    fn an_unbalanced_day_is_never_sent(parts in parts(), off_by in prop_oneof![9i64..1_000_000, -1_000_000i64..-8], attempt in 1u32..4) {
        let world = World::new(Switches::default());
        let error = world.send(&context(attempt), &report("Z1", 1, &parts, off_by), None).unwrap_err();
        prop_assert_eq!(error.kind, ErrorKind::Validation);
        prop_assert_eq!(world.simulator.calls().len(), 0);
        prop_assert_eq!(books::journal_lines(&world.simulator), 0);
    }
}
