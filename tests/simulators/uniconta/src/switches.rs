//! One switch for every place where the public evidence about Uniconta conflicts or is missing.
//!
//! Each says its default and how sure the evidence is: `[doc]` vendor documentation, `[code]` seen in public client code,
//! `[meta]` type metadata, `[inf]` inferred. A connector that works under every setting does not depend on a guess.
//! The facts behind the marks: `docs/sources/uniconta.md`.

use simulator_kit::switch;

switch!(/// What a failed login says.
LoginAnswers { Distinct: "Unknown user and wrong password have each their own answer", Merged: "Both say UserOrPasswordIsWrong" });
switch!(/// How a refusal is written into a body.
ErrorBody { Name: "A JSON string with the name of the error code", Number: "The number of the error code", Object: "An object {\"Err\":40,\"ErrorProperty\":\"Account\"}", Text: "The name of the error code as plain text" });
switch!(/// How the Web API writes a refusal into a body.
WebApiErrorBody { Text: "The name of the error code as plain text", Name: "A JSON string with the name of the error code", Number: "The number of the error code", Object: "An object {\"Err\":40,\"ErrorProperty\":\"Account\"}" });
switch!(/// What a text longer than its property gets.
TooLong { Refuse: "Refused with FieldHasinvalidValue", Truncate: "Cut silently" });
switch!(/// What an update does with a property that the body leaves out.
MissingKeys { Clear: "The property is emptied", Keep: "The property keeps its value" });
switch!(/// What happens to a list of which one row is refused.
InsertList { Atomic: "Nothing is written", Partial: "The rows before the refused one are written" });
switch!(/// What an accepted list is answered with.
InsertListReply { Rows: "The created rows", Empty: "An empty body" });
switch!(/// How an enumeration of countries is written.
CountryFormat { Name: "By its name: \"Denmark\"", Number: "By its number: 57" });
switch!(/// How a VAT zone is written.
VatZoneFormat { Label: "By the label on the screen: \"Abroad\"", Name: "By its name: \"Foreign\"" });
switch!(/// Whether texts are compared with regard to case.
TextCompare { Insensitive: "\"Anna\" equals \"ANNA\", as under a usual SQL collation", Sensitive: "\"Anna\" differs from \"ANNA\"" });
switch!(/// Whether the rows behind Modification URLs can be reached by API.
ChangeEvents { Exposed: "TableChangeEventClient can be read and written", Hidden: "TableChangeEventClient answers 404" });
switch!(/// The query parameter that says what happened.
HookParameter { Action: "Action", Operation: "Operation" });
switch!(/// How the value of that parameter is written.
HookCase { Lower: "add, update, delete", Capitalised: "Add, Update, Delete" });
switch!(/// What stands between the query parameters of a call.
HookSeparator { Amp: "&", Question: "?, as the vendor's documentation prints it" });
switch!(/// In which order calls to Modification URLs go out.
Deliver { InOrder: "As the changes happened", Reversed: "The newest waiting call first", Twice: "Each call two times" });
switch!(/// What HasError does.
HasError { Stops: "No call until the row is refreshed; what happens meanwhile is lost", Continues: "Calls go on; a success clears the error" });
switch!(/// The clock in which times of rows are written.
TimeZone { Utc: "UTC", LocalCopenhagen: "Danish local time, with daylight saving" });
switch!(/// What a second login of the same user does.
SecondLogin { Allow: "Both may go on", EndsFirst: "The tokens of the first stop working" });
switch!(/// What a login without an API key gets.
MissingApiKey { Accept: "It is let in", Refuse: "UnknownAppIdent" });
switch!(/// What a new debtor without a group gets.
MissingGroup { Accept: "It is created without", Default: "It gets the group marked IsDefault", Refuse: "Refused with FieldCannotBeBlank" });
switch!(/// How an empty user-defined yes/no, number or date reads.
EmptyUserFields { Omitted: "It is left out", Defaults: "As the built-in ones: false, 0.0, 0001-01-01T00:00:00" });
switch!(/// Whether Update and Delete exist on the Web API.
CrudUpdate { Present: "/Crud/Update and /Crud/Delete exist", Absent: "Both answer 404" });

