//! Uniconta's error codes and what they are to us: the one table.
//!
//! Source: the 170 values of `ErrorCodes` [meta], spelled as Uniconta spells them; see `docs/sources/uniconta.md`. The
//! number of a code is its place in the table. What the reasons for the kinds are:
//! - a code that blames the user, key, rights or subscription is `auth`; one that blames the company or its set-up `config`;
//! - load is `rate-limited` where waiting is asked for, else `transient`;
//! - "could not save" does not say whether anything was saved: `uncertain`, so that it is looked up before it is tried again;
//! - what is wrong with a record is `validation`, what stands against another record `conflict`.

use ErrorKind::{Auth, Config, Conflict, Internal, RateLimited, Transient, Uncertain, Validation};
use accounting_kit::types::ErrorKind;

/// Makes two constants of a table: the names as one text, a line for each, and the kinds. As texts of their own the names
/// would each come with an address and a length into the component.
macro_rules! names_and_kinds {
    ($names:ident, $kinds:ident, [$(($name:literal, $kind:ident)),* $(,)?]) => {
        const $names: &str = concat!($($name, "\n"),*);
        const $kinds: &[ErrorKind] = &[$($kind),*];
    };
}

// Name and kind, in the order of Uniconta's numbers, which start at 0 (`Succes`).
names_and_kinds!(
    NAMES,
    KINDS,
    [
        ("Succes", Internal),
        ("NoSucces", Uncertain),
        ("NoRights", Auth),
        ("Exception", Uncertain),
        ("VersionNoLongerSupported", Config),
        ("InvalidVersion", Config),
        ("InvalidObject", Internal),
        ("UserNotLoggedIn", Auth),
        ("UserIsBlocked", Auth),
        ("UserOrPasswordIsWrong", Auth),
        ("UnknownAppIdent", Auth),
        ("CouldNotLoad", Transient),
        ("CouldNotLoadOriginal", Transient),
        ("CouldNotSave", Uncertain),
        ("CouldNotCreate", Uncertain),
        ("LineCountMismatch", Internal),
        ("RecordNotSelected", Internal),
        ("CostPriceCannotBeNegative", Validation),
        ("CouldNotFind", Validation),
        ("SumNotZero", Validation),
        ("AccountDoesNotExist", Validation),
        ("AccountIsMissing", Validation),
        ("AccountIsBlocked", Validation),
        ("AccountIsNotPostingAccount", Validation),
        ("DimensionDoesNotExist", Validation),
        ("CostValueAndQtyCannotBothHaveValue", Validation),
        ("FinancePeriodDoesNotExist", Validation),
        ("FinancePeriodNotOpen", Validation),
        ("NumberSerieDoesNotExist", Config),
        ("NumberSerieIsBlocked", Config),
        ("TransTypeDoesNotExist", Validation),
        ("VatTypeDoesNotExist", Validation),
        ("VatCodeCannotBeUsedOnThisAccount", Validation),
        ("SplitAccountHasCircularReference", Validation),
        ("SplitAccountIsNotPostingAccount", Validation),
        ("IdDoesNotExist", Validation),
        ("LoginIdExists", Auth),
        ("DebitAndCreditCannotBothHaveValue", Validation),
        ("DebtorCreditorCannotHaveVat", Validation),
        ("KeyIsEmpty", Validation),
        ("KeyExists", Conflict),
        ("FieldHasinvalidValue", Validation),
        ("FieldCannotBeBlank", Validation),
        ("FieldCannotBeChangedToNewValue", Validation),
        ("NoRightsToDelete", Auth),
        ("NoRightsToUpdate", Auth),
        ("NoRightsToInsert", Auth),
        ("CouldNotDeleteRecordThatIsReferred", Conflict),
        ("DimensionIsMandatory", Validation),
        ("VoucherCannotBeZero", Validation),
        ("VoucherAllreadyCanceled", Conflict),
        ("AccountHasMandatoryVat", Validation),
        ("VatOperationNotSpecified", Validation),
        ("PaymentCannotBeEmpty", Validation),
        ("UserDoesNotExist", Auth),
        ("DateSumNotZero", Validation),
        ("TooManyVatCombinations", Validation),
        ("VatIsNotSalesVat", Validation),
        ("VatIsNotPurchaseVat", Validation),
        ("IllegalFiletype", Validation),
        ("SQLException", Uncertain),
        ("PrimaryKeyCannotBeChanged", Validation),
        ("CouldNotDeleteRecordThatHasTransactions", Conflict),
        ("AmountAndAmountCurHasDifferentSign", Validation),
        ("CurrencyIsSetButAmountHasNoValue", Validation),
        ("JournalIsBlocked", Config),
        ("PurchaseVatCannotBeUsedOnSalesAccount", Validation),
        ("SalesVatCannotBeUsedOnPurchaceAccount", Validation),
        ("PurchaseVatOprCannotBeUsedOnSalesVat", Validation),
        ("SalesVatOprCannotBeUsedOnPurchaceVat", Validation),
        ("WithholdingAccountNotFound", Config),
        ("WithholdingRateNotFound", Config),
        ("NoCompanyId", Config),
        ("FileIsTooBig", Validation),
        ("AccountIsNotBankAccount", Validation),
        ("BankAccountIsMissing", Validation),
        ("RecordIsAlreadyDeleted", Conflict),
        ("MonthNotOpen", Validation),
        ("CompanyIsDeactivated", Config),
        ("CannotVoidPrimoTransaction", Validation),
        ("ProjectIsBlocked", Validation),
        ("PrCategoryCannotBeBlank", Validation),
        ("PrCatRevenueAccountNotRevenue", Validation),
        ("PrCatNotRevenueAccountRevenue", Validation),
        ("NoLinesToUpdate", Internal),
        ("NoInternetHeading", Internal),
        ("AppIdentBlocked", Auth),
        ("NoRightsToRunApp", Auth),
        ("SlowDown", RateLimited),
        ("CannotUpdateRecord", Conflict),
        ("CannotDeleteRecord", Conflict),
        ("SequenceNumberError", Conflict),
        ("ServerIsBusy", Transient),
        ("ToManyCreatesInOneDay", RateLimited),
        ("NumberIsUsedBefore", Conflict),
        ("CreditorIsStopped", Validation),
        ("DebtorIsStopped", Validation),
        ("ItemIsOnHold", Validation),
        ("AmountDoesNotMatchEnteredAmount", Validation),
        ("ProjectCannotBeBlank", Validation),
        ("CannotCancelVoucher", Validation),
        ("MovementCannotHaveCost", Validation),
        ("CannotCancelVoucherFromOtherModule", Validation),
        ("FileDoesNotExist", Validation),
        ("UnivisorHasSubscription", Auth),
        ("AccountDoesNotAllowCurrency", Validation),
        ("ItemHasMandatoryVariant", Validation),
        ("CreditLimitExceeded", Validation),
        ("CannotUpdateInvoicedRecord", Conflict),
        ("CountryNotSet", Validation),
        ("SerieBatchDoesNotExist", Validation),
        ("MandatorySerialBatch", Validation),
        ("BomNotSpecified", Validation),
        ("CurrencyCannotBeChanged", Validation),
        ("CannotChangeToUserWithNoSubscription", Auth),
        ("VoucherSumNotZero", Validation),
        ("AccountIsReconciled", Validation),
        ("InvoiceWasUsed", Validation),
        ("InvoiceNumberMissing", Validation),
        ("CannotHaveOffsetAccount", Validation),
        ("CompanyIsPosting", Transient),
        ("ErrorInJournal", Validation),
        ("NoSubscription", Auth),
        ("SubscriptionBlocked", Auth),
        ("RecordTooLarge", Internal),
        ("NoLinesFound", Internal),
        ("StorageCannotBeNegative", Validation),
        ("AccountAndOffsetCannnotBeEqual", Validation),
        ("FieldMustBeBlank", Validation),
        ("CompanyDoesNotExist", Config),
        ("TooManyCallsOpen", RateLimited),
        ("OperatorBlocked", Auth),
        ("QueryTimeout", Transient),
        ("ContainsLinesDelivered", Validation),
        ("QtyNotNegative", Validation),
        ("UserIsNotServerUser", Auth),
        ("UserIsServerUser", Auth),
        ("OrderIsDeleted", Conflict),
        ("ExchangeRateError", Config),
        ("TooManyArguments", Internal),
        ("OnlyPositiveNumber", Validation),
        ("NoExchangeRate", Config),
        ("InventoryAccountMisuse", Validation),
        ("CostPriceTooBig", Validation),
        ("QtyCannotBeZero", Validation),
        ("EmailLimitExceeded", RateLimited),
        ("NoUnitConversionToStock", Validation),
        ("DimensionIsBlocked", Validation),
        ("UpdateInBackground", Transient),
        ("OnlyServiceAllowed", Validation),
        ("RecursiveBOM", Validation),
        ("AccountNotDCSummery", Config),
        ("NoMoreSQLConnections", Transient),
        ("UserHasNoCompany", Auth),
        ("UserIdExists", Auth),
        ("NotAllowedToEditSerieBatch", Validation),
        ("DateNotSet", Validation),
        ("IgnoreUpdate", Conflict),
        ("IPAddressNotAllowed", Auth),
        ("TooManyLoginAttempts", RateLimited),
        ("InvalidCategory", Validation),
        ("TooManyLinesSelected", Validation),
        ("TooManySerialBatch", Validation),
        ("JournalIsAlreadyPosted", Conflict),
        ("DayIsNotReportedReady", Validation),
        ("MandatoryItem", Validation),
        ("NotInvoiceable", Validation),
        ("EmployeeNoSpecified", Validation),
        ("NoEmail", Validation),
        ("CategoryMustBeInvoice", Validation),
    ]
);

