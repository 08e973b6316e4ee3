//! All that knows HTTP: one function for each request of Toy Ledger's, and what its answers mean.

use crate::debtor::Debtor;
use crate::describe::{API_KEY, COMPANY, CUSTOMER_TAG, HOST, JOURNAL, SYSTEM};
use accounting_kit::http::{HttpError, Method, Request};
use accounting_kit::names;
use accounting_kit::ports::Ports;
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::settings::Settings;
use accounting_kit::types::{Context, Customer, Error, ErrorKind, Locale};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Debtors of a page. Each may cost a request in return, and a call has 1,000 of them.
pub(crate) const PAGE: usize = 100;

/// One installation's Toy Ledger during one call.
pub(crate) struct Api<'a> {
    pub(crate) ports: Ports<'a>,
    pub(crate) locale: Locale,
    settings: Settings<'a>,
}

/// What the key opens.
#[derive(Deserialize)]
pub(crate) struct Company {
    pub(crate) number: u64,
    pub(crate) currency: String,
    pub(crate) journals: Vec<u64>,
    pub(crate) accounts: Vec<String>,
    pub(crate) vat_codes: Vec<String>,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Link {
    url: Option<String>,
}

/// A debtor that changed, or that was deleted.
pub(crate) struct Changed {
    pub(crate) id: u64,
    pub(crate) change: u64,
    /// None for one that was deleted.
    pub(crate) debtor: Option<Debtor>,
}

impl<'a> Api<'a> {
    pub(crate) fn new(ports: Ports<'a>, context: &'a Context) -> Self {
        Self { ports, locale: context.locale, settings: Settings::new(&context.settings) }
    }

    /// Whether a customer takes part.
    pub(crate) fn is_tagged(&self, customer: &Customer) -> bool {
        let wanted = self.settings.text(CUSTOMER_TAG);
        !customer.deleted && customer.tags.iter().any(|tag| names::same(tag, wanted))
    }

    /// The customer tag.
    pub(crate) fn tag(&self) -> &'a str {
        self.settings.text(CUSTOMER_TAG)
    }

