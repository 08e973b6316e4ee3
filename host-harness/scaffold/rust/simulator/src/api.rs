//! The REST interface.
//!
//! | request | answer |
//! |---|---|
//! | `GET /company` | number, name, currency, journals, accounts and VAT codes |
//! | `GET /debtors?number=`, `?vat_number=`, `?mail=` | debtors that have exactly that |
//! | `GET /debtors?since=CHANGE&limit=N` | what changed after that, oldest first |
//! | `GET /debtors/{id}` | one debtor |
//! | `POST /debtors` | a new one; `409` where the number is taken |
//! | `PUT /debtors/{id}` | changes the properties that are named |
//! | `GET /vouchers/{journal}/{number}` | one voucher |
//! | `POST /vouchers` | a new one, all of it or nothing; `409` where the number is taken |
//! | `GET /link`, `PUT /link` | the link that is called when a debtor changes |

use crate::answer::Answer;
use crate::books::{ACCOUNTS, Books, COMPANY, CURRENCY, JOURNALS, VAT_CODES, not_there};
use serde_json::{Map, Value, json};

/// Debtors of one page at most.
const MAX_PAGE: usize = 100;

/// What is asked.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

impl Books {
    /// Do what is asked.
    pub(crate) fn answer(&mut self, asked: &Asked<'_>) -> Answer {
        self.answered(asked).unwrap_or_else(|refused| refused)
    }

    fn answered(&mut self, asked: &Asked<'_>) -> Result<Answer, Answer> {
        let segments: Vec<&str> = asked.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let number = |text: &str| text.parse::<u64>().map_err(|_| not_there());
        match (asked.method, segments.as_slice()) {
            ("GET", ["company"]) => Ok(Answer::ok(json!({
                "number": COMPANY, "name": "Klub Eksempel", "currency": CURRENCY,
                "journals": JOURNALS, "accounts": ACCOUNTS, "vat_codes": VAT_CODES,
            }))),
            ("GET", ["debtors"]) => Ok(Answer::ok(json!({"items": self.listed(asked.query)}))),
            ("GET", ["debtors", id]) => {
                let debtor = self.debtors.get(&number(id)?).ok_or_else(not_there)?;
                Ok(Answer::ok(debtor.shown()))
            }
            ("POST", ["debtors"]) => Ok(Answer::created(self.create(&object(asked.body)?)?.shown())),
            ("PUT", ["debtors", id]) => Ok(Answer::ok(self.change(number(id)?, &object(asked.body)?)?.shown())),
            ("GET", ["vouchers", journal, voucher]) => {
                let found = self.vouchers.get(&(number(journal)?, number(voucher)?)).ok_or_else(not_there)?;
                Ok(Answer::ok(found.clone()))
            }
            ("POST", ["vouchers"]) => Ok(Answer::created(self.book(&Value::Object(object(asked.body)?))?)),
            ("GET", ["link"]) => Ok(Answer::ok(json!({"url": self.link}))),
            ("PUT", ["link"]) => {
                let wanted = object(asked.body)?;
                self.link = wanted.get("url").and_then(Value::as_str).map(str::to_owned);
                Ok(Answer::ok(json!({"url": self.link})))
            }
            _ => Err(not_there()),
        }
    }

    fn listed(&self, query: &str) -> Vec<Value> {
        let asked: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if let Some(since) = value("since") {
            let limit = value("limit").and_then(|limit| limit.parse().ok()).unwrap_or(MAX_PAGE).min(MAX_PAGE);
            return self.changed_since(since.parse().unwrap_or(0), limit);
        }
        let is_wanted = |shown: &Value| {
            asked.iter().all(|(name, wanted)| shown.get(name).and_then(Value::as_str) == Some(wanted.as_str()))
        };
        self.debtors.values().map(crate::books::Debtor::shown).filter(is_wanted).take(MAX_PAGE).collect()
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Answer> {
    serde_json::from_slice(body).map_err(|_| Answer::refused(400, "not-an-object", "the body must be a JSON object"))
}
