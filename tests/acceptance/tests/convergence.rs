//! Random sequences of edits on both sides, webhooks delayed, duplicated and reordered, faults injected: both sides come
//! to the same, no debtor is made twice, no edit is lost without a reported conflict, untagged customers cause no call.
//!
//! The connector's native logic runs against the simulator's own store. The host here is a model of the real one: events
//! in order per customer, effects applied together with the acknowledgement, a retry with the input of the first attempt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod world;

use acceptance::trouble::Trouble;
use accounting_kit::types::Side;
use proptest::prelude::*;
use world::{CUSTOMERS, PROPERTIES, World};

#[derive(Debug, Clone)]
enum Step {
    EditInFlexybox {
        who: usize,
        what: usize,
    },
    EditInUniconta {
        who: usize,
        what: usize,
    },
    Clear {
        who: usize,
        what: usize,
        in_uniconta: bool,
    },
    Untag(usize),
    Tag(usize),
    /// Handle the oldest waiting event, with this going wrong; with an edit in FlexyBox while the call runs.
    Work {
        fault: Option<Trouble>,
        edited_meanwhile: Option<usize>,
    },
    /// One of the waiting webhooks arrives, not the oldest; perhaps it stays to come again.
    Webhook {
        which: usize,
        again: bool,
    },
    CatchUp,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..CUSTOMERS;
    let what = 0..PROPERTIES.len();
    let trouble = prop_oneof![
        Just(Trouble::DropBefore),
        Just(Trouble::DropAfter),
        Just(Trouble::Truncated(7)),
        Just(Trouble::Unavailable),
        Just(Trouble::NotSaved)
    ];
    prop_oneof![
        4 => (who.clone(), what.clone()).prop_map(|(who, what)| Step::EditInFlexybox { who, what }),
        4 => (who.clone(), what.clone()).prop_map(|(who, what)| Step::EditInUniconta { who, what }),
        1 => (who.clone(), what, any::<bool>()).prop_map(|(who, what, in_uniconta)| Step::Clear { who, what, in_uniconta }),
        1 => who.clone().prop_map(Step::Untag),
        2 => who.clone().prop_map(Step::Tag),
        6 => (proptest::option::weighted(0.3, trouble), proptest::option::weighted(0.15, who))
            .prop_map(|(fault, edited_meanwhile)| Step::Work { fault, edited_meanwhile }),
        4 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(which, again)| Step::Webhook { which: which.index(64), again }),
        1 => Just(Step::CatchUp),
    ]
}

fn run(steps: &[Step], wins: Side, skip: u32) -> Result<(), TestCaseError> {
    let mut world = World::new(wins);
    for step in steps {
        match step {
            Step::EditInFlexybox { who, what } => world.edit_in_flexybox(*who, *what, false),
            Step::EditInUniconta { who, what } => world.edit_in_uniconta(*who, *what, false),
            Step::Clear { who, what, in_uniconta: true } => world.edit_in_uniconta(*who, *what, true),
            Step::Clear { who, what, in_uniconta: false } => world.edit_in_flexybox(*who, *what, true),
            Step::Untag(who) => world.set_tag(*who, false),
            Step::Tag(who) => world.set_tag(*who, true),
            Step::Work { fault, edited_meanwhile } => {
                if let Some(trouble) = fault {
                    world.simulator.add_fault(trouble.fault(skip));
                }
                world.work(*edited_meanwhile);
                world.simulator.clear_faults();
            }
            Step::Webhook { which, again } => world.webhook(*which, *again),
            Step::CatchUp => world.catch_up(),
        }
    }
    world.settle();
    let troubles = world.what_is_wrong();
    prop_assert!(troubles.is_empty(), "{}\n\n{}", troubles.join("\n"), world.story());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_come_to_the_same(
        steps in prop::collection::vec(step(), 1..60),
        flexybox_wins: bool,
        skip in 0u32..2,
    ) {
        run(&steps, if flexybox_wins { Side::Flexybox } else { Side::Accounting }, skip)?;
    }
}