switch!(/// How an account type of a journal line is written.
AccountTypeFormat { Name: "By its name: Finans, Debtor, Creditor", Danish: "By its Danish label: Finans, Debitor, Kreditor", Number: "By its number: 0, 1, 2" });
switch!(/// Whether the finance years can be read by API.
FinanceYears { Shown: "CompanyFinanceYearClient can be read", Hidden: "CompanyFinanceYearClient answers 404" });
switch!(/// When the accounts, VAT codes and dimensions of a journal line are checked.
JournalChecks { Insert: "When the line is written", Posting: "Only when the journal is posted" });
switch!(/// Whether posted transactions tell their VAT.
AmountVat { Shown: "AmountVat and AmountBase are filled in", Empty: "Both are 0" });
switch!(/// What becomes of the accrual (periodisering) of a written line.
AccrualDates { Kept: "Split, SplitFromDate and SplitToDate are kept", Dropped: "The three are dropped silently" });
switch!(/// What the amount of a line with a VAT code is.
VatAmounts { Included: "The VAT is part of it", Added: "The VAT comes on top of it" });

/// All switches. The defaults are what the evidence speaks for most.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Where the evidence conflicts or is missing")]
pub struct Switches {
    /// What a failed login says [code: both names exist; which is given when is inf]
    #[arg(long, value_enum, default_value_t)]
    pub login_answers: LoginAnswers,
    /// HTTP status of a failed login on the Web API, 200 to 499 [code: 200 with a bare JSON string was seen]
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(200..=499))]
    pub login_status: u16,
    /// A login without apiKey [code: one client sends none, one sends one]
    #[arg(long, value_enum, default_value_t)]
    pub missing_api_key: MissingApiKey,
    /// A second login of the same user [doc: not allowed on server users; what happens is inf]
    #[arg(long, value_enum, default_value_t)]
    pub second_login: SecondLogin,
    /// HTTP status of a refusal on the OData surface, 200 to 499 [inf: not found]
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u16).range(200..=499))]
    pub odata_error_status: u16,
    /// Body of a refusal on the OData surface [inf: not found]
    #[arg(long, value_enum, default_value_t)]
    pub odata_error_body: ErrorBody,
    /// HTTP status of a refusal on the Web API, 200 to 499 [code: 2xx was seen]
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(200..=499))]
    pub web_api_error_status: u16,
    /// Body of a refusal on the Web API [code: plain text was seen]
    #[arg(long, value_enum, default_value_t)]
    pub web_api_error_body: WebApiErrorBody,
    /// Update and Delete on the Web API [inf: by analogy]
    #[arg(long, value_enum, default_value_t)]
    pub crud_update: CrudUpdate,
    /// Rows in one page of an OData answer; more come by @odata.nextLink [inf: size unknown, one client asks for 1000]
    #[arg(long, default_value_t = 1000, value_parser = parse_page_size)]
    pub page_size: usize,
    /// A text longer than its property [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub too_long: TooLong,
    /// A property left out of an update [inf: unknown; clients send the whole row]
    #[arg(long, value_enum, default_value_t)]
    pub missing_keys: MissingKeys,
    /// A list of which one row is refused [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub insert_list: InsertList,
    /// The answer to an accepted list [inf: only the status 200 was seen]
    #[arg(long, value_enum, default_value_t)]
    pub insert_list_reply: InsertListReply,
    /// A new debtor without Group [meta: not marked Required; doc: a default group is needed]
    #[arg(long, value_enum, default_value_t)]
    pub missing_group: MissingGroup,
    /// Countries in answers [code: the name was seen; inserts were seen with the number]
    #[arg(long, value_enum, default_value_t)]
    pub country_format: CountryFormat,
    /// VAT zones in answers [code: labels were seen; meta: names]
    #[arg(long, value_enum, default_value_t)]
    pub vat_zone_format: VatZoneFormat,
    /// Empty user-defined fields that are no texts [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub empty_user_fields: EmptyUserFields,
    /// Comparing texts, in filters and for unique keys [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub text_compare: TextCompare,
    /// Times in rows, and the midnight of the call counter [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub time_zone: TimeZone,
    /// The rows behind Modification URLs [inf: likely exposed]
    #[arg(long, value_enum, default_value_t)]
    pub change_events: ChangeEvents,
    /// Query parameter of a call that says what happened [code: Action; doc: Operation]
    #[arg(long, value_enum, default_value_t)]
    pub hook_parameter: HookParameter,
    /// Its value [code: lower case; doc: capitalised]
    #[arg(long, value_enum, default_value_t)]
    pub hook_case: HookCase,
    /// Between the query parameters of a call [code: &; doc: ?]
    #[arg(long, value_enum, default_value_t)]
    pub hook_separator: HookSeparator,
    /// Query parameter that echoes the row's Argument [inf: name unknown]
    #[arg(long, default_value = "Argument", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub hook_argument: String,
    /// How often a failed call is tried again before the row gets HasError [inf: unknown]
    #[arg(long, default_value_t = 0)]
    pub hook_retries: u32,
    /// Milliseconds that a call may take [inf: unknown]
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub hook_timeout_ms: u64,
    /// Order and number of calls [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub deliver: Deliver,
    /// What HasError does [product's own guide: nothing arrives until Opdater is pressed; vendor: not found]
    #[arg(long, value_enum, default_value_t)]
    pub has_error: HasError,
    /// Account types of journal lines in answers; all forms are accepted in writes [meta: names; doc: the label on a Danish page]
    #[arg(long, value_enum, default_value_t)]
    pub account_type_format: AccountTypeFormat,
    /// The finance years [inf: unknown; the SDK has the table]
    #[arg(long, value_enum, default_value_t)]
    pub finance_years: FinanceYears,
    /// When the accounts, VAT codes and dimensions of a journal line are checked [inf: unknown]
    #[arg(long, value_enum, default_value_t)]
    pub journal_checks: JournalChecks,
    /// AmountVat and AmountBase of posted transactions [meta: the properties exist; what they hold is inf]
    #[arg(long, value_enum, default_value_t)]
    pub amount_vat: AmountVat,
    /// Split, SplitFromDate and SplitToDate of a written journal line [meta: the properties exist; whether the API keeps them is inf]
    #[arg(long, value_enum, default_value_t)]
    pub accrual_dates: AccrualDates,
    /// The amount of a line with a VAT code [inf: the code's Method and the client's default disagree]
    #[arg(long, value_enum, default_value_t)]
    pub vat_amounts: VatAmounts,
    /// Calls a user has free each day; past each such number every call is 1 s slower [doc: 5,000]
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub quota: u64,
}

