//! Closed sets of words, each with its counterpart inside.

use accounting_service as service;
use accounting_store as store;
use host_harness::bindings::exports::{configure, on_customer_changed, on_day_closed};
use host_harness::bindings::types;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An enum with the same cases as another, written in kebab-case, converted both ways.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident = $inside:ty as $shown:ident { $($(#[$case_meta:meta])* $case:ident),* $(,)? })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
            #[serde(rename_all = "kebab-case")]
            #[schema(as = $shown)]
            pub(crate) enum $name { $($(#[$case_meta])* $case),* }

            impl From<$name> for $inside {
                fn from(word: $name) -> Self {
                    match word { $($name::$case => Self::$case),* }
                }
            }

            impl From<$inside> for $name {
                fn from(inside: $inside) -> Self {
                    match inside { $(<$inside>::$case => Self::$case),* }
                }
            }
        )*
    };
}

words! {
    /// The language people read.
    #[derive(Default)]
    LocaleWord = types::Locale as Locale {
        /// Danish.
        #[default]
        Da,
        /// English.
        En,
    }

    /// What a customer data field holds.
    #[derive(Default)]
    FieldKindWord = types::FieldKind as FieldKind {
        /// Any text.
        #[default]
        Text,
        /// A number as Danes write it: `1.250,50`.
        Number,
        /// A day: `24-11-2026`.
        Date,
        /// `ja` or `nej`.
        YesNo,
        /// One of a list.
        Choice,
    }

    /// What happened to a customer.
    ChangeWord = on_customer_changed::ChangeKind as ChangeKind {
        /// New in FlexyBox.
        Created,
        /// Anything about it changed, tags included.
        Changed,
        /// Deleted in FlexyBox.
        Deleted,
        /// A person asked that everything be written again.
        Resync,
    }

    /// Whether a link takes part in synchronisation.
    LinkStateWord = types::LinkState as LinkState {
        /// Changes flow both ways.
        Active,
        /// Nothing flows, but the pair is remembered.
        Dormant,
    }

    /// Where in FlexyBox an account number was entered.
    SourceWord = configure::AccountSource as AccountSource {
        /// On an item group (varegruppe).
        ItemGroup,
        /// On a payment type (betalingsværdi).
        PaymentType,
        /// In the advanced set-up: reconciliation, rounding, prepayments.
        SpecialAccount,
    }

    /// How much a finding matters.
    SeverityWord = types::Severity as Severity {
        /// Good to know.
        Info,
        /// Works, but something will not be as expected.
        Warning,
        /// Does not work until somebody acts.
        Error,
    }

    /// How a customer data field found its property.
    MatchWord = configure::MatchKind as MatchKind {
        /// By the property's own name.
        PropertyName,
        /// By the label people see.
        Label,
        /// A field the company made itself.
        UserDefined,
        /// The label stands for several properties.
        Ambiguous,
        /// Nothing matches.
        None,
    }

    /// What kind of trouble it is.
    ErrorKindWord = types::ErrorKind as ErrorKind {
        /// A setting is missing or wrong.
        Config,
        /// The accounting system refused the credentials.
        Auth,
        /// A value cannot be accepted as it is.
        Validation,
        /// Two things claim the same place.
        Conflict,
        /// Too many calls.
        RateLimited,
        /// Nothing was written; trying again is likely to help.
        Transient,
        /// A write may or may not have happened.
        Uncertain,
        /// The connector does not do that.
        Unsupported,
        /// A defect in the connector.
        Internal,
    }

    /// What is left for a person.
    PostingStateWord = on_day_closed::PostingState as PostingState {
        /// The lines lie in the journal (kladde); a person posts them.
        AwaitsPerson,
        /// The accounting system has posted them.
        Posted,
    }

    /// What kind of event.
    EventKindWord = store::EventKind as EventKind {
        /// A customer changed in FlexyBox.
        Customer,
        /// The accounting system called the link.
        Webhook,
        /// A day's report is ready.
        Day,
        /// Read again what changed.
        CatchUp,
        /// Look at the installation.
        Check,
    }

    /// How an event stands.
    EventStateWord = store::EventState as EventState {
        /// Waits for its turn or its time.
        Waiting,
        /// In a call.
        Running,
        /// Waits until it changes or a person acts.
        Parked,
    }

    /// What goes first.
    PriorityWord = store::Priority as Priority {
        /// A person waits for it.
        Person,
        /// A closed day.
        Day,
        /// A customer changed, or the link was called.
        Change,
        /// One of many.
        Bulk,
        /// A timer.
        Routine,
    }

    /// How something the doctor looked at went.
    VerdictWord = service::Verdict as Verdict {
        /// In order.
        Good,
        /// Works, but somebody should look.
        Warning,
        /// The reason nothing arrives, or part of it.
        Bad,
        /// Could not be found out.
        Unknown,
    }

    /// How far a migration has come.
    MigrationStateWord = service::MigrationState as MigrationState {
        /// Not all customers have been looked at: preview again.
        Previewing,
        /// All have; nothing is changed yet.
        Previewed,
        /// Both installations hold still until it is applied: apply again, or undo.
        Applying,
        /// The new installation has taken over.
        Applied,
        /// Both hold still until it is undone: undo again.
        Undoing,
        /// The old installation has taken over again.
        Undone,
    }

    /// What would become of a customer, or became.
    MigrationClassWord = service::MigrationClass as MigrationClass {
        /// Linked to a debtor that is there.
        Link,
        /// A debtor is created.
        Create,
        /// Several debtors fit, or one that is somebody else's: a person decides.
        Ambiguous,
        /// The new accounting system cannot hold it as it is.
        Refused,
        /// Passed over.
        PassedOver,
        /// It could not be found out.
        Failed,
    }

    /// What an installation has not finished.
    UnsettledWord = service::UnsettledKind as UnsettledKind {
        /// Days that may be in the old books, or correct one that is.
        DaysBegun,
        /// Days that were never tried; they move along.
        DaysWaiting,
        /// Calls of the link and catch-ups.
        LinkCalls,
        /// Updates of customers that FlexyBox has not answered.
        Updates,
        /// Parked events about customers and calls of the link.
        Parked,
        /// Days in a journal and not known to be posted.
        Unposted,
    }
}
