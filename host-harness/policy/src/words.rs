//! Why something waits, is parked or is paused, in the words people read.
//!
//! The connector's own message says what exactly happened; these say what kind of trouble it is and what the host does with
//! it, and stand where there is no message: after a trap, a limit, a crash.

use crate::Locale;
use crate::trouble::Trouble;

/// How an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It runs again by itself.
    Waiting,
    /// It rests until it changes or a person starts it again.
    Parked,
    /// The installation pauses.
    Paused,
    /// It is being run again in parts.
    Split,
}

impl Standing {
    /// Its name where it is stored and shown to operators.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Parked => "parked",
            Self::Paused => "paused",
            Self::Split => "split",
        }
    }
}

/// Why an event stands as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reason {
    /// What went wrong.
    pub trouble: Trouble,
    /// What became of it.
    pub standing: Standing,
}

impl Reason {
    /// What happened and what to do, for the person at the screen.
    #[must_use]
    pub fn text(self, locale: Locale) -> String {
        let (cause_da, cause_en) = cause(self.trouble);
        let (follows_da, follows_en) = self.what_follows();
        match locale {
            Locale::Da => format!("{cause_da}; {follows_da}"),
            Locale::En => format!("{cause_en}; {follows_en}"),
        }
    }

    const fn what_follows(self) -> (&'static str, &'static str) {
        match (self.standing, self.trouble) {
            (Standing::Waiting, _) => ("der prøves igen af sig selv", "it is tried again by itself"),
            (Standing::Paused, _) => (
                "alt venter, til det er rettet og forbindelsen er sat i gang igen; intet går tabt",
                "everything waits until it is mended and the connection is resumed; nothing is lost",
            ),
            (Standing::Split, _) => (
                "der prøves igen i mindre dele, så de andre kan komme videre",
                "it is tried again in smaller parts, so that the others can go on",
            ),
            (Standing::Parked, Trouble::Validation) => (
                "det hviler, til det bliver rettet, eller nogen vælger at prøve igen",
                "it rests until it is corrected or somebody chooses to try again",
            ),
            (Standing::Parked, Trouble::Conflict) => (
                "det hviler, til en person har afgjort det, eller nogen vælger at prøve igen",
                "it rests until a person has decided, or somebody chooses to try again",
            ),
            (Standing::Parked, Trouble::Uncertain) => (
                "det hviler; se efter i regnskabssystemet, og vælg så at prøve igen",
                "it rests; look in the accounting system, then choose to try again",
            ),
            (Standing::Parked, Trouble::Unsupported) => {
                ("det hviler, og der prøves ikke igen af sig selv", "it rests, and is not tried again by itself")
            }
            (Standing::Parked, _) => (
                "det hviler; kontakt support, eller vælg at prøve igen",
                "it rests; contact support, or choose to try again",
            ),
        }
    }
}

/// Danish, English.
const fn cause(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Config => ("en indstilling mangler eller er forkert", "a setting is missing or wrong"),
        Trouble::Auth => (
            "regnskabssystemet afviser brugeren eller dens rettigheder",
            "the accounting system refuses the user or its rights",
        ),
        Trouble::Validation => {
            ("regnskabssystemet kan ikke tage imod det, som det er", "the accounting system cannot accept it as it is")
        }
        Trouble::Conflict => ("to ting gør krav på den samme plads", "two things claim the same place"),
        Trouble::RateLimited => (
            "regnskabssystemet har fået for mange kald og beder om en pause",
            "the accounting system has had too many calls and asks for a break",
        ),
        Trouble::Transient => {
            ("regnskabssystemet svarer ikke lige nu", "the accounting system does not answer right now")
        }
        Trouble::Uncertain => (
            "regnskabssystemet har ikke svaret på, om det blev gemt",
            "the accounting system has not said whether it was stored",
        ),
        Trouble::Unsupported => ("forbindelsen til regnskabssystemet kan ikke det her", "the connector cannot do this"),
        Trouble::Internal => (
            "forbindelsen kunne ikke forstå regnskabssystemets svar, eller der er en fejl i den",
            "the connector could not make sense of the accounting system's answer, or has a defect",
        ),
        Trouble::Trapped => ("forbindelsens program brød sammen", "the connector broke down"),
        Trouble::Limit => (
            "forbindelsens program brugte mere tid eller plads, end det må",
            "the connector used more time or space than it may",
        ),
        Trouble::Contract => (
            "forbindelsens program gav et svar, som ikke kan bruges, og intet af det er gemt",
            "the connector gave an answer that cannot be used, and nothing of it was kept",
        ),
        Trouble::Busy => ("der er travlt lige nu", "we are busy right now"),
        Trouble::Store => (
            "FlexyBox kunne ikke slå op i sine egne oplysninger lige nu",
            "FlexyBox could not look up its own records right now",
        ),
        Trouble::Crashed => ("FlexyBox gik ned, mens det var i gang", "FlexyBox went down while it was under way"),
    }
}
