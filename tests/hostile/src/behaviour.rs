//! The ways to misbehave.

#![allow(clippy::panic, reason = "one of the ways")]

use crate::bindings::flexybox::accounting::{customers, log};
use crate::raw;
use crate::requests::{self, ask};
use std::hint::black_box;

/// Misbehave, and tell what could be seen of it.
pub(crate) fn behave(behaviour: &str, argument: &str) -> Vec<String> {
    match behaviour {
        "" => Vec::new(),
        "spin" => raw::spin(),
        "allocate" => allocate(),
        "recurse" => vec![recurse(1).to_string()],
        "trap" => panic!("on purpose"),
        "log" => log_without_end(),
        "log-forged" => {
            log::write(log::Level::Info, "first\n2026-01-01 ERROR second");
            Vec::new()
        }
        "many-requests" => {
            let count = argument.parse().unwrap_or(1_000);
            (0..count).map(|_| ask("GET", "https://approved.example/", &[])).collect()
        }
        // One request, wherever `argument` says.
        "ask" => vec![ask("GET", argument, &[])],
        "host-header" => vec![requests::ask_with_header("https://approved.example/", "host", "never-approved.example")],
        "send-bytes" => {
            let body = vec![b'x'; argument.parse().unwrap_or_default()];
            vec![ask("POST", "https://approved.example/", &body)]
        }
        "send-twice" => {
            let body = vec![b'x'; argument.parse().unwrap_or_default()];
            (0..2).map(|_| ask("POST", "https://approved.example/", &body)).collect()
        }
        "request" => raw::in_parts(argument),
        "requests-at-once" => raw::at_once(argument.parse().unwrap_or(1_000)),
        "hoard-handles" => raw::hoard_handles(),
        "hoard-bodies" => raw::hoard_bodies(),
        "hoard-answers" => raw::hoard_answers(argument.parse().unwrap_or(4)),
        "giant-headers" => raw::giant_headers(),
        "hold-answer" => raw::hold_answer(),
        "drip" => raw::drip(),
        "pour" => raw::pour(),
        "lie-about-length" => {
            let (promised, sent) = argument.split_once(' ').unwrap_or((argument, ""));
            raw::lie_about_length(promised, sent.as_bytes())
        }
        "follow" => raw::follow(argument),
        "poll" => raw::poll_in_a_circle(),
        "sleep" => raw::sleep(),
        // As many texts as `argument` says.
        "many-results" => vec![String::from("x"); argument.parse().unwrap_or_default()],
        "log-large" => loop {
            log::write(log::Level::Info, &"x".repeat(200_000));
        },
        "look-up-without-end" => loop {
            black_box(customers::by_number(argument).len());
        },
        "huge-result" => vec!["x".repeat(argument.parse().unwrap_or_default())],
        "look-up" => vec![format!("{:?}", customers::by_id(argument).map(|customer| customer.id))],
        "work" => vec![work(argument.parse().unwrap_or(1_000)).to_string()],
        other => vec![format!("no such behaviour: {other}")],
    }
}

fn allocate() -> Vec<String> {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; 1024 * 1024]));
        if kept.len() > 100_000 {
            return vec![format!("{} MiB", kept.len())];
        }
    }
}

#[allow(unconditional_recursion, reason = "one of the ways")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    recurse(black_box(depth + 1)) + frame.iter().sum::<u64>()
}

fn log_without_end() -> Vec<String> {
    for line in 0..100_000 {
        log::write(log::Level::Info, &format!("line {line} of far too many"));
    }
    vec!["done".to_owned()]
}

/// A sum that no compiler knows beforehand.
fn work(rounds: u64) -> u64 {
    (0..rounds).fold(1, |sum, round| black_box(sum ^ round).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
