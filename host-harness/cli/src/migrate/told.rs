//! A migration as people read it.

use crate::commands::Language;
use crate::shown::clean;
use host_harness::table::{table, text};
use serde::Deserialize;
use serde_json::Value;

/// A migration as the host tells it.
#[derive(Deserialize)]
pub(super) struct Migration {
    from: String,
    to: String,
    state: String,
    pub(super) more: bool,
    pub(super) customers: u64,
    counts: Vec<Count>,
    create_missing: bool,
    linked: u64,
    open: u64,
    unsettled: Vec<Unsettled>,
    lost_fields: Vec<String>,
    pub(super) left_behind: Vec<LeftBehind>,
}

#[derive(Deserialize)]
struct Count {
    class: String,
    customers: u64,
}

#[derive(Deserialize)]
struct Unsettled {
    kind: String,
    count: u64,
    blocks: bool,
    ids: Vec<String>,
}

/// A debtor that stays behind.
#[derive(Deserialize)]
pub(super) struct LeftBehind {
    customer_id: String,
    debtor: String,
    pub(super) was_there: bool,
}

/// A part of the list of customers.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) customers: Vec<Value>,
    pub(super) next: Option<String>,
}

/// A customer of the list.
#[derive(Deserialize)]
pub(super) struct Customer {
    customer_id: String,
    number: String,
    class: String,
    debtor: String,
    by_number: bool,
    code: String,
    message: String,
    linked: String,
    otherwise: bool,
}

/// One of two languages.
fn say(language: Language, danish: &str, english: &str) -> String {
    match language {
        Language::Da => danish.to_owned(),
        Language::En => english.to_owned(),
    }
}

/// What people call a class; a word of a newer host stands for itself.
fn class_name(class: &str, language: Language) -> String {
    match class {
        "link" => say(language, "kobles til en debitor, der findes", "linked to a debtor that is there"),
        "create" => say(language, "findes ikke og skal oprettes", "not there, to be created"),
        "ambiguous" => say(language, "passer ikke entydigt; et menneske afgør det", "ambiguous; a person decides"),
        "refused" => say(language, "kan ikke overføres, som den er", "cannot be taken as it is"),
        "passed-over" => say(language, "springes over", "passed over"),
        "failed" => say(language, "kunne ikke undersøges", "could not be found out"),
        other => clean(other),
    }
}

fn state_name(state: &str, language: Language) -> String {
    match state {
        "previewing" => say(language, "ikke alle er undersøgt", "not all have been looked at"),
        "previewed" => say(language, "undersøgt; intet er ændret", "looked at; nothing is changed"),
        "applying" => {
            say(language, "under flytning; gentag apply, eller brug undo", "being applied; repeat apply, or undo")
        }
        "applied" => say(language, "flyttet", "applied"),
        "undoing" => say(language, "ved at blive fortrudt; gentag undo", "being undone; repeat undo"),
        "undone" => say(language, "fortrudt", "undone"),
        other => clean(other),
    }
}

fn unsettled_name(kind: &str, language: Language) -> String {
    match kind {
        "days-begun" => {
            say(language, "dage, der kan være bogført i det gamle system", "days that may be in the old books")
        }
        "days-waiting" => say(
            language,
            "dage, der ikke er forsøgt bogført; de flytter med",
            "days that were never tried; they move along",
        ),
        "link-calls" => say(language, "kald af det gamle link, der venter", "calls of the old link that wait"),
        "updates" => {
            say(language, "rettelser, som FlexyBox ikke har svaret på", "updates that FlexyBox has not answered")
        }
        "parked" => {
            say(language, "parkerede hændelser; de bliver i den gamle", "parked events; they stay in the old one")
        }
        "unposted" => say(
            language,
            "dage i kladden, som ikke er bogført endnu; de bogføres i det gamle system",
            "days in the journal that are not posted; they are posted in the old books",
        ),
        other => clean(other),
    }
}

impl Migration {
    /// How many customers are known.
    pub(super) fn examined(&self) -> u64 {
        self.counts.iter().map(|count| count.customers).fold(0, u64::saturating_add)
    }

