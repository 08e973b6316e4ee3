//! `harness compare`: what each of several connectors can do, by what it says of itself.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::compiled::Compiled;
use crate::load;
use crate::shown::clean;
use host_harness::bindings::exports::configure::{Connector as Description, SettingSpec};
use host_harness::bindings::types::Localized;
use host_harness::replay::to_json;
use host_harness::table::{table, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Show side by side what connectors can do, by what they say of themselves. No outside call
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  harness compare connector.wasm other-connector.wasm\n  \
                        harness compare connector.wasm other-connector.wasm --locale da\n  \
                        harness compare connector.wasm other-connector.wasm --markdown")]
pub(crate) struct Args {
    /// The connectors, .wasm components
    #[arg(required = true, value_name = "CONNECTOR")]
    connectors: Vec<PathBuf>,
    /// The language of the table
    #[arg(long, value_enum, default_value = "en")]
    locale: Language,
    /// Print a table for a document
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let mut descriptions = Vec::new();
    for path in &args.connectors {
        descriptions.push(load::description(&load::connector(path, 1, &args.compiled)?).await?);
    }
    if args.json {
        let all: Vec<Value> = descriptions.iter().map(to_json).collect();
        print_json(&serde_json::json!({ "connectors": all }))?;
        return Ok(Verdict::Good);
    }
    let rows = rows(&descriptions, args.locale);
    print(&if args.markdown { markdown(&rows) } else { plain(&rows) });
    Ok(Verdict::Good)
}

/// A text in both languages: Danish, then English.
type Words = (&'static str, &'static str);

/// What the known capabilities are called. Others are shown by their names.
const CAPABILITIES: [(&str, Words); 6] = [
    ("customers", ("Kunder bliver til debitorer", "Customers become debtors")),
    ("customer-fields", ("Kundedata felter følger med", "Customer data fields go along")),
    ("webhook", ("Rettelser kommer tilbage med det samme", "Edits come back at once")),
    ("webhook-registration", ("Linket oprettes af sig selv", "The link is entered by itself")),
    ("catch-up", ("Mistede rettelser hentes igen", "Missed edits are read again")),
    ("bookkeeping", ("Dagsrapporter lægges i kladden", "Daily reports go into the journal")),
];

const ACCOUNTING_SYSTEM: Words = ("Økonomisystem", "Accounting system");
const VERSION: Words = ("Version", "Version");
const HOSTS: Words = ("Servere den kalder", "Hosts it calls");
const NEEDED: Words = ("Skal udfyldes", "Must be filled in");
const OPTIONAL: Words = ("Kan udfyldes", "May be filled in");
const LONGEST: Words = ("Længste tekst (tegn)", "Longest text (characters)");
const YES: Words = ("ja", "yes");
const NO: &str = "–";

fn say(words: Words, language: Language) -> &'static str {
    match language {
        Language::Da => words.0,
        Language::En => words.1,
    }
}

/// What one thing is called, and what there is of it for each connector; none of it is an empty list.
struct Row {
    heading: String,
    cells: Vec<Vec<String>>,
}

impl Row {
    /// The heading, then one text for each connector.
    fn texts<'a>(&'a self, between: &'a str) -> impl Iterator<Item = String> + 'a {
        let cell = move |cell: &Vec<String>| if cell.is_empty() { NO.to_owned() } else { cell.join(between) };
        std::iter::once(clean(&self.heading)).chain(self.cells.iter().map(cell))
    }
}