    /// The journal for daily reports, as entered.
    pub(crate) fn journal(&self) -> &'a str {
        self.settings.text(JOURNAL)
    }

    /// Whether an API key was entered.
    pub(crate) fn has_key(&self) -> bool {
        !self.settings.raw(API_KEY).is_empty()
    }

    /// The company `configure` found; empty before that.
    pub(crate) fn company_number(&self) -> &'a str {
        self.settings.text(COMPANY)
    }

    pub(crate) fn company(&self) -> Result<Company, Error> {
        self.read("/company")
    }

    pub(crate) fn debtor(&self, id: u64) -> Result<Option<Debtor>, Error> {
        let found: Option<Value> = self.read_if_there(&format!("/debtors/{id}"))?;
        found.map(|shown| self.understood(shown)).transpose()
    }

    /// Debtors with exactly this value.
    pub(crate) fn debtors_with(&self, property: &str, value: &str) -> Result<Vec<Debtor>, Error> {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair(property, value).finish();
        let found: Items = self.read(&format!("/debtors?{query}"))?;
        found.items.into_iter().map(|shown| self.understood(shown)).collect()
    }

    /// One page of what changed after a change.
    pub(crate) fn changed_since(&self, since: u64) -> Result<Vec<Changed>, Error> {
        let found: Items = self.read(&format!("/debtors?since={since}&limit={PAGE}"))?;
        let changed = |value: Value| {
            let whole = |name: &str| value.get(name).and_then(Value::as_u64).ok_or_else(|| self.senseless());
            let (id, change) = (whole("id")?, whole("change")?);
            let deleted = value.get("deleted") == Some(&Value::Bool(true));
            let debtor = if deleted { None } else { Some(self.understood(value)?) };
            Ok(Changed { id, change, debtor })
        };
        found.items.into_iter().map(changed).collect()
    }

    pub(crate) fn create(&self, properties: &Value) -> Result<Debtor, Error> {
        self.written(Method::Post, "/debtors", properties)
    }

    pub(crate) fn change(&self, id: u64, properties: &Value) -> Result<Debtor, Error> {
        self.written(Method::Put, &format!("/debtors/{id}"), properties)
    }

    pub(crate) fn voucher(&self, journal: &str, number: &str) -> Result<Option<Value>, Error> {
        self.read_if_there(&format!("/vouchers/{journal}/{number}"))
    }

    pub(crate) fn book(&self, voucher: &Value) -> Result<Value, Error> {
        self.write(Method::Post, "/vouchers", voucher)
    }

    pub(crate) fn link(&self) -> Result<Option<String>, Error> {
        self.read("/link").map(|link: Link| link.url)
    }

    pub(crate) fn enter_link(&self, url: &str) -> Result<(), Error> {
        self.write(Method::Put, "/link", &json!({"url": url})).map(|_: Link| ())
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read_if_there(path)?.ok_or_else(|| self.senseless())
    }

    fn read_if_there<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        self.send(Method::Get, path, None)
    }

    fn write<T: DeserializeOwned>(&self, method: Method, path: &str, body: &Value) -> Result<T, Error> {
        self.send(method, path, Some(body))?.ok_or_else(|| {
            self.error(
                ErrorKind::Validation,
                "not-there",
                say!(
                    self.locale,
                    "det, der skal ændres i Toy Ledger, findes ikke mere",
                    "what is to be changed in Toy Ledger is no longer there"
                ),
            )
        })
    }

    fn written(&self, method: Method, path: &str, properties: &Value) -> Result<Debtor, Error> {
        let shown: Value = self.write(method, path, properties)?;
        // It said yes: the debtor is kept.
        Debtor::read(shown).ok_or_else(|| self.uncertain())
    }

    /// One request; `None` where the answer is 404.
    fn send<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Option<T>, Error> {
        let mut headers = vec![("authorization", format!("Bearer {}", self.settings.raw(API_KEY)))];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = Request { method, url: format!("https://{HOST}{path}"), headers, body };
        let writes = method != Method::Get;
        let answer = self.ports.http.send(&request).map_err(|failed| self.not_answered(failed, writes))?;
        match answer.status {
            200..300 => match serde_json::from_slice(&answer.body) {
                Ok(value) => Ok(Some(value)),
                // It said yes: the write may be done.
                Err(_) if writes => Err(self.uncertain()),
                Err(_) => Err(self.senseless()),
            },
            404 => Ok(None),
            401 | 403 => Err(self.error(ErrorKind::Auth, "key-not-accepted", say!(self.locale,
                "Toy Ledger godtager ikke API nøglen; lav en ny under Opsætning > Nøgler, og skriv den i indstillingerne",
                "Toy Ledger does not accept the API key; make a new one under Set-up > Keys and enter it in the settings"))
                .about(API_KEY)),
            429 => Err(self.error(ErrorKind::RateLimited, "too-many-calls", say!(self.locale,
                "Toy Ledger tager ikke imod flere kald for nu; der prøves igen",
                "Toy Ledger takes no more calls for now; it will be tried again"))
                .retry_after_ms(answer.retry_after_s.map(|seconds| u64::from(seconds) * 1000))),
            400..500 => Err(self.refused(answer.status, &answer.body)),
            // 503 says that nothing was done; the other 5xx do not say.
            status if writes && status != 503 => Err(self.uncertain()),
            _ => Err(self.transient()),
        }
    }

    fn understood(&self, shown: Value) -> Result<Debtor, Error> {
        Debtor::read(shown).ok_or_else(|| self.senseless())
    }

    fn not_answered(&self, failed: HttpError, writes: bool) -> Error {
        match failed {
            HttpError::Refused(why) => self
                .error(
                    ErrorKind::Internal,
                    "not-let-out",
                    say!(
                        self.locale,
                        "et kald til Toy Ledger blev ikke sluppet ud",
                        "a call to Toy Ledger was not let out"
                    ),
                )
                .detail(why),
            HttpError::Unknown(why) if writes => self.uncertain().detail(why),
            HttpError::Unknown(why) | HttpError::NotSent(why) => self.transient().detail(why),
        }
    }

    fn refused(&self, status: u16, body: &[u8]) -> Error {
        // Only the code: the text may repeat what was sent.
        let code = serde_json::from_slice::<Value>(body).ok();
        let code = code.as_ref().and_then(|body| body.get("code")).and_then(Value::as_str).unwrap_or("no code");
        self.error(
            ErrorKind::Validation,
            "refused",
            say!(
                self.locale,
                "Toy Ledger afviste det, der blev sendt ({code}); ret det, og prøv igen",
                "Toy Ledger refused what was sent ({code}); correct it and try again",
                code = code
            ),
        )
        .detail(format!("status {status}, {code}"))
    }

    fn transient(&self) -> Error {
        self.error(
            ErrorKind::Transient,
            "unavailable",
            say!(
                self.locale,
                "Toy Ledger svarede ikke; der prøves igen",
                "Toy Ledger did not answer; it will be tried again"
            ),
        )
    }

    fn uncertain(&self) -> Error {
        self.error(
            ErrorKind::Uncertain,
            "answer-lost",
            say!(
                self.locale,
                "det vides ikke, om Toy Ledger gemte ændringen; der ses efter og prøves igen",
                "it is not known whether Toy Ledger kept the change; it will be looked at and tried again"
            ),
        )
    }

    fn senseless(&self) -> Error {
        self.error(
            ErrorKind::Internal,
            "answer-not-understood",
            say!(
                self.locale,
                "svaret fra Toy Ledger kan ikke forstås",
                "the answer of Toy Ledger cannot be understood"
            ),
        )
    }

    /// An error of this connector's.
    pub(crate) fn error(&self, kind: ErrorKind, code: &str, message: String) -> Error {
        error(kind, format!("toy-ledger.{code}"), message)
    }

    /// The name of the accounting system, for errors of the kit's.
    pub(crate) fn system(&self) -> &'static str {
        SYSTEM
    }
}
