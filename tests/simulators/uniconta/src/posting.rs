//! Posting a journal (at bogføre en kladde) as a person does it in Uniconta's client: all or nothing. No public evidence says that
//! the API can, so neither surface has it; tests and people reach it here.

pub(crate) mod control;
mod entries;
mod line;
mod money;
mod plan;

use crate::refusal::{ErrorCode, Refusal};
use crate::typing::{ControlError, no_company};
use crate::uniconta::Uniconta;
use jiff::civil::Date;
use plan::Plan;

/// How posting a journal went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Why nothing was posted; `None` where all was.
    pub refusal: Option<Refusal>,
    /// The line at fault, counted from 1 in the order of the journal; 0 where no line is.
    pub line: u32,
    /// The account of that line; empty where there is none.
    pub account: String,
    /// Number of the posted journal, on each row it wrote as `JournalPostedId`; 0 where nothing was posted.
    pub journal_posted_id: u32,
}

/// Why a journal cannot be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    refusal: Refusal,
    line: u32,
    account: String,
}

impl From<ErrorCode> for Fault {
    fn from(code: ErrorCode) -> Self {
        Self { refusal: Refusal::of(code), line: 0, account: String::new() }
    }
}

impl Uniconta {
    /// Posts the lines of a journal up to and with a day (`2026-01-31`), or all. In the company named at start.
    ///
    /// # Errors
    /// There is no such journal, or the day cannot be read. A journal that breaks a rule of bookkeeping is no such error: the
    /// answer says which line and why, and nothing was posted.
    pub fn post_journal(&self, journal: &str, up_to_date: Option<&str>) -> Result<Posting, ControlError> {
        self.post_journal_in(self.config().company, journal, up_to_date)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::post_journal`], or there is no such company.
    pub fn post_journal_in(
        &self,
        company: u32,
        journal: &str,
        up_to_date: Option<&str>,
    ) -> Result<Posting, ControlError> {
        let last: Option<Date> = up_to_date
            .map(str::parse)
            .transpose()
            .map_err(|_| ControlError::Wrong("up_to_date must be a day such as 2026-01-31".to_owned()))?;
        let switches = &self.config().switches;
        let mut state = self.lock();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        let row = books
            .keyed(crate::tables::JOURNAL, journal, switches)
            .ok_or_else(|| ControlError::NotFound(format!("journal {journal}")))?;
        Ok(match Plan::new(books, row, last, switches) {
            Ok(plan) => {
                Posting { refusal: None, line: 0, account: String::new(), journal_posted_id: plan.carry_out(books) }
            }
            Err(Fault { refusal, line, account }) => {
                Posting { refusal: Some(refusal), line, account, journal_posted_id: 0 }
            }
        })
    }

    /// Opens or closes a month (`2026-01`) for posting, in the company named at start: the status of periods by month
    /// (Periodestatus pr. måned). All months are open at the start.
    ///
    /// # Errors
    /// The month cannot be read.
    pub fn set_month_open(&self, month: &str, open: bool) -> Result<(), ControlError> {
        self.set_month_open_in(self.config().company, month, open)
    }

    /// The same, in any company.
    ///
    /// # Errors
    /// As [`Self::set_month_open`], or there is no such company.
    pub fn set_month_open_in(&self, company: u32, month: &str, open: bool) -> Result<(), ControlError> {
        let first: Date = format!("{month}-01")
            .parse()
            .map_err(|_| ControlError::Wrong("month must be a month such as 2026-01".to_owned()))?;
        let mut state = self.lock();
        let books = state.companies.get_mut(&company).ok_or_else(|| no_company(company))?;
        books.set_month((first.year(), first.month()), open);
        Ok(())
    }
}
