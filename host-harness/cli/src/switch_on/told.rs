//! A switching-on as people read it, in both languages.

use crate::commands::Language::{self, Da, En};
use crate::shown::{clean, utc};
use serde::Deserialize;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Phase {
    NotBegun,
    Looking,
    Looked,
    Going,
    Done,
}

impl Phase {
    /// What is counted.
    pub(super) fn part(self, locale: Language) -> &'static str {
        match (self == Self::Looking, locale) {
            (true, Da) => "debitorer læst",
            (true, En) => "debtors read",
            (false, Da) => "kunder behandlet",
            (false, En) => "customers handled",
        }
    }

    /// The bar of the part.
    pub(super) fn bar(self, locale: Language) -> &'static str {
        match (self == Self::Looking, locale) {
            (true, Da) => "{bar:30} {pos}/{len} debitorer læst, {per_sec}, {eta} tilbage {msg}",
            (true, En) => "{bar:30} {pos}/{len} debtors read, {per_sec}, {eta} left {msg}",
            (false, Da) => "{bar:30} {pos}/{len} kunder, {per_sec}, {eta} tilbage {msg}",
            (false, En) => "{bar:30} {pos}/{len} customers, {per_sec}, {eta} left {msg}",
        }
    }
}

/// What is to come.
#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    calls_least: u64,
    calls_most: Option<u64>,
    days_least: u64,
    days_most: Option<u64>,
}

/// What the host answers.
#[derive(Debug, Deserialize)]
pub(super) struct SwitchOn {
    pub(super) phase: Phase,
    customers: u64,
    debtors: Option<u64>,
    read: u64,
    found: u64,
    due: u64,
    waiting: u64,
    waited: u64,
    pub(super) parked: u64,
    plan: Plan,
    daily_calls: u64,
    left_today: Option<u64>,
    goes_on_ms: Option<i64>,
    pub(super) paused: String,
}

fn between(least: u64, most: Option<u64>, locale: Language) -> String {
    match (most, locale) {
        (Some(most), _) if most == least => least.to_string(),
        (Some(most), Da) => format!("{least} til {most}"),
        (Some(most), En) => format!("{least} to {most}"),
        (None, Da) => format!("mindst {least}"),
        (None, En) => format!("at least {least}"),
    }
}

impl SwitchOn {
    /// How much of the part that is under way is done, and of how much; none when none is.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        match self.phase {
            Phase::Looking => Some((self.read, self.debtors.unwrap_or(0).max(self.read))),
            Phase::Going => {
                let all = self.waited.max(self.waiting);
                Some((all.saturating_sub(self.waiting), all))
            }
            Phase::NotBegun | Phase::Looked | Phase::Done => None,
        }
    }

    /// What follows if one says yes, a line each.
    pub(super) fn plan_for_people(&self, locale: Language) -> String {
        let what = match (self.phase, locale) {
            (Phase::Looked, Da) => format!(
                "{} kunder, {} debitorer: {} kunder kan have en debitor, og {} af debitorerne ændres; {} oprettes",
                self.customers,
                self.read,
                self.found,
                self.due,
                self.customers.saturating_sub(self.found)
            ),
            (Phase::Looked, En) => format!(
                "{} customers, {} debtors: {} customers may have a debtor, and {} of those change; {} are created",
                self.customers,
                self.read,
                self.found,
                self.due,
                self.customers.saturating_sub(self.found)
            ),
            (_, Da) => format!("{} kunder; først læses alle debitorer, og intet skrives", self.customers),
            (_, En) => format!("{} customers; first all debtors are read, and nothing is written", self.customers),
        };
        let calls = between(self.plan.calls_least, self.plan.calls_most, locale);
        let days = between(self.plan.days_least, self.plan.days_most, locale);
        let budget = match (self.left_today, locale) {
            (None, Da) => "ingen grænse om dagen".to_owned(),
            (None, En) => "no limit a day".to_owned(),
            (Some(left), Da) => format!("{} om dagen, heraf {left} til dette i dag", self.daily_calls),
            (Some(left), En) => format!("{} a day, {left} of them for this today", self.daily_calls),
        };
        let unless = match locale {
            Da => "Det gælder, når regnskabssystemet ikke afviser noget, og ingen ændrer kunder imens.",
            En => "That holds where the accounting system refuses nothing and nobody changes customers meanwhile.",
        };
        match locale {
            Da => format!("{what}\nkald: {calls} ({budget}), dage: {days}\n{unless}\n"),
            En => format!("{what}\ncalls: {calls} ({budget}), days: {days}\n{unless}\n"),
        }
    }

    /// Since when it waits for another day, and until when; empty while it does not.
    pub(super) fn waits(&self, locale: Language) -> String {
        let Some(at) = self.goes_on_ms.map(utc) else { return String::new() };
        match locale {
            Da => format!("(dagens kald er brugt; fortsætter af sig selv {at})"),
            En => format!("(today's calls are used; goes on by itself at {at})"),
        }
    }

    /// Why nothing goes on.
    pub(super) fn waits_paused(&self, locale: Language) -> String {
        let code = clean(&self.paused);
        match locale {
            Da => {
                format!("integrationen venter ({code}); ret det, og kør kommandoen igen (harness doctor siger hvorfor)")
            }
            En => format!("the installation waits ({code}); mend it and run this again (harness doctor says why)"),
        }
    }

    /// When all is done.
    pub(super) fn at_the_end(&self, locale: Language) -> String {
        match locale {
            Da => format!(
                "slået til: {} kunder, {} debitorer læst, {} kunder venter på en person (harness parked list)\n",
                self.customers, self.read, self.parked
            ),
            En => format!(
                "switched on: {} customers, {} debtors read, {} customers wait for a person (harness parked list)\n",
                self.customers, self.read, self.parked
            ),
        }
    }
}

