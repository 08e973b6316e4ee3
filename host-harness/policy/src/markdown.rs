//! The tables as documents show them, so that a test can compare the two.

use crate::back_off::BACK_OFF_CAP_MS;
use crate::budget::{SHARES, Share};
use crate::table::{Follows, NEXT_DAY_SPREAD_MS, Row, Splits, TABLE, Wait};
use crate::tally::Counter;

/// The table of what follows each trouble, in Markdown.
#[must_use]
pub fn table_markdown() -> String {
    let mut text =
        String::from("| trouble | what follows | wait | counted as | batch of several |\n|---|---|---|---|---|\n");
    for row in &TABLE {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} |\n",
            row.trouble.name(),
            follows(row),
            wait(row),
            row.counts.map_or("–", counter),
            batch(row.splits),
        ));
    }
    text
}

/// The table of who waits from when on, in Markdown.
#[must_use]
pub fn budget_markdown() -> String {
    let mut text = String::from("| work | waits from |\n|---|---:|\n");
    for Share { work, per_mille } in &SHARES {
        let (whole, tenth) = (per_mille / 10, per_mille % 10);
        let fraction = if tenth == 0 { String::new() } else { format!(".{tenth}") };
        text.push_str(&format!("| `{}` | {whole}{fraction} % |\n", work.name()));
    }
    text
}

fn follows(row: &Row) -> String {
    match row.follows {
        Follows::Pause => "the installation pauses".to_owned(),
        Follows::Park => "parked".to_owned(),
        Follows::Retry => {
            let mut text = String::from("again");
            if let Some(from) = row.slow_from {
                text.push_str(&format!("; `slow` from {from}"));
            }
            if let Some(from) = row.park_from {
                text.push_str(&format!("; parked at {from}"));
            }
            text
        }
    }
}

fn wait(row: &Row) -> String {
    if row.follows != Follows::Retry {
        return "–".to_owned();
    }
    match row.wait {
        Wait::AtOnce => "none".to_owned(),
        Wait::UpTo(most) => format!("up to {}", duration(most)),
        Wait::BackOff(base) => back_off(base),
        Wait::BackOffOrNextDay(base) => {
            format!("{}; not told how long: next budget day + up to {}", back_off(base), duration(NEXT_DAY_SPREAD_MS))
        }
    }
}

fn back_off(base: u64) -> String {
    format!("up to {}, doubling to {}", duration(base), duration(BACK_OFF_CAP_MS))
}

const fn counter(counter: Counter) -> &'static str {
    match counter {
        Counter::Waits => "wait",
        Counter::Doubts => "doubt",
        Counter::Defects => "defect",
        Counter::Crashes => "crash, in a row",
    }
}

const fn batch(splits: Splits) -> &'static str {
    match splits {
        Splits::Never => "stays whole",
        Splits::AtOnce => "split",
        Splits::BeforeParking => "split instead of parked",
    }
}

/// In the largest unit that divides it.
fn duration(ms: u64) -> String {
    if ms.is_multiple_of(60_000) {
        format!("{} min", ms / 60_000)
    } else if ms.is_multiple_of(1_000) {
        format!("{} s", ms / 1_000)
    } else {
        format!("{ms} ms")
    }
}
