//! What the demo prints: each step with what both sides hold before and after, and at the end a table that says so.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde_json::{Value, json};

/// Columns of the table at the end; a terminal in a logbook is seldom wider.
const TABLE_WIDTH: u16 = 120;

/// What both sides hold of one customer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Both {
    pub(crate) flexybox: String,
    pub(crate) uniconta: String,
}

/// One step, told.
pub(crate) struct Told {
    pub(crate) title: &'static str,
    pub(crate) outcome: String,
    pub(crate) calls: usize,
    pub(crate) before: Both,
    pub(crate) after: Both,
    /// What was not as expected; empty for a good step.
    pub(crate) wrong: Vec<String>,
}

/// Prints steps as they end.
pub(crate) struct Printer {
    json: bool,
    steps: Vec<Told>,
}

impl Printer {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, steps: Vec::new() }
    }

    pub(crate) fn step(&mut self, told: Told) {
        if !self.json {
            println!("\n{}. {}", self.steps.len() + 1, told.title);
            println!("   before   FlexyBox  {}", told.before.flexybox);
            println!("            Uniconta  {}", told.before.uniconta);
            println!("   after    FlexyBox  {}", told.after.flexybox);
            println!("            Uniconta  {}", told.after.uniconta);
            println!("   outcome  {} (calls to Uniconta: {})", told.outcome, told.calls);
            for wrong in &told.wrong {
                println!("   NOT AS EXPECTED: {wrong}");
            }
        }
        self.steps.push(told);
    }

    /// The table, and how many steps were not as expected.
    pub(crate) fn finish(self) -> usize {
        let good = self.steps.iter().filter(|step| step.wrong.is_empty()).count();
        let bad = self.steps.len() - good;
        if self.json {
            let steps: Vec<Value> = self.steps.iter().map(as_json).collect();
            println!("{}", json!({ "steps": steps, "expected": good, "unexpected": bad }));
            return bad;
        }
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(TABLE_WIDTH);
        table.set_header(["step", "outcome", "calls", "as expected"]);
        for (at, step) in self.steps.iter().enumerate() {
            let verdict = if step.wrong.is_empty() { "yes" } else { "NO" };
            table.add_row([
                format!("{}. {}", at + 1, step.title),
                step.outcome.clone(),
                step.calls.to_string(),
                verdict.to_owned(),
            ]);
        }
        println!("\n{table}");
        println!("demo: {} steps, {good} as expected", self.steps.len());
        bad
    }
}

fn as_json(step: &Told) -> Value {
    let both = |both: &Both| json!({ "flexybox": both.flexybox, "uniconta": both.uniconta });
    json!({
        "title": step.title,
        "outcome": step.outcome,
        "calls": step.calls,
        "before": both(&step.before),
        "after": both(&step.after),
        "wrong": step.wrong,
    })
}