/// Every code, in the order of its number.
fn numbered() -> impl Iterator<Item = Code> {
    NAMES.split('\n').zip(KINDS).map(|(name, &kind)| Code { name, kind })
}

/// Names seen in clients without a number [code].
const UNNUMBERED: [Code; 3] = [
    Code { name: "ArgumentMissing", kind: Internal },
    Code { name: "RecordExists", kind: Conflict },
    Code { name: "NoChange", kind: Validation },
];

/// One code of Uniconta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// As Uniconta spells it.
    pub name: &'static str,
    /// What it is to us.
    pub kind: ErrorKind,
}

impl Code {
    /// By name, in any case.
    pub fn by_name(name: &str) -> Option<Self> {
        numbered().chain(UNNUMBERED).find(|code| code.name.eq_ignore_ascii_case(name))
    }

    /// By number.
    pub fn by_number(number: usize) -> Option<Self> {
        numbered().nth(number)
    }

    /// Whether it is not an error at all. `NoChange` says that the row was as it was sent.
    pub fn is_success(self) -> bool {
        matches!(self.name, "Succes" | "NoChange")
    }

    /// The contract's `code`: `KeyExists` becomes `uniconta.key-exists`.
    pub fn dotted(self) -> String {
        let mut out = String::from("uniconta.");
        let mut previous_lower = false;
        for c in self.name.chars() {
            if c.is_ascii_uppercase() && previous_lower {
                out.push('-');
            }
            previous_lower = c.is_ascii_lowercase();
            out.push(c.to_ascii_lowercase());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(9, "UserOrPasswordIsWrong", Auth, "uniconta.user-or-password-is-wrong")]
    #[case(10, "UnknownAppIdent", Auth, "uniconta.unknown-app-ident")]
    #[case(40, "KeyExists", Conflict, "uniconta.key-exists")]
    #[case(60, "SQLException", Uncertain, "uniconta.sqlexception")]
    #[case(72, "NoCompanyId", Config, "uniconta.no-company-id")]
    #[case(88, "SlowDown", RateLimited, "uniconta.slow-down")]
    #[case(129, "CompanyDoesNotExist", Config, "uniconta.company-does-not-exist")]
    #[case(169, "CategoryMustBeInvoice", Validation, "uniconta.category-must-be-invoice")]
    fn numbers_stand_where_they_should(
        #[case] number: usize,
        #[case] name: &str,
        #[case] kind: ErrorKind,
        #[case] dotted: &str,
    ) {
        let code = Code::by_number(number).unwrap();
        assert_eq!((code.name, code.kind, code.dotted().as_str()), (name, kind, dotted));
        assert_eq!(Code::by_name(&name.to_lowercase()), Some(code));
    }

    #[test]
    fn there_are_170_and_no_two_are_alike() {
        let names: std::collections::BTreeSet<_> = numbered().map(|code| code.name.to_lowercase()).collect();
        assert_eq!((names.len(), KINDS.len()), (170, 170));
        assert!(Code::by_number(170).is_none());
        assert!(Code::by_name("Rubbish").is_none());
    }
}