    fn of_class(&self, class: &str) -> u64 {
        self.counts
            .iter()
            .filter(|count| count.class == class)
            .map(|count| count.customers)
            .fold(0, u64::saturating_add)
    }

    /// Whether everybody can be moved, now.
    pub(super) fn is_smooth(&self) -> bool {
        let smooth = self.of_class("link").saturating_add(self.of_class("create"));
        smooth == self.examined() && self.unsettled.iter().all(|one| !one.blocks)
    }

    /// Customers that are not synchronised by it.
    pub(super) fn left_out(&self) -> u64 {
        let created = if self.create_missing { self.of_class("create") } else { 0 };
        self.examined().saturating_sub(self.of_class("link")).saturating_sub(created)
    }

    pub(super) fn for_people(&self, language: Language) -> String {
        let (from, to) = (clean(&self.from), clean(&self.to));
        let mut out = format!("{from} → {to}: {}\n", state_name(&self.state, language));
        for count in &self.counts {
            out.push_str(&format!("{:>7}  {}\n", count.customers, class_name(&count.class, language)));
        }
        if self.state == "applied" {
            let (linked, open, left) = (self.linked, self.open, self.left_out());
            out.push_str(&match language {
                Language::Da => format!(
                    "{linked} er koblet nu, {open} hændelser er ikke færdige, {left} kunder er udeladt\n\
                     FlexyBox skal sende til {to}. Linket til {from} kan slettes i det gamle regnskabssystem\n"
                ),
                Language::En => format!(
                    "{linked} are linked by now, {open} events are not done, {left} customers are left out\n\
                     FlexyBox must send to {to}. The link to {from} may be deleted in the old accounting system\n"
                ),
            });
        }
        // On the way back it is the old installation's own affair again.
        let concerned = !matches!(self.state.as_str(), "undoing" | "undone");
        for one in self.unsettled.iter().filter(|_| concerned) {
            let mark = if one.blocks { "!!" } else { "! " };
            let ids = one.ids.iter().map(|id| clean(id)).collect::<Vec<_>>().join(", ");
            out.push_str(&format!("{mark} {}: {} ({ids})\n", unsettled_name(&one.kind, language), one.count));
        }
        if concerned && !self.lost_fields.is_empty() {
            let fields = self.lost_fields.iter().map(|field| clean(field)).collect::<Vec<_>>().join(", ");
            let what = say(
                language,
                "kundedata felter uden plads i det nye system",
                "customer data fields without a place in the new system",
            );
            out.push_str(&format!("!  {what}: {fields}\n"));
        }
        for one in self.left_behind.iter().filter(|one| !one.was_there) {
            let (debtor, customer) = (clean(&one.debtor), clean(&one.customer_id));
            out.push_str(&match language {
                Language::Da => {
                    format!("!  debitor {debtor} blev oprettet for kunden {customer} og bliver i det nye system\n")
                }
                Language::En => {
                    format!("!  debtor {debtor} was created for customer {customer} and stays in the new system\n")
                }
            });
        }
        out
    }
}

/// A line for each customer.
pub(super) fn list(customers: &[Customer], language: Language) -> String {
    let headings = match language {
        Language::Da => ["kunde", "nummer", "hvad", "debitor", "fundet på", "koblet nu", "hvorfor"],
        Language::En => ["customer", "number", "what", "debtor", "found by", "linked now", "why"],
    };
    let mut rows = table(&headings);
    for one in customers {
        let by = match (one.debtor.is_empty(), one.by_number) {
            (true, _) => String::new(),
            (false, true) => say(language, "nummer", "number"),
            (false, false) => say(language, "cvr eller e-mail", "CVR or e-mail"),
        };
        let linked = if one.otherwise { format!("{} !", one.linked) } else { one.linked.clone() };
        let why = if one.message.is_empty() { one.code.clone() } else { format!("{} ({})", one.message, one.code) };
        rows.add_row([
            clean(&one.customer_id),
            clean(&one.number),
            class_name(&one.class, language),
            clean(&one.debtor),
            by,
            clean(&linked),
            clean(&why),
        ]);
    }
    text(&rows)
}
