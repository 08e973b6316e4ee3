//! What the server says when it refuses: an error code of Uniconta, and the property it is about.
//!
//! Only the codes the simulator gives are named here; numbers and spelling come from the full table in
//! [`crate::enumerations`]. How a refusal is written into an answer is decided by the surface and its switches.

use crate::enumerations::ERROR_CODES;

/// An error code of Uniconta that the simulator can answer with. The discriminant is Uniconta's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The user may not do this at all.
    NoRights = 2,
    /// The body is not what the call needs.
    InvalidObject = 6,
    /// Wrong password (or, when login answers are merged, unknown user).
    UserOrPasswordIsWrong = 9,
    /// The API key is not known.
    UnknownAppIdent = 10,
    /// An update or delete named no row.
    RecordNotSelected = 16,
    /// The row named does not exist.
    CouldNotFind = 18,
    /// A reference to an account that does not exist.
    AccountDoesNotExist = 20,
    /// No account is given where one is needed.
    AccountIsMissing = 21,
    /// The account is blocked, or blocked in journals.
    AccountIsBlocked = 22,
    /// The account is a heading or a sum.
    AccountIsNotPostingAccount = 23,
    /// A reference to a dimension value that does not exist.
    DimensionDoesNotExist = 24,
    /// No finance year holds the date.
    FinancePeriodDoesNotExist = 26,
    /// The finance year of the date is closed.
    FinancePeriodNotOpen = 27,
    /// A reference to a number series that does not exist.
    NumberSerieDoesNotExist = 28,
    /// The number series is blocked.
    NumberSerieIsBlocked = 29,
    /// A reference to a VAT code that does not exist.
    VatTypeDoesNotExist = 31,
    /// The account takes no VAT.
    VatCodeCannotBeUsedOnThisAccount = 32,
    /// Debit and credit are both given.
    DebitAndCreditCannotBothHaveValue = 37,
    /// A VAT code on a debtor or creditor.
    DebtorCreditorCannotHaveVat = 38,
    /// The key property is missing or empty.
    KeyIsEmpty = 39,
    /// Another row has that key.
    KeyExists = 40,
    /// A value that does not fit its property: wrong type, too long, no such choice, no such reference.
    FieldHasinvalidValue = 41,
    /// A property that must have a value has none.
    FieldCannotBeBlank = 42,
    /// The user may not delete.
    NoRightsToDelete = 44,
    /// The user may not change.
    NoRightsToUpdate = 45,
    /// The user may not create.
    NoRightsToInsert = 46,
    /// Another row refers to the row that should be deleted.
    CouldNotDeleteRecordThatIsReferred = 47,
    /// The account needs a dimension that the line lacks.
    DimensionIsMandatory = 48,
    /// A line has no voucher number.
    VoucherCannotBeZero = 49,
    /// The account needs a VAT code that the line lacks.
    AccountHasMandatoryVat = 51,
    /// Login: no such user.
    UserDoesNotExist = 54,
    /// A voucher is zero as a whole and not on each of its dates.
    DateSumNotZero = 55,
    /// An update tried to change the key.
    PrimaryKeyCannotBeChanged = 61,
    /// The row that should be deleted has transactions.
    CouldNotDeleteRecordThatHasTransactions = 62,
    /// The amount and the amount in currency point different ways.
    AmountAndAmountCurHasDifferentSign = 63,
    /// The journal is blocked.
    JournalIsBlocked = 65,
    /// A purchase VAT code on a sales account.
    PurchaseVatCannotBeUsedOnSalesAccount = 66,
    /// A sales VAT code on a purchase account.
    SalesVatCannotBeUsedOnPurchaceAccount = 67,
    /// No company was named and the user has no default company.
    NoCompanyId = 72,
    /// The month of the date is closed.
    MonthNotOpen = 77,
    /// The number series has no number left.
    SequenceNumberError = 91,
    /// The lines of a voucher do not sum to zero.
    VoucherSumNotZero = 115,
    /// There is nothing to post.
    NoLinesFound = 125,
    /// The account and the offset account are the same.
    AccountAndOffsetCannnotBeEqual = 127,
    /// Login: no such company.
    CompanyDoesNotExist = 129,
    /// An amount in currency without one in the company's.
    NoExchangeRate = 141,
    /// Login: the company exists, the user has no access to it.
    UserHasNoCompany = 153,
    /// A line has no date.
    DateNotSet = 156,
}

