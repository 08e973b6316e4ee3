//! Why a trial could not be held, and what one came to.

use serde_json::{Map, Value, json};
use std::fmt::Display;

/// The trial could not be held: nothing is said about the host.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotRun(String);

impl CannotRun {
    /// What could not be done, and why.
    pub fn because(what: impl Display, cause: impl Display) -> Self {
        Self(format!("{what}: {cause}"))
    }

    /// The whole of it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// What a trial came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is wrong, one a line; empty when the host stood the trial.
    pub wrong: Vec<String>,
    /// What was measured and counted, by name. Times are in microseconds and their names end in `_us`.
    pub figures: Map<String, Value>,
}

impl Outcome {
    /// Whether the host stood the trial.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Note a figure.
    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// As JSON: `good`, `wrong`, `figures`.
    pub fn json(&self) -> Value {
        json!({"good": self.is_good(), "wrong": self.wrong, "figures": self.figures})
    }

    /// As people read it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.figures {
            match value {
                Value::String(value) => text.push_str(&format!("{name:<28} {value}\n")),
                value => text.push_str(&format!("{name:<28} {value}\n")),
            }
        }
        for line in &self.wrong {
            text.push_str(&format!("wrong: {line}\n"));
        }
        text.push_str(if self.is_good() { "good\n" } else { "failed\n" });
        text
    }
}
