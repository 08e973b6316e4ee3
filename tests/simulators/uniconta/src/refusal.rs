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
    /// A reference to a dimension value that does not exist.
    DimensionDoesNotExist = 24,
    /// A reference to a VAT code that does not exist.
    VatTypeDoesNotExist = 31,
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
    /// Login: no such user.
    UserDoesNotExist = 54,
    /// An update tried to change the key.
    PrimaryKeyCannotBeChanged = 61,
    /// The row that should be deleted has transactions.
    CouldNotDeleteRecordThatHasTransactions = 62,
    /// No company was named and the user has no default company.
    NoCompanyId = 72,
    /// Login: no such company.
    CompanyDoesNotExist = 129,
    /// Login: the company exists, the user has no access to it.
    UserHasNoCompany = 153,
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
            ErrorCode::DimensionDoesNotExist,
            ErrorCode::VatTypeDoesNotExist,
            ErrorCode::KeyIsEmpty,
            ErrorCode::KeyExists,
            ErrorCode::FieldHasinvalidValue,
            ErrorCode::FieldCannotBeBlank,
            ErrorCode::NoRightsToDelete,
            ErrorCode::NoRightsToUpdate,
            ErrorCode::NoRightsToInsert,
            ErrorCode::CouldNotDeleteRecordThatIsReferred,
            ErrorCode::UserDoesNotExist,
            ErrorCode::PrimaryKeyCannotBeChanged,
            ErrorCode::CouldNotDeleteRecordThatHasTransactions,
            ErrorCode::NoCompanyId,
            ErrorCode::CompanyDoesNotExist,
            ErrorCode::UserHasNoCompany,
        ] {
            assert_eq!(code.name(), format!("{code:?}"));
        }
    }
}
