//! Guesses about Uniconta that are a value: each names the evidence and the switch of the simulator that turns it the
//! other way (`uniconta-sim --help`).
//!
//! Guesses that are a way of acting (what an error body looks like, that a refused list may have been taken in part) stand
//! where they are acted on, marked [inf]; `docs/sources/uniconta.md` lists all of them.

/// Debtors are read and written through the entity that carries user-defined fields, so that a whole-row update never
/// loses one. Clients use it so [code]; that it is there in a company without such fields is a guess.
pub const DEBTOR_ENTITY: &str = "DebtorClientUser";

/// The rows behind Company > Maintenance > Modification URL. That the entity is offered over REST is a guess
/// (`--change-events`); where it is not, a person is told the steps.
pub const CHANGE_EVENT_ENTITY: &str = "TableChangeEventClient";

/// The property of a change event that names the table by number. Two clients write it as `TableId` and `_TableId` [code].
pub const CHANGE_EVENT_TABLE: &str = "TableId";

/// The user name in HTTP Basic and in `Username`: two zeros and the company id before a slash. Documented for one form
/// [doc]; that it serves both interfaces is seen in clients [code].
pub fn qualified_user(company: u32, user: &str) -> String {
    format!("00{company}/{user}")
}

/// How far back a catch-up looks beyond the start of the last one. Whether `UpdatedAt` is in UTC or Danish time is not
/// known (`--time-zone`): two hours for the zone, one for clocks that differ. Reading a debtor twice changes nothing.
pub const CATCH_UP_OVERLAP_MS: u64 = 3 * 60 * 60 * 1000;

/// Values that one filter may join with `or`. The SDK's server refuses more than 40 [code]; that OData has the same limit
/// is a guess (the simulator refuses more).
pub const MAX_ORS: usize = 40;

/// Rows asked for at a time, each to be handled at once. One client asks for 1,000 [code]; 500 rows with many fields stay under 2 MB.
pub const PAGE_ROWS: usize = 500;

/// Rows asked for at a time when all are read ahead: what that client asks for [code]. A smaller page with a next link is taken as
/// well (`--page-size`).
pub const LOOK_AHEAD_ROWS: usize = 1_000;

/// An empty date, as .NET writes it [code].
pub const EMPTY_DATE: &str = "0001-01-01T00:00:00";

/// Journals (kladder) [meta], offered over REST by the pattern of the other entities.
pub const JOURNAL_ENTITY: &str = "GLDailyJournalClient";

/// Lines of journals; one client inserts lists of them over REST [code].
pub const JOURNAL_LINE_ENTITY: &str = "GLDailyJournalLineClient";

/// Posted transactions; named as readable over REST [doc].
pub const LEDGER_ENTITY: &str = "GLTransClient";

/// The chart of accounts; named as readable over REST [doc].
pub const ACCOUNT_ENTITY: &str = "GLAccountClient";

/// VAT codes [meta], offered over REST by the pattern of the other entities.
pub const VAT_ENTITY: &str = "GLVatClient";

/// Number series [meta], likewise.
pub const NUMBER_SERIES_ENTITY: &str = "NumberSerieClient";

/// Financial years: the type is known [meta], the entity's name is a guess (`--finance-years hidden`); where it is not
/// offered the date is not checked.
pub const FINANCE_YEAR_ENTITY: &str = "CompanyFinanceYearClient";

/// Companies; named as readable over REST [doc].
pub const COMPANY_ENTITY: &str = "CompanyClient";

/// The property of a company that holds the currency of its books. A guess; where it is left out the currency is not
/// compared.
pub const COMPANY_CURRENCY: &str = "CurrencyId";

/// `AccountType` of a line on the ledger: the name in the metadata [meta]. The screen's label may be read instead
/// (`--account-type-format`).
pub const LEDGER_LINE: &str = "Finans";

/// `AccountType` of a line on a debtor [meta].
pub const DEBTOR_LINE: &str = "Debtor";

/// What `Dim1Parm` to `Dim5Parm` of an account say when lines must carry the dimension. The values of the type are not
/// public: a guess; another word means that the lack is first told when a person posts.
pub const DIMENSION_REQUIRED: &str = "Mandatory";

/// What `MandatoryTax` of an account says when its lines take no VAT [code].
pub const NO_VAT: &str = "NoVat";

/// Whether a read `AccountType` is that of a line on a debtor: by name, Danish label or number.
pub fn is_debtor_line(account_type: &str) -> bool {
    matches!(account_type, DEBTOR_LINE | "Debitor" | "1")
}
