//! One switch for every place where the public evidence about e-conomic conflicts or is missing.
//!
//! Each says its default and how sure the evidence is: `[doc]` vendor documentation or schema, `[code]` seen in public code or on a
//! live agreement, `[inf]` inferred. A connector that works under every setting does not depend on a guess. The facts behind the
//! marks: `docs/sources/economic.md`.

use simulator_kit::switch;

switch!(/// The role of the app, chosen when it was made.
AppRole { SuperUser: "Everything can be reached", Bookkeeping: "Customers and webhooks cannot be reached", Sales: "Journals and webhooks cannot be reached" });
switch!(/// Which number a new document gets.
Numbering { Highest: "One more than the highest", LowestFree: "The lowest that is free" });
switch!(/// What the same Idempotency-Key gets with another body.
IdempotentBody { Replay: "The first answer again", Refuse: "400, with errorCode BodyChanged" });
switch!(/// Whether the answer to a refused call is kept under its Idempotency-Key.
IdempotentRefusals { Kept: "It is kept, as that of an accepted call", Forgotten: "It is not kept; the call is tried again" });
switch!(/// What deleting a customer with bookings gets.
DeleteBooked { Conflict: "409", BadRequest: "400" });
switch!(/// What an amount with more than two decimals gets.
Decimals { Refuse: "Refused", Keep: "Kept and answered as sent" });
switch!(/// Which addresses a webhook may have.
WebhookScheme { Https: "https only", Any: "http too, so that a demonstration needs no certificate" });
switch!(/// What becomes of a webhook whose call failed for good.
WebhookDisabling { Never: "It stays", AfterRetries: "It is disabled until somebody enables it" });
switch!(/// What the merge field without a number becomes: the old one of a new customer, the new one of a deleted one.
BlankNumber { Empty: "Nothing", Zero: "0", Same: "The customer's number, as the other one" });
switch!(/// In which order calls of webhooks go out.
Deliver { InOrder: "As the changes happened", Reversed: "The newest waiting call first", Twice: "Each call two times" });
switch!(/// Whether a write that changes nothing moves lastUpdated and calls the webhook.
NoChange { Announced: "It does both", Silent: "It does neither" });
switch!(/// How entries of one posted voucher are spread over vouchers.
VoucherSplit { Together: "They stay one voucher", ByDate: "One voucher for each date", Each: "One voucher for each entry" });
switch!(/// How many sides an entry of a finance voucher must have.
ContraAccount { Required: "Both must be there", Optional: "One is enough; booking then needs the voucher to balance" });
switch!(/// What an accepted change of a customer on the services gets.
CustomerUpdate { Ok: "200 without a body", NoContent: "204" });
switch!(/// What a journal entry on a barred customer gets.
BarredCustomer { Accept: "It is taken", Refuse: "Refused" });
switch!(/// The listing and the count of journals on the services.
JournalsListing { Broken: "500, as was seen", Working: "They answer" });
switch!(/// The language of messages that were seen in Danish.
Language { Danish: "Perioden er spærret.", English: "The period is barred." });