fn parse_page_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("must be a whole number of 1 or more".to_owned()),
        Ok(size) => Ok(size),
    }
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            login_answers: LoginAnswers::default(),
            login_status: 200,
            missing_api_key: MissingApiKey::default(),
            second_login: SecondLogin::default(),
            odata_error_status: 400,
            odata_error_body: ErrorBody::default(),
            web_api_error_status: 200,
            web_api_error_body: WebApiErrorBody::default(),
            crud_update: CrudUpdate::default(),
            page_size: 1000,
            too_long: TooLong::default(),
            missing_keys: MissingKeys::default(),
            insert_list: InsertList::default(),
            insert_list_reply: InsertListReply::default(),
            missing_group: MissingGroup::default(),
            country_format: CountryFormat::default(),
            vat_zone_format: VatZoneFormat::default(),
            empty_user_fields: EmptyUserFields::default(),
            text_compare: TextCompare::default(),
            time_zone: TimeZone::default(),
            change_events: ChangeEvents::default(),
            hook_parameter: HookParameter::default(),
            hook_case: HookCase::default(),
            hook_separator: HookSeparator::default(),
            hook_argument: "Argument".to_owned(),
            hook_retries: 0,
            hook_timeout_ms: 10_000,
            deliver: Deliver::default(),
            has_error: HasError::default(),
            account_type_format: AccountTypeFormat::default(),
            finance_years: FinanceYears::default(),
            journal_checks: JournalChecks::default(),
            amount_vat: AmountVat::default(),
            accrual_dates: AccrualDates::default(),
            vat_amounts: VatAmounts::default(),
            quota: 5_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

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
        use clap::CommandFactory;
        let problems = simulator_kit::switches::undocumented(&OnlySwitches::command(), include_str!("../README.md"));
        assert!(problems.is_empty(), "{problems:#?}");
    }
}
