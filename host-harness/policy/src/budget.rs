//! The day's calls of an installation, and who may still make some.
//!
//! An accounting system allows so many calls a day. What can wait leaves the last of them to what cannot: first the timers
//! wait, then bulk work, then customers and webhooks; a closed day and what a person asks for come last.
//!
//! **A clock that is set back** by up to a day never gives calls back: a budget a day ahead of the clock stays where it is,
//! and the calls of both days are counted together until the day after. One that is further ahead was counted by a clock
//! that was wrong, and begins anew: kept, it could keep the installation waiting for years. The price is one budget too
//! much, once, when a clock was wrong by more than a day.

use crate::Locale;

/// A budget day: 24 hours from midnight UTC.
pub const DAY_MS: u64 = 86_400_000;

/// The calls of a day unless set otherwise: 5,000, what an accounting system is known to include for one user.
pub const DEFAULT_DAILY_CALLS: u32 = 5_000;

/// The beginning of the budget day after this moment's.
#[must_use]
pub const fn next_day(now_ms: u64) -> u64 {
    (now_ms / DAY_MS).saturating_add(1).saturating_mul(DAY_MS)
}

/// What a call is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// A timer's: a check, a catch-up.
    Routine,
    /// Many at a time: everything written again, an import.
    Bulk,
    /// The accounting system called the link.
    Webhook,
    /// Customers changed.
    Customer,
    /// A day was closed.
    Day,
    /// A person pressed something and waits for it. Not for bulk work that a person started.
    Person,
}

/// How much of the day's budget must be used before this work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Share {
    /// What the calls are for.
    pub work: Work,
    /// In thousandths of the day's limit. 1,000 is all of it; more is beyond it.
    pub per_mille: u16,
}

const fn share(work: Work, per_mille: u16) -> Share {
    Share { work, per_mille }
}

/// Who waits from when on, the first to wait first. A person at the screen may go a tenth beyond the limit: settings must be
/// mendable on the day they have burnt the budget. Beyond that it is a button that hangs.
pub const SHARES: [Share; 6] = {
    [
        Work::Routine.share(),
        Work::Bulk.share(),
        Work::Webhook.share(),
        Work::Customer.share(),
        Work::Day.share(),
        Work::Person.share(),
    ]
};

impl Work {
    /// How much must be used before this work waits.
    #[must_use]
    pub const fn share(self) -> Share {
        match self {
            Self::Routine => share(self, 800),
            Self::Bulk => share(self, 900),
            Self::Webhook | Self::Customer => share(self, 970),
            Self::Day => share(self, 1_000),
            Self::Person => share(self, 1_100),
        }
    }

    /// Its name where it is stored and shown to operators.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Bulk => "bulk",
            Self::Webhook => "webhook",
            Self::Customer => "customer",
            Self::Day => "day",
            Self::Person => "person",
        }
    }

    /// Why it waits when the budget does not let it run.
    #[must_use]
    pub const fn waits_because(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Routine | Self::Bulk, Locale::Da) => {
                "det meste af dagens kald til regnskabssystemet er brugt, og resten gemmes til det, der ikke kan vente; det fortsætter af sig selv i morgen"
            }
            (Self::Routine | Self::Bulk, Locale::En) => {
                "most of the day's calls to the accounting system are used, and the rest is kept for what cannot wait; it goes on by itself tomorrow"
            }
            (_, Locale::Da) => {
                "dagens kald til regnskabssystemet er brugt; det fortsætter af sig selv i morgen, eller når grænsen sættes op"
            }
            (_, Locale::En) => {
                "the day's calls to the accounting system are used; it goes on by itself tomorrow, or when the limit is raised"
            }
        }
    }
}

/// Whether a call may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Now.
    Go,
    /// Not before this moment: the beginning of a budget day. Add an [`offset`](crate::offset) where many wait for it.
    WaitUntil(u64),
}

/// An installation's calls of a day. Kept in the store; the limit is a setting, and may change at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Budget {
    /// Which day, as the number of days since 1970-01-01 in UTC.
    pub day: u64,
    /// The calls made on it.
    pub used: u64,
}

impl Budget {
    /// What it is at this moment; see the module about a clock that was set back.
    #[must_use]
    pub const fn at(self, now_ms: u64) -> Self {
        let today = now_ms / DAY_MS;
        let same_or_a_day_ahead = self.day == today || self.day == today.saturating_add(1);
        if same_or_a_day_ahead { self } else { Self { day: today, used: 0 } }
    }

    /// With so many more calls made. To be counted when they were made, whatever came of them.
    #[must_use]
    pub const fn spent(self, calls: u64, now_ms: u64) -> Self {
        let budget = self.at(now_ms);
        Self { day: budget.day, used: budget.used.saturating_add(calls) }
    }

    /// How many calls this work may still make today; `None` where the limit is 0, which is none. Good for limiting the
    /// requests of one call of a connector, which may make many.
    #[must_use]
    pub const fn left(self, work: Work, limit: u32, now_ms: u64) -> Option<u64> {
        if limit == 0 {
            return None;
        }
        let allowed = (limit as u64 * work.share().per_mille as u64).div_ceil(1_000);
        Some(allowed.saturating_sub(self.at(now_ms).used))
    }

    /// Whether this work may make calls now. `limit` is the day's calls; 0 is no limit.
    #[must_use]
    pub const fn may_run(self, work: Work, limit: u32, now_ms: u64) -> Permission {
        match self.left(work, limit, now_ms) {
            Some(0) => Permission::WaitUntil(self.at(now_ms).day.saturating_add(1).saturating_mul(DAY_MS)),
            Some(_) | None => Permission::Go,
        }
    }
}