impl ErrorCode {
    /// Uniconta's number for the code.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// Uniconta's name for the code, spelled as Uniconta spells it.
    pub fn name(self) -> &'static str {
        ERROR_CODES.get(usize::from(self.number())).copied().unwrap_or("Exception")
    }
}

/// A refused call: why, and which property it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", code.name(), property.as_ref().map(|name| format!(" on property {name}")).unwrap_or_default())]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// The property at fault, where there is one.
    pub property: Option<String>,
}

impl Refusal {
    /// A refusal about the whole call.
    pub fn of(code: ErrorCode) -> Self {
        Self { code, property: None }
    }

    /// A refusal about one property.
    pub fn on(code: ErrorCode, property: &str) -> Self {
        Self { code, property: Some(property.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_the_number_that_the_metadata_gives_its_name() {
        for code in [
            ErrorCode::NoRights,
            ErrorCode::InvalidObject,
            ErrorCode::UserOrPasswordIsWrong,
            ErrorCode::UnknownAppIdent,
            ErrorCode::RecordNotSelected,
            ErrorCode::CouldNotFind,
            ErrorCode::AccountDoesNotExist,
            ErrorCode::AccountIsMissing,
            ErrorCode::AccountIsBlocked,
            ErrorCode::AccountIsNotPostingAccount,
            ErrorCode::DimensionDoesNotExist,
            ErrorCode::FinancePeriodDoesNotExist,
            ErrorCode::FinancePeriodNotOpen,
            ErrorCode::NumberSerieDoesNotExist,
            ErrorCode::NumberSerieIsBlocked,
            ErrorCode::VatTypeDoesNotExist,
            ErrorCode::VatCodeCannotBeUsedOnThisAccount,
            ErrorCode::DebitAndCreditCannotBothHaveValue,
            ErrorCode::DebtorCreditorCannotHaveVat,
            ErrorCode::KeyIsEmpty,
            ErrorCode::KeyExists,
            ErrorCode::FieldHasinvalidValue,
            ErrorCode::FieldCannotBeBlank,
            ErrorCode::NoRightsToDelete,
            ErrorCode::NoRightsToUpdate,
            ErrorCode::NoRightsToInsert,
            ErrorCode::CouldNotDeleteRecordThatIsReferred,
            ErrorCode::DimensionIsMandatory,
            ErrorCode::VoucherCannotBeZero,
            ErrorCode::AccountHasMandatoryVat,
            ErrorCode::UserDoesNotExist,
            ErrorCode::DateSumNotZero,
            ErrorCode::PrimaryKeyCannotBeChanged,
            ErrorCode::CouldNotDeleteRecordThatHasTransactions,
            ErrorCode::AmountAndAmountCurHasDifferentSign,
            ErrorCode::JournalIsBlocked,
            ErrorCode::PurchaseVatCannotBeUsedOnSalesAccount,
            ErrorCode::SalesVatCannotBeUsedOnPurchaceAccount,
            ErrorCode::NoCompanyId,
            ErrorCode::MonthNotOpen,
            ErrorCode::SequenceNumberError,
            ErrorCode::VoucherSumNotZero,
            ErrorCode::NoLinesFound,
            ErrorCode::AccountAndOffsetCannnotBeEqual,
            ErrorCode::CompanyDoesNotExist,
            ErrorCode::NoExchangeRate,
            ErrorCode::UserHasNoCompany,
            ErrorCode::DateNotSet,
        ] {
            assert_eq!(code.name(), format!("{code:?}"));
        }
    }
}
