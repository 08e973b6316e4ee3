//! A day as JSON: the same as the table, amounts both as decimal text and as minor units.

use super::amount::{decimals, plain};
use super::{DayOutcome, DaySheet, account, customer, dimensions};
use crate::bindings::exports::on_day_closed::{Adjustment, Receipt};
use crate::replay::to_json;
use serde::{Serialize, Serializer};
use serde_json::{Number, Value, json};

impl Serialize for DaySheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl DaySheet {
    /// The day as data. Of `refused`, `stopped` and `receipt` one is there and the others are `null`; `difference` is
    /// `null` when debit and credit are the same.
    pub fn json(&self) -> Value {
        let report = &self.report;
        let decimals = decimals(&report.currency);
        let (mut refused, mut stopped, mut code) = (Value::Null, Value::Null, Value::Null);
        match &self.outcome {
            DayOutcome::Booked(_) => {}
            DayOutcome::Refused { code: given, lines } => (refused, code) = (json!(lines), json!(given)),
            DayOutcome::Stopped { code: given, lines } => (stopped, code) = (json!(lines), json!(given)),
        }
        let sums = self.sums();
        let difference = Some(sums.difference()).filter(|difference| *difference != 0);
        json!({
            "report_id": report.id,
            "date": report.date,
            "department": report.department,
            "currency": report.currency,
            "decimals": decimals,
            "revision": report.revision,
            "lines": (0..report.lines.len()).filter_map(|place| self.line_json(place, decimals)).collect::<Vec<_>>(),
            "debit": amount(sums.debit, decimals),
            "credit": amount(sums.credit, decimals),
            "difference": difference.map(|difference| amount(difference, decimals)),
            "refused": refused,
            "stopped": stopped,
            "code": code,
            "receipt": self.outcome.receipt().map(|receipt| self.receipt_json(receipt, decimals)),
            "all_requests_answered": !self.unanswered,
        })
    }

    fn line_json(&self, place: usize, decimals: Option<u16>) -> Option<Value> {
        let line = self.report.lines.get(place)?;
        Some(json!({
            "number": place.saturating_add(1),
            "source": to_json(&line.source),
            "source_name": line.source_name,
            "account": account(line),
            "customer": customer(line),
            "text": line.text,
            "amount": amount(i128::from(line.amount), decimals),
            "vat_code": line.vat_code,
            "dimensions": dimensions(line),
            "accrual": to_json(&line.accrual),
            "adjustments": self.adjustments(Some(place)).map(adjustment).collect::<Vec<_>>(),
        }))
    }

    /// The receipt but for its lines, which stand in the connector's own answer.
    fn receipt_json(&self, receipt: &Receipt, decimals: Option<u16>) -> Value {
        json!({
            "revision": receipt.revision,
            "journal": receipt.journal,
            "voucher": receipt.voucher,
            "corrects": receipt.corrects,
            "lines": receipt.lines.len(),
            "debit": amount(i128::from(receipt.total_debit), decimals),
            "credit": amount(i128::from(receipt.total_credit), decimals),
            "state": to_json(&receipt.state),
            "adjustments": self.adjustments(None).map(adjustment).collect::<Vec<_>>(),
        })
    }
}

fn adjustment(adjustment: &Adjustment) -> Value {
    json!({"code": adjustment.code, "message": adjustment.message})
}

/// Positive is debit. `decimal` is `null` for a currency whose decimals are not known.
fn amount(minor_units: i128, decimals: Option<u16>) -> Value {
    json!({
        "decimal": decimals.map(|decimals| plain(minor_units, decimals)),
        "minor_units": Number::from_i128(minor_units),
    })
}
