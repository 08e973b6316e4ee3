//! The contract's customers, links and reports as a scenario writes them: for calls that were heard, not written by people.

use super::{
    AccountSpec, CatalogueSpec, ChangeKindSpec, CustomerFieldSpec, CustomerSpec, DimensionSpec, FieldKindSpec,
    FieldSpec, LineSpec, LinkSpec, LinkStateSpec, LocaleSpec, PostingSpec, ReportSpec, SourceSpec, WebhookBody,
    WebhookSpec,
};
use crate::bindings::exports::configure::{AccountEntry, AccountSource, Catalogue, CustomerField, DimensionEntry};
use crate::bindings::exports::on_customer_changed::ChangeKind;
use crate::bindings::exports::on_day_closed::{DailyReport, Posting, ReportLine};
use crate::bindings::exports::on_webhook::Request;
use crate::bindings::types::{Customer, Field, FieldKind, Link, LinkState, Locale};

impl From<Locale> for LocaleSpec {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::Da => Self::Da,
            Locale::En => Self::En,
        }
    }
}

impl From<ChangeKind> for ChangeKindSpec {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Created => Self::Created,
            ChangeKind::Changed => Self::Changed,
            ChangeKind::Deleted => Self::Deleted,
            ChangeKind::Resync => Self::Resync,
        }
    }
}

impl From<FieldKind> for FieldKindSpec {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text,
            FieldKind::Number => Self::Number,
            FieldKind::Date => Self::Date,
            FieldKind::YesNo => Self::YesNo,
            FieldKind::Choice => Self::Choice,
        }
    }
}

impl From<Field> for FieldSpec {
    fn from(field: Field) -> Self {
        Self { name: field.name, kind: field.kind.into(), value: field.value }
    }
}

impl From<Customer> for CustomerSpec {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            number: customer.number,
            name: customer.name,
            address: customer.address,
            zip: customer.zip,
            city: customer.city,
            country: customer.country,
            phone: customer.phone,
            mobile: customer.mobile,
            email: customer.email,
            cvr: customer.cvr,
            ean: customer.ean,
            tags: customer.tags,
            fields: customer.fields.into_iter().map(FieldSpec::from).collect(),
            deleted: customer.deleted,
            revision: customer.revision,
        }
    }
}

impl From<Link> for LinkSpec {
    fn from(link: Link) -> Self {
        Self {
            customer_id: link.customer_id,
            external_id: link.external_id,
            external_key: link.external_key,
            state: match link.state {
                LinkState::Active => LinkStateSpec::Active,
                LinkState::Dormant => LinkStateSpec::Dormant,
            },
            base: link.base.into_iter().map(|agreed| (agreed.name, agreed.value)).collect(),
        }
    }
}

impl From<AccountSource> for SourceSpec {
    fn from(source: AccountSource) -> Self {
        match source {
            AccountSource::ItemGroup => Self::ItemGroup,
            AccountSource::PaymentType => Self::PaymentType,
            AccountSource::SpecialAccount => Self::SpecialAccount,
        }
    }
}

impl From<Catalogue> for CatalogueSpec {
    fn from(catalogue: Catalogue) -> Self {
        let field = |field: CustomerField| CustomerFieldSpec {
            name: field.name,
            kind: field.kind.into(),
            choices: field.choices,
        };
        let account = |entry: AccountEntry| AccountSpec {
            source: entry.source.into(),
            name: entry.name,
            account: entry.account,
            vat_code: entry.vat_code,
        };
        let dimension =
            |entry: DimensionEntry| DimensionSpec { dimension: entry.dimension, value: entry.value, name: entry.name };
        Self {
            tags: Some(catalogue.customer_tags),
            fields: Some(catalogue.customer_fields.into_iter().map(field).collect()),
            account_plan: catalogue.account_plan.into_iter().map(account).collect(),
            dimensions: catalogue.dimensions.into_iter().map(dimension).collect(),
        }
    }
}

impl From<DailyReport> for ReportSpec {
    fn from(report: DailyReport) -> Self {
        Self {
            id: report.id,
            date: report.date,
            department: report.department,
            currency: report.currency,
            revision: report.revision,
            lines: report.lines.into_iter().map(LineSpec::from).collect(),
        }
    }
}

impl From<ReportLine> for LineSpec {
    fn from(line: ReportLine) -> Self {
        Self {
            source: line.source.into(),
            source_name: line.source_name,
            posting: match line.posting {
                Posting::Ledger(account) => PostingSpec::Ledger(account),
                Posting::Customer(id) => PostingSpec::Customer(id),
            },
            amount: line.amount,
            vat_code: line.vat_code,
            text: line.text,
            dimensions: line.dimensions.into(),
            accrual: line.accrual.map(|accrual| (accrual.first, accrual.last)),
        }
    }
}

/// None when the body is no text.
pub(crate) fn webhook(request: Request) -> Option<WebhookSpec> {
    let body = match serde_json::from_slice(&request.body) {
        _ if request.body.is_empty() => WebhookBody::Empty,
        Ok(value) => WebhookBody::Json(value),
        Err(_) => WebhookBody::Text(String::from_utf8(request.body).ok()?),
    };
    let headers = request.headers.into_iter().map(|header| (header.name.to_lowercase(), header.value)).collect();
    Some(WebhookSpec { method: request.method, query: request.query, headers, body })
}
