//! The trial surface: this simulator as whoever tries a connector sees it, in the contract's own words.
//!
//! It stands for the company named at start. Calls to Modification URLs wait to be taken from the first request of the surface on:
//! nobody listens behind a link that is only tried.

use crate::refusal::Refusal;
use crate::schema::{Kind, Property};
use crate::tables::{DEBTOR, table_named};
use crate::typing::ControlError;
use crate::uniconta::Uniconta;
use accounting_trial::{
    Ability, About, Attribute, Call, Clock, Debtor, Delivery, Fault, Header, How, Line, Link, On, Surface,
    SurfaceError, Typed, VERSION, Voucher,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use simulator_kit::FaultAction;

/// The debtors with the fields the company made itself.
const DEBTORS: &str = "DebtorClientUser";
/// Attributes and the properties that hold them.
const ATTRIBUTES: [(Attribute, &str); 10] = [
    (Attribute::Name, "Name"),
    (Attribute::Address, "Address1"),
    (Attribute::Zip, "ZipCode"),
    (Attribute::City, "City"),
    (Attribute::Country, "Country"),
    (Attribute::Phone, "Phone"),
    (Attribute::Mobile, "MobilPhone"),
    (Attribute::Email, "ContactEmail"),
    (Attribute::Cvr, "CompanyRegNo"),
    (Attribute::Ean, "EAN"),
];
/// What says which row it is, what is shown as `blocked`, and what the connector sets on a new row from its settings.
const NOT_UNMODELLED: [&str; 5] = ["RowId", "CompanyId", "Account", "Blocked", "VatZone"];
/// Where writes go.
const WRITES: &str = "/api/Entities/";
/// Where reads go.
const READS: &str = "/odata/";

impl Surface for Uniconta {
    fn about(&self) -> About {
        let abilities = vec![Ability::Customers, Ability::Link, Ability::Bookkeeping];
        About { trial: VERSION, system: "Uniconta".to_owned(), abilities }
    }

    fn reset(&self) -> Result<(), SurfaceError> {
        let now = self.now();
        Self::reset(self);
        self.set_now(now);
        Ok(())
    }

    fn debtors(&self) -> Result<Vec<Debtor>, SurfaceError> {
        let rows = self.rows_in(self.config().company, DEBTORS).map_err(wrong)?;
        Ok(rows.iter().map(debtor).collect())
    }

    fn type_debtor(&self, typed: Typed) -> Result<Debtor, SurfaceError> {
        let account = match &typed.external_key {
            Some(account) => account.clone(),
            None => free_account(&self.debtors()?),
        };
        let mut row = typed_row(&typed);
        row.insert("Account".to_owned(), json!(account));
        self.typed(row)
    }

    fn edit_debtor(&self, external_id: &str, typed: Typed) -> Result<Debtor, SurfaceError> {
        let mut row = typed_row(&typed);
        row.insert("RowId".to_owned(), json!(row_id(external_id)?));
        if let Some(account) = typed.external_key {
            row.insert("Account".to_owned(), json!(account));
        }
        self.typed(row)
    }

    fn delete_debtor(&self, external_id: &str) -> Result<(), SurfaceError> {
        self.remove(DEBTORS, row_id(external_id)?).map_err(wrong)
    }

    fn vouchers(&self) -> Result<Vec<Voucher>, SurfaceError> {
        let rows = |entity| self.rows_in(self.config().company, entity).map_err(wrong);
        let mut vouchers = Vec::new();
        for row in rows("GLDailyJournalLineClient")? {
            let amount = decimal(&row, "Debit") - decimal(&row, "Credit");
            place(&mut vouchers, &row, &text(&row, "Journal"), false, amount);
        }
        for row in rows("GLTransClient")? {
            let amount = decimal(&row, "Amount");
            place(&mut vouchers, &row, &text(&row, "Origin"), true, amount);
        }
        Ok(vouchers)
    }

    fn add_fault(&self, fault: Fault) -> Result<(), SurfaceError> {
        if fault.times == 0 {
            return Err(SurfaceError::Wrong("times must be 1 or more".to_owned()));
        }
        let path_contains = match fault.on {
            On::Any => None,
            On::Read => Some(READS.to_owned()),
            On::Write => Some(WRITES.to_owned()),
        };
        Self::add_fault(
            self,
            simulator_kit::Fault {
                method: None,
                path_contains,
                skip: fault.skip,
                times: fault.times,
                action: action(fault.how),
            },
        );
        Ok(())
    }

    fn clear_faults(&self) -> Result<(), SurfaceError> {
        Self::clear_faults(self);
        Ok(())
    }

    fn calls(&self) -> Result<Vec<Call>, SurfaceError> {
        let call = |call: simulator_kit::Call| Call {
            write: call.path.contains(WRITES),
            path: if call.query.is_empty() { call.path } else { format!("{}?{}", call.path, call.query) },
            method: call.method,
            status: call.status,
        };
        Ok(Self::calls(self).into_iter().map(call).collect())
    }

    fn clear_calls(&self) -> Result<(), SurfaceError> {
        Self::clear_calls(self);
        Ok(())
    }

    fn enter_link(&self, link: Link) -> Result<(), SurfaceError> {
        let number = table_named(DEBTOR).and_then(|table| table.number);
        let row = json!({"TableId": number, "Url": link.url});
        self.type_in("TableChangeEventClient", row).map(drop).map_err(wrong)
    }

    fn take_deliveries(&self) -> Result<Vec<Delivery>, SurfaceError> {
        let mut taken = Vec::new();
        while let Some((_, call)) = self.next_waiting() {
            self.delivery_done(call.id, Ok(200));
            taken.push(delivery(call));
        }
        Ok(taken)
    }

    fn foreign_delivery(&self) -> Result<Option<Delivery>, SurfaceError> {
        let other = self.config().company.saturating_add(1);
        let query = format!("CompanyId={other}&Table={DEBTOR}&RowId=1001&Key=1000&Action=update");
        Ok(Some(Delivery { method: "GET".to_owned(), query, headers: Vec::new(), body: String::new() }))
    }

    fn set_clock(&self, clock: Clock) -> Result<(), SurfaceError> {
        let now = clock.now.parse();
        self.set_now(now.map_err(|_| {
            SurfaceError::Wrong("now must be a time with its zone, such as 2026-03-02T08:00:00Z".to_owned())
        })?);
        Ok(())
    }
}

impl Uniconta {
    fn typed(&self, row: Map<String, Value>) -> Result<Debtor, SurfaceError> {
        self.type_into(self.config().company, DEBTORS, &row).map(|typed| debtor(&typed.row)).map_err(wrong)
    }
}

fn wrong(error: ControlError) -> SurfaceError {
    match error {
        ControlError::NotFound(what) => SurfaceError::NotThere(what),
        ControlError::Refused(Refusal { .. }) | ControlError::Wrong(_) | ControlError::Shared(_) => {
            SurfaceError::Wrong(error.to_string())
        }
    }
}

fn row_id(external_id: &str) -> Result<u32, SurfaceError> {
    external_id.parse().map_err(|_| SurfaceError::NotThere(format!("row {external_id:?} of {DEBTORS}")))
}

/// The first number that no debtor has.
fn free_account(debtors: &[Debtor]) -> String {
    let taken = |number: &u32| debtors.iter().all(|debtor| debtor.external_key != number.to_string());
    (70_000..).find(taken).unwrap_or_default().to_string()
}

fn text(row: &Map<String, Value>, property: &str) -> String {
    match row.get(property) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn decimal(row: &Map<String, Value>, property: &str) -> Decimal {
    text(row, property).parse().unwrap_or_default()
}

/// The properties the contract has no word for, less those that Uniconta computes.
fn unmodelled() -> impl Iterator<Item = &'static Property> {
    let modelled = |name: &str| ATTRIBUTES.iter().any(|(_, property)| *property == name);
    let properties = table_named(DEBTOR).map(|table| table.properties.as_slice()).unwrap_or_default();
    properties.iter().filter(move |property| {
        !property.read_only && !modelled(&property.name) && !NOT_UNMODELLED.contains(&property.name.as_str())
    })
}

fn debtor(row: &Map<String, Value>) -> Debtor {
    let filled = |property: &str| Some(text(row, property)).filter(|text| !text.is_empty());
    let attributes = ATTRIBUTES.iter().filter_map(|(attribute, property)| Some((*attribute, filled(property)?)));
    let own = unmodelled().filter_map(|property| Some((property.name.clone(), filled(&property.name)?)));
    Debtor {
        external_id: text(row, "RowId"),
        external_key: text(row, "Account"),
        blocked: row.get("Blocked") == Some(&Value::Bool(true)),
        attributes: attributes.collect(),
        unmodelled: own.collect(),
    }
}

fn typed_row(typed: &Typed) -> Map<String, Value> {
    let mut row = Map::new();
    if typed.unmodelled {
        row.extend(unmodelled().filter_map(|property| Some((property.name.clone(), made_up(property)?))));
    }
    let attributes = ATTRIBUTES
        .iter()
        .filter_map(|(attribute, property)| Some(((*property).to_owned(), json!(typed.attributes.get(attribute)?))));
    row.extend(attributes);
    row
}

/// A value that a person could have typed; none for what must name something that is kept elsewhere.
fn made_up(property: &Property) -> Option<Value> {
    if property.reference.is_some() {
        return None;
    }
    Some(match &property.kind {
        Kind::Text(_) => json!("8100"),
        Kind::Integer => json!(3),
        Kind::Number => json!(12.5),
        Kind::Boolean => json!(true),
        Kind::Country => json!("Sweden"),
        Kind::Currency => json!("EUR"),
        Kind::Choice(choices) => json!(choices.last()?),
        Kind::DateTime | Kind::VatZone | Kind::AccountType => return None,
    })
}

fn place(vouchers: &mut Vec<Voucher>, row: &Map<String, Value>, journal: &str, posted: bool, amount: Decimal) {
    let number = text(row, "Voucher");
    let debtor = text(row, "AccountType") == "Debtor";
    let account = text(row, "Account");
    let line = Line {
        account: if debtor { String::new() } else { account.clone() },
        debtor: if debtor { account } else { String::new() },
        amount: amount.to_string(),
        vat_code: text(row, "Vat"),
        text: text(row, "Text"),
    };
    match vouchers.iter_mut().find(|one| one.voucher == number && one.posted == posted && one.journal == journal) {
        Some(voucher) => voucher.lines.push(line),
        None => vouchers.push(Voucher {
            journal: journal.to_owned(),
            voucher: number,
            date: text(row, "Date").chars().take(10).collect(),
            currency: text(row, "Currency"),
            posted,
            lines: vec![line],
        }),
    }
}

fn delivery(call: simulator_kit::Delivery) -> Delivery {
    let query = call.url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let headers = call.headers.into_iter().map(|(name, value)| Header { name: name.to_ascii_lowercase(), value });
    Delivery { method: call.method.to_string(), query, headers: headers.collect(), body: call.body.unwrap_or_default() }
}

fn action(how: How) -> FaultAction {
    let status = |status, body: &str, content_type: &str| FaultAction::Status {
        status,
        body: body.to_owned(),
        content_type: content_type.to_owned(),
    };
    match how {
        How::Unavailable => status(503, "", "text/plain"),
        How::RateLimited { retry_after_s } => FaultAction::Limited(retry_after_s),
        How::NotAccepted => status(401, "", "text/plain"),
        How::LostBefore => FaultAction::DropBefore,
        How::LostAfter => FaultAction::DropAfter,
        How::Truncated => FaultAction::TruncateHalf,
        How::UnknownFields => FaultAction::UnknownFields,
        How::Padded { bytes } => FaultAction::Padded(bytes),
        How::Empty => status(200, "", "application/json"),
        How::Rubbish => status(200, "<html><body>Velkommen</body></html>", "text/html"),
    }
}