/// The question.
pub(super) fn go_on(locale: Language) -> &'static str {
    match locale {
        Da => "fortsæt? [j/N]",
        En => "go on? [y/N]",
    }
}

/// Whether an answer is yes, in either language.
pub(super) fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "j" | "ja" | "y" | "yes")
}

/// There is no terminal to ask at.
pub(super) fn nobody_to_ask(locale: Language) -> &'static str {
    match locale {
        Da => "ingen terminal at spørge på, så intet er begyndt; sig ja med --yes",
        En => "there is no terminal to ask at, so nothing was begun; say yes with --yes",
    }
}

/// Ctrl-C.
pub(super) fn stopped_looking_on(locale: Language) -> &'static str {
    match locale {
        Da => "der vises ikke mere; det, der er begyndt, fortsætter i værten: kør kommandoen igen for at se det",
        En => "nothing more is shown; what is begun goes on in the host: run this again to look on",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn view(part: Value) -> SwitchOn {
        let mut all = json!({
            "phase": "not-begun", "customers": 100, "debtors": null, "read": 0, "found": 0, "due": 0, "waiting": 0, "waited": 0,
            "parked": 0, "daily_calls": 5000, "left_today": 4500, "goes_on_ms": null, "paused": "",
            "plan": {"calls_least": 1, "calls_most": null, "days_least": 1, "days_most": null},
        });
        all.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn the_first_plan_says_that_nothing_is_written() {
        let plan = view(json!({})).plan_for_people(En);
        assert!(plan.contains("nothing is written") && plan.contains("calls: at least 1 (5000 a day, 4500"), "{plan}");
    }

    #[test]
    fn the_second_plan_says_who_becomes_what() {
        let plan = json!({"calls_least": 1, "calls_most": 60, "days_least": 1, "days_most": 1});
        let view = view(json!({"phase": "looked", "read": 90, "found": 70, "due": 7, "plan": plan}));
        let plan = view.plan_for_people(Da);
        assert!(plan.contains("70 kunder kan have en debitor, og 7 af debitorerne ændres; 30 oprettes"), "{plan}");
        assert!(plan.contains("kald: 1 til 60") && plan.contains("dage: 1\n"), "{plan}");
    }

    #[rstest]
    #[case("j\n", true)]
    #[case(" Yes ", true)]
    #[case("", false)]
    #[case("n", false)]
    #[case("jo", false)]
    fn only_yes_is_yes(#[case] answer: &str, #[case] yes: bool) {
        assert_eq!(is_yes(answer), yes);
    }

    #[test]
    fn it_says_when_it_goes_on() {
        let waiting = view(json!({"phase": "going", "waited": 10, "waiting": 4, "goes_on_ms": 1_767_225_600_000_i64}));
        assert_eq!(waiting.progress(), Some((6, 10)));
        assert!(waiting.waits(En).contains("2026-01-01 00:00:00Z"), "{}", waiting.waits(En));
    }
}