fn rows(connectors: &[Description], language: Language) -> Vec<Row> {
    let row = |heading: &str, cell: &dyn Fn(&Description) -> Vec<String>| Row {
        heading: heading.to_owned(),
        cells: connectors.iter().map(|one| cell(one).iter().map(|text| clean(text)).collect()).collect(),
    };
    let mut rows = vec![
        row(say(ACCOUNTING_SYSTEM, language), &|one| vec![one.name.clone()]),
        row(say(VERSION, language), &|one| vec![one.version.clone()]),
    ];
    let unknown = connectors.iter().flat_map(|one| &one.capabilities).map(String::as_str);
    let unknown: BTreeSet<&str> = unknown.filter(|name| CAPABILITIES.iter().all(|(known, _)| known != name)).collect();
    let known = CAPABILITIES.iter().map(|(name, words)| (*name, say(*words, language)));
    for (name, words) in known.chain(unknown.into_iter().map(|name| (name, name))) {
        rows.push(row(words, &|one| {
            let can = one.capabilities.iter().any(|capability| capability == name);
            can.then(|| say(YES, language).to_owned()).into_iter().collect()
        }));
    }
    rows.push(row(say(HOSTS, language), &|one| one.hosts.clone()));
    for (words, needed) in [(NEEDED, true), (OPTIONAL, false)] {
        rows.push(row(say(words, language), &|one| {
            let those = one.settings.iter().filter(|spec| is_needed(spec) == needed);
            those.map(|spec| label(&spec.label, language)).collect()
        }));
    }
    // By each system's own names, so a row for each would hold one connector's number and nothing else.
    rows.push(row(say(LONGEST, language), &|one| {
        one.limits.iter().map(|limit| format!("{} {}", limit.property, limit.max_length)).collect()
    }));
    rows
}

fn is_needed(spec: &SettingSpec) -> bool {
    spec.required && spec.default_value.is_none()
}

fn label(label: &Localized, language: Language) -> String {
    match language {
        Language::Da => label.da.clone(),
        Language::En => label.en.clone(),
    }
}

/// Lists take a line for each element, so that several connectors stand beside each other on a screen.
fn plain(rows: &[Row]) -> String {
    let Some((headings, rows)) = rows.split_first() else { return String::new() };
    let headings: Vec<String> = headings.texts(", ").collect();
    let mut whole = table(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for row in rows {
        whole.add_row(row.texts("\n"));
    }
    text(&whole)
}

fn markdown(rows: &[Row]) -> String {
    let line = |row: &Row| {
        let cells: Vec<String> = row.texts(", ").map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let Some((headings, rows)) = rows.split_first() else { return String::new() };
    let dashes = format!("|---|{}\n", "---|".repeat(headings.cells.len()));
    [line(headings), dashes].into_iter().chain(rows.iter().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_harness::bindings::exports::configure::{FieldLimit, SettingKind};

    fn connector(name: &str, capabilities: &[&str], limit: u32) -> Description {
        Description {
            id: name.to_lowercase(),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            capabilities: capabilities.iter().map(|&one| one.to_owned()).collect(),
            settings: vec![SettingSpec {
                key: "name".to_owned(),
                kind: SettingKind::Text,
                label: Localized { da: "Navn, som det er".to_owned(), en: "Name, as it is".to_owned() },
                help: Localized { da: String::new(), en: String::new() },
                required: true,
                secret: false,
                default_value: None,
                choices: Vec::new(),
            }],
            hosts: vec!["a.example".to_owned(), "b.example".to_owned()],
            limits: [("Name", limit), ("City", 7)]
                .map(|(property, max_length)| FieldLimit { property: property.to_owned(), max_length })
                .to_vec(),
        }
    }

    #[test]
    fn each_connector_has_a_column_and_each_capability_a_row() {
        let both = [connector("One", &["customers", "tel|epathy"], 60), connector("Two", &["bookkeeping"], 100)];
        let text = markdown(&rows(&both, Language::Da));
        for line in [
            "| Økonomisystem | One | Two |",
            "| Kunder bliver til debitorer | ja | – |",
            "| Dagsrapporter lægges i kladden | – | ja |",
            "| tel\\|epathy | ja | – |",
            "| Længste tekst (tegn) | Name 60, City 7 | Name 100, City 7 |",
            "| Skal udfyldes | Navn, som det er | Navn, som det er |",
            "| Kan udfyldes | – | – |",
            "| Servere den kalder | a.example, b.example | a.example, b.example |",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is missing in\n{text}");
        }
        assert_eq!(text.lines().nth(1).unwrap(), "|---|---|---|");
        let screen = plain(&rows(&both, Language::En));
        assert!(screen.contains("Name, as it is") && screen.contains("Name 100\n"), "{screen}");
    }
}
