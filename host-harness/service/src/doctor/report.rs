//! A diagnosis as people read it: the reason in one sentence, and the whole list for a terminal.

use super::examination::worst;
use super::texts::verdicts;
use crate::model::{Diagnosis, Verdict};
use host_harness::bindings::types::Locale;
use std::fmt::Write as _;

/// As wide as the longest code.
const CODE_WIDTH: usize = 20;

/// The most important reason, in one sentence: the first of the worst.
pub(super) fn headline(diagnosis: &Diagnosis, locale: Locale) -> String {
    match worst(&diagnosis.examined) {
        None => verdicts::nothing_examined(locale),
        Some(worst) => match worst.verdict {
            Verdict::Good => verdicts::all_good(locale),
            Verdict::Unknown => verdicts::nothing_found(locale, &worst.message),
            Verdict::Warning | Verdict::Bad => worst.message.clone(),
        },
    }
}

/// The whole diagnosis for a terminal: the most important reason, then everything that was looked at, what to do indented
/// below it. Marks are ASCII: `ok` in order, `??` not known, `! ` somebody should look, `!!` a reason.
pub fn text(diagnosis: &Diagnosis, locale: Locale) -> String {
    let mut out = format!("{}: {}\n\n", diagnosis.installation, headline(diagnosis, locale));
    for one in &diagnosis.examined {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} {:CODE_WIDTH$}  {}", mark(one.verdict), one.code, one.message);
        for (place, step) in one.steps.iter().enumerate() {
            let _ = writeln!(out, "     {}. {step}", place.saturating_add(1));
        }
    }
    out
}

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "ok",
        Verdict::Unknown => "??",
        Verdict::Warning => "! ",
        Verdict::Bad => "!!",
    }
}
