//! Random sequences of edits on both sides, new numbers, webhooks delayed, doubled and out of order, faults injected: both
//! sides come to the same, no customer is made twice, no edit is lost without a reported conflict, untagged customers cause
//! no call.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod club;
mod world;

use economic_sim::{Fault, FaultAction};
use proptest::prelude::*;
use world::{CUSTOMERS, PROPERTIES, World};

#[derive(Debug, Clone)]
enum Step {
    EditInFlexybox {
        who: usize,
        what: usize,
        clear: bool,
    },
    EditInEconomic {
        who: usize,
        what: usize,
        clear: bool,
    },
    Tag {
        who: usize,
        on: bool,
    },
    /// Handle the oldest waiting event, with this going wrong; with an edit in FlexyBox while the call runs.
    Work {
        fault: Option<FaultAction>,
        skip: u32,
        edited_meanwhile: Option<usize>,
    },
    /// One of the waiting calls of the link arrives; perhaps it stays to come again.
    Webhook {
        which: usize,
        again: bool,
    },
    Renumber(usize),
    CatchUp,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..CUSTOMERS;
    let what = 0..PROPERTIES.len();
    let clear = prop::bool::weighted(0.15);
    let unavailable = FaultAction::Status { status: 503, body: String::new(), content_type: "text/plain".to_owned() };
    let fault = prop_oneof![
        Just(FaultAction::DropBefore),
        Just(FaultAction::DropAfter),
        Just(FaultAction::TruncateHalf),
        Just(unavailable),
        Just(FaultAction::Limited(1)),
    ];
    let edit = (who.clone(), what, clear);
    prop_oneof![
        4 => edit.clone().prop_map(|(who, what, clear)| Step::EditInFlexybox { who, what, clear }),
        4 => edit.prop_map(|(who, what, clear)| Step::EditInEconomic { who, what, clear }),
        2 => (who.clone(), prop::bool::weighted(0.7)).prop_map(|(who, on)| Step::Tag { who, on }),
        6 => (prop::option::weighted(0.3, fault), 0u32..3, prop::option::weighted(0.15, who.clone()))
            .prop_map(|(fault, skip, edited_meanwhile)| Step::Work { fault, skip, edited_meanwhile }),
        4 => (0usize..64, any::<bool>()).prop_map(|(which, again)| Step::Webhook { which, again }),
        1 => who.prop_map(Step::Renumber),
        1 => Just(Step::CatchUp),
    ]
}

fn run(steps: &[Step], flexybox_wins: bool) -> Result<(), TestCaseError> {
    let mut world = World::new(flexybox_wins);
    for step in steps {
        match step {
            Step::EditInFlexybox { who, what, clear } => world.edit_in_flexybox(*who, *what, *clear),
            Step::EditInEconomic { who, what, clear } => world.edit_in_economic(*who, *what, *clear),
            Step::Tag { who, on } => world.set_tag(*who, *on),
            Step::Work { fault, skip, edited_meanwhile } => {
                if let Some(action) = fault {
                    world.club.simulator.add_fault(Fault { skip: *skip, ..Fault::next(action.clone()) });
                }
                world.work(*edited_meanwhile);
                world.club.simulator.clear_faults();
            }
            Step::Webhook { which, again } => world.webhook(*which, *again),
            Step::Renumber(who) => world.renumber(*who),
            Step::CatchUp => {
                world.read_missed();
            }
        }
    }
    world.settle();
    let troubles = world.what_is_wrong();
    prop_assert!(troubles.is_empty(), "{}\n\n{}", troubles.join("\n"), world.story.join("\n"));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_come_to_the_same(steps in prop::collection::vec(step(), 1..50), flexybox_wins: bool) {
        run(&steps, flexybox_wins)?;
    }
}