/// All switches. The defaults are what the evidence speaks for most.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Where the evidence conflicts or is missing")]
pub struct Switches {
    /// Role of the app [doc: by third parties; which resources each role reaches is inf]
    #[arg(long, value_enum, default_value_t)]
    pub app_role: AppRole,
    /// Error code where payment terms, a VAT zone, a layout, an employee or a contact is not found [inf: only those of groups and accounts were seen]
    #[arg(long, default_value = "E07140", value_parser = parse_code)]
    pub reference_code: String,
    /// Error code where a customer number is taken [inf: the code was seen on a customer, its meaning not]
    #[arg(long, default_value = "E06010", value_parser = parse_code)]
    pub duplicate_code: String,
    /// Which number a new document gets [inf: numbers were seen to be reused]
    #[arg(long, value_enum, default_value_t)]
    pub numbering: Numbering,
    /// Calls of an agreement in 60 seconds, over both interfaces; more get 429 [code: 10000 was seen]
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub rate_limit: u64,
    /// The same Idempotency-Key with another body [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub idempotent_body: IdempotentBody,
    /// The answer to a refused call under an Idempotency-Key [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub idempotent_refusals: IdempotentRefusals,
    /// Deleting a customer with bookings [code: 409, by a third party, not verified]
    #[arg(long, value_enum, default_value_t)]
    pub delete_booked: DeleteBooked,
    /// Amounts with more than two decimals [inf: the schema says maxDecimal 2]
    #[arg(long, value_enum, default_value_t)]
    pub decimals: Decimals,
    /// Addresses of webhooks [doc: https only]
    #[arg(long, value_enum, default_value_t)]
    pub webhook_scheme: WebhookScheme,
    /// How often a failed call of a webhook is tried again [doc: a limited number of times; the number is inf]
    #[arg(long, default_value_t = 3)]
    pub webhook_retries: u32,
    /// A webhook whose call failed for good [inf: webhooks have lastDisabledDate]
    #[arg(long, value_enum, default_value_t)]
    pub webhook_disabling: WebhookDisabling,
    /// The merge field without a number, on creation and deletion [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub blank_number: BlankNumber,
    /// Order and number of webhook calls [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub deliver: Deliver,
    /// Milliseconds that a call of a webhook may take [inf: not found]
    #[arg(long, default_value_t = 10_000)]
    pub webhook_timeout_ms: u64,
    /// A write that changes nothing [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub no_change: NoChange,
    /// Entries of one posted voucher [code: they may be spread over several; when is inf]
    #[arg(long, value_enum, default_value_t)]
    pub voucher_split: VoucherSplit,
    /// Account and contra account of a finance voucher's entry on the legacy interface [code: said to be needed; doc: the schema does not require them]
    #[arg(long, value_enum, default_value_t)]
    pub contra_account: ContraAccount,
    /// A journal entry on a barred customer [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub barred_customer: BarredCustomer,
    /// An accepted change of a customer on the services [code: 200 was seen; doc: 204]
    #[arg(long, value_enum, default_value_t)]
    pub customer_update: CustomerUpdate,
    /// Cursor listing, count and filters of journals on the services [code: all three were seen to answer 500]
    #[arg(long, value_enum, default_value_t)]
    pub journals_listing: JournalsListing,
    /// Language of the message about a barred period [code: Danish was seen]
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
}

fn parse_code(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('E').filter(|digits| !digits.is_empty());
    match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(_) => Ok(text.to_owned()),
        None => Err("give an E and digits, such as E07140".to_owned()),
    }
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            app_role: AppRole::default(),
            reference_code: "E07140".to_owned(),
            duplicate_code: "E06010".to_owned(),
            numbering: Numbering::default(),
            rate_limit: 10_000,
            idempotent_body: IdempotentBody::default(),
            idempotent_refusals: IdempotentRefusals::default(),
            delete_booked: DeleteBooked::default(),
            decimals: Decimals::default(),
            webhook_scheme: WebhookScheme::default(),
            webhook_retries: 3,
            webhook_disabling: WebhookDisabling::default(),
            blank_number: BlankNumber::default(),
            deliver: Deliver::default(),
            webhook_timeout_ms: 10_000,
            no_change: NoChange::default(),
            voucher_split: VoucherSplit::default(),
            contra_account: ContraAccount::default(),
            barred_customer: BarredCustomer::default(),
            customer_update: CustomerUpdate::default(),
            journals_listing: JournalsListing::default(),
            language: Language::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Parser)]
    struct OnlySwitches {
        #[command(flatten)]
        switches: Switches,
    }

    #[test]
    fn a_command_line_without_switches_gives_the_documented_defaults() {
        assert_eq!(OnlySwitches::parse_from(["x"]).switches, Switches::default());
    }

    #[test]
    fn every_switch_says_how_sure_its_evidence_is_and_has_its_row_in_the_read_me() {
        let problems = simulator_kit::switches::undocumented(&OnlySwitches::command(), include_str!("../README.md"));
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
