//! Answers against the vendor's own schemas: JSON Schema draft 3 for the legacy interface, OpenAPI for the services.
//!
//! The schemas are the vendor's and do not lie here. The environment variable `ECONOMIC_SCHEMAS` names a folder with `legacy/` (one
//! file for each path and verb, as the server publishes them) and `openapi/` (one for each service). Without it nothing is checked.

use crate::scene::{Simulator, ask, bare, delete, economic, get, post, put, with};
use boon::{Compiler, Draft, Schemas, ValidationError};
use economic_sim::Switches;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Where the live server is known to answer other than its schema says: schema, where in the answer, and why.
const KNOWN: [(&str, &str, &str); 2] = [
    (
        "journals.journalNumber.get",
        "/settings/voucherNumbers/maximumVoucherNumber",
        "the schema of one journal has minimum where that of the collection has maximum",
    ),
    (
        "accounting-years.accountingYear.periods.accountingYearPeriod.get",
        "/accountingYear/year",
        "the schema allows 4 characters, and the year of a period may be 2028/2029",
    ),
];

/// The vendor's schemas.
struct Vendor {
    folder: PathBuf,
    used: RefCell<BTreeSet<usize>>,
}

/// What a draft 3 schema says in the words of draft 4: required properties are a list beside them.
fn draft_4(schema: &Value) -> Value {
    let schema = match schema {
        Value::Object(schema) => schema,
        Value::Array(list) => return list.iter().map(draft_4).collect(),
        other => return other.clone(),
    };
    let mut converted: Map<String, Value> = schema
        .iter()
        .filter(|(keyword, _)| !["$schema", "required"].contains(&keyword.as_str()))
        .map(|(keyword, value)| match value {
            Value::Object(named) if keyword == "properties" => {
                let named = named.iter().map(|(name, property)| (name.clone(), draft_4(property)));
                (keyword.clone(), Value::Object(named.collect()))
            }
            other => (keyword.clone(), draft_4(other)),
        })
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let required: Vec<&String> = properties
        .into_iter()
        .flatten()
        .filter(|(_, property)| property.get("required") == Some(&Value::Bool(true)))
        .map(|(name, _)| name)
        .collect();
    if !required.is_empty() {
        converted.insert("required".to_owned(), json!(required));
    }
    Value::Object(converted)
}

/// The innermost errors: where in the answer, and what.
fn leaves(error: &ValidationError<'_, '_>) -> Vec<(String, String)> {
    if error.causes.is_empty() {
        return vec![(error.instance_location.to_string(), error.kind.to_string())];
    }
    error.causes.iter().flat_map(leaves).collect()
}

impl Vendor {
    /// The schemas, where there are any.
    fn there() -> Option<Self> {
        match std::env::var_os("ECONOMIC_SCHEMAS") {
            Some(folder) => Some(Self { folder: folder.into(), used: RefCell::default() }),
            None => {
                eprintln!("ECONOMIC_SCHEMAS is not set, so no answer was held against the vendor's schemas");
                None
            }
        }
    }

    fn read(&self, path: &str) -> Value {
        let path = self.folder.join(path);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap()
    }

    fn holds(&self, name: &str, schema: Value, pointer: &str, answer: &Value) {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V4);
        let url = "http://schemas.example/schema.json";
        compiler.add_resource(url, schema).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile(&format!("{url}#{pointer}"), &mut schemas).unwrap();
        let Err(error) = schemas.validate(answer, index) else {
            return;
        };
        let known = |place: &str| KNOWN.iter().position(|(own, end, _)| *own == name && place.ends_with(end));
        for (place, what) in leaves(&error) {
            match known(&place) {
                Some(at) => {
                    self.used.borrow_mut().insert(at);
                }
                None => panic!("{name}, at {place}: {what}\n{answer:#}"),
            }
        }
    }

    /// An answer of the legacy interface.
    fn legacy(&self, name: &str, answer: &Value) {
        let schema = self.read(&format!("legacy/{name}.schema.json"));
        self.holds(name, draft_4(&schema), "", answer);
    }

    /// An answer of a service.
    fn service(&self, service: &str, component: &str, answer: &Value) {
        let specification = self.read(&format!("openapi/{service}.json"));
        let mut schema = json!({"components": {"schemas": specification["components"]["schemas"]}});
        if let Some(inner) = component.strip_prefix("list of ") {
            schema["list"] = json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{inner}")}});
            return self.holds(component, schema, "/list", answer);
        }
        self.holds(component, schema, &format!("/components/schemas/{component}"), answer);
    }
}

const DRAFTS: &str = "/journalsapi/v15.0.0/draft-entries";
const JOURNALS: &str = "/journalsapi/v15.0.0/journals";
const BOOKED: &str = "/bookedentriesapi/v4.0.0/booked-entries";
const WEBHOOKS: &str = "/webhooksapi/v1.0.0/webhooks";

const ACCRUALS: &str = "/journalsapi/v15.0.0/accruals";
const CUSTOMERS: &str = "/customersapi/v3.1.0/Customers";
const CONTACTS: &str = "/customersapi/v3.1.0/Contacts";

/// A simulator with something of everything.
fn full() -> Simulator {
    let core = economic();
    let entry = json!({
        "date": "2026-03-01", "amount": 125.50, "text": "Salg", "account": {"accountNumber": 5820}, "contraAccount": {"accountNumber": 1020},
        "contraVatAccount": {"vatCode": "U25"}, "departmentalDistribution": {"departmentalDistributionNumber": 10}, "employee": {"employeeNumber": 1},
    });
    let payment = json!({"date": "2026-03-01", "amount": -1, "customer": {"customerNumber": 3}, "contraAccount": {"accountNumber": 5820}, "customerInvoice": 7});
    let voucher = json!({"accountingYear": {"year": "2026"}, "entries": {"financeVouchers": [entry], "customerPayments": [payment]}});
    post(&core, "/journals/1/vouchers", &voucher).expect(201);
    core.book_journal(1).unwrap();
    post(&core, "/journals/1/vouchers", &voucher).expect(201);
    post(&core, "/accounting-years", &json!({"fromDate": "2028-07-01", "toDate": "2029-06-30"})).expect(201);
    post(&core, WEBHOOKS, &json!({"eventType": "CUSTOMER_UPDATED", "name": "N", "url": "https://example.com/h", "contentType": "application/json", "postData": "{}", "customHeaders": [{"key": "X-A", "value": "b"}]})).expect(201);
    core
}

#[test]
fn documents_and_collections_of_the_legacy_interface() {
    let Some(vendor) = Vendor::there() else {
        return;
    };
    let core = full();
    let collections = [
        ("customers.get", "/customers"),
        ("customers.customerNumber.contacts.get", "/customers/2/contacts"),
        ("customers.customerNumber.delivery-locations.get", "/customers/2/delivery-locations"),
        ("customer-groups.get", "/customer-groups"),
        ("customer-groups.customerGroupNumber.customers.get", "/customer-groups/1/customers"),
        ("payment-terms.get", "/payment-terms"),
        ("vat-zones.get", "/vat-zones"),
        ("currencies.get", "/currencies"),
        ("accounts.get", "/accounts?pagesize=1000"),
        ("accounting-years.get", "/accounting-years"),
        ("accounting-years.accountingYear.periods.get", "/accounting-years/2028_6_2029/periods"),
        ("vat-accounts.get", "/vat-accounts"),
        ("vat-types.get", "/vat-types"),
        ("departments.get", "/departments"),
        ("departmental-distributions.get", "/departmental-distributions"),
        ("departmental-distributions.departments.get", "/departmental-distributions/departments"),
        ("departmental-distributions.distributions.get", "/departmental-distributions/distributions"),
        ("journals.get", "/journals"),
        ("journals.journalNumber.entries.get", "/journals/1/entries"),
        ("journals.journalNumber.vouchers.get", "/journals/1/vouchers"),
        ("self.get", "/self"),
    ];
    for (schema, path) in collections {
        let answer = get(&core, path).expect(200);
        assert_ne!(answer["collection"], json!([]), "{path} has something to look at");
        vendor.legacy(schema, &answer);
    }
    let documents = [
        ("customers.customerNumber.contacts.contactNumber.get", "/customers/2/contacts/2"),
        ("customers.customerNumber.delivery-locations.deliveryLocationNumber.get", "/customers/2/delivery-locations/1"),
        ("customer-groups.customerGroupNumber.get", "/customer-groups/2"),
        ("payment-terms.paymentTermsNumber.get", "/payment-terms/2"),
        ("vat-zones.vatZoneNumber.get", "/vat-zones/1"),
        ("currencies.code.get", "/currencies/EUR"),
        ("accounts.accountNumber.get", "/accounts/1010"),
        ("accounting-years.accountingYear.get", "/accounting-years/2028_6_2029"),
        ("accounting-years.accountingYear.periods.accountingYearPeriod.get", "/accounting-years/2028_6_2029/periods/1"),
        ("vat-accounts.id.get", "/vat-accounts/IVEU"),
        ("vat-types.id.get", "/vat-types/1"),
        ("departments.departmentNumber.get", "/departments/9"),
        (
            "departmental-distributions.departments.departmentalDistributionNumber.get",
            "/departmental-distributions/departments/1",
        ),
        (
            "departmental-distributions.distributions.departmentalDistributionNumber.get",
            "/departmental-distributions/distributions/10",
        ),
        ("journals.journalNumber.get", "/journals/3"),
        ("journals.journalNumber.entries.entryNumber.get", "/journals/1/entries/3"),
        ("journals.journalNumber.vouchers.accountingYear-voucherNumber.get", "/journals/1/vouchers/2026-2"),
    ];
    for (schema, path) in documents {
        vendor.legacy(schema, &get(&core, path).expect(200));
    }
    for customer in core.customers() {
        let path = format!("/customers/{}", customer["customerNumber"]);
        let read = get(&core, &path).expect(200);
        vendor.legacy("customers.customerNumber.get", &read);
        vendor.legacy("customers.customerNumber.get", &put(&core, &path, &read).expect(200));
    }
    let created = post(&core, "/customers", &crate::scene::new_customer(json!({}))).expect(201);
    vendor.legacy("customers.customerNumber.get", &created);
    let unused: Vec<&str> =
        (0..KNOWN.len()).filter(|at| !vendor.used.borrow().contains(at)).map(|at| KNOWN[at].2).collect();
    assert!(unused.is_empty(), "no answer differs any more: {unused:?}");
}

#[test]
fn what_the_tests_write_meets_the_schemas_of_writes() {
    let Some(vendor) = Vendor::there() else {
        return;
    };
    vendor.legacy("customers.post", &crate::scene::new_customer(json!({"mobilePhone": "1", "ean": "5790000000012"})));
    vendor.legacy("customers.customerNo.put", &get(&economic(), "/customers/2").expect(200));
    let lacks_a_name = json!({"currency": "DKK"});
    let refused = std::panic::catch_unwind(|| {
        let vendor = Vendor::there().unwrap();
        vendor.legacy("customers.post", &lacks_a_name);
    });
    assert!(refused.is_err(), "the schemas do refuse something");
}

#[test]
fn answers_of_the_services() {
    let Some(vendor) = Vendor::there() else {
        return;
    };
    let core = full();
    let journals = |component: &str, answer: &Value| vendor.service("Journals", component, answer);
    journals("DraftEntryCursorResults", &get(&core, DRAFTS).expect(200));
    journals("list of DraftEntry", &get(&core, &format!("{DRAFTS}/paged")).expect(200));
    journals("DraftEntry", &get(&core, &format!("{DRAFTS}/4")).expect(200));
    let draft = json!({"entryTypeNumber": 5, "journalNumber": 1, "date": "2026-03-01", "amount": 1, "currency": "DKK", "accountNumber": 5820});
    journals("DraftEntryCreatedResult", &post(&core, DRAFTS, &draft).expect(201));
    journals(
        "DraftEntryCreatedResultArray",
        &post(&core, &format!("{DRAFTS}/bulk"), &json!({"entries": [draft]})).expect(201),
    );
    core.set_accrual(4, 6904, "2026-03-01", "2026-12-31").unwrap();
    journals("DraftEntryAccrualCursorResults", &get(&core, ACCRUALS).expect(200));
    journals("list of DraftEntryAccrual", &get(&core, &format!("{ACCRUALS}/paged")).expect(200));
    journals("DraftEntryAccrual", &get(&core, &format!("{ACCRUALS}/1/4")).expect(200));
    journals("list of Journal", &get(&core, &format!("{JOURNALS}/paged")).expect(200));
    journals("Journal", &get(&core, &format!("{JOURNALS}/3")).expect(200));
    vendor.service("BookedEntries", "BookedEntryCursorResults", &get(&core, BOOKED).expect(200));
    vendor.service("BookedEntries", "list of BookedEntry", &get(&core, &format!("{BOOKED}/paged")).expect(200));
    let webhooks = |component: &str, answer: &Value| vendor.service("webhooks-api", component, answer);
    webhooks("WebhookCursorResults", &get(&core, WEBHOOKS).expect(200));
    webhooks("list of Webhook", &get(&core, &format!("{WEBHOOKS}/paged")).expect(200));
    webhooks("Webhook", &get(&core, &format!("{WEBHOOKS}/CUSTOMER_UPDATED")).expect(200));
    webhooks("list of EventType", &get(&core, "/webhooksapi/v1.0.0/EventTypes").expect(200));
    delete(&core, &format!("{WEBHOOKS}/CUSTOMER_UPDATED")).expect(204);
    let webhook = json!({"eventType": "CUSTOMER_UPDATED", "name": "N", "url": "https://example.com/h", "contentType": "application/json"});
    webhooks("WebhookCreatedResult", &post(&core, WEBHOOKS, &webhook).expect(201));
}

#[test]
fn answers_of_the_customers_service() {
    let Some(vendor) = Vendor::there() else {
        return;
    };
    let core = full();
    let customers = |component: &str, answer: &Value| vendor.service("Customers", component, answer);
    // A customer of the service with everything that it has a word for.
    let specification = vendor.read("openapi/Customers.json");
    let all = specification["components"]["schemas"]["Customer"]["properties"].as_object().unwrap();
    let known = json!({"customerNumber": 5000, "name": "N", "currency": "DKK", "pnr": "1000000001", "directDebitMandateDate": "2026-03-01T00:00:00Z"});
    let of_the_number = ["defaultAttention", "defaultTheirRef", "defaultDeliveryLocation", "objectVersion"];
    let mut written: Map<String, Value> = all
        .iter()
        .filter(|(name, _)| !of_the_number.contains(&name.as_str()))
        .map(|(name, property)| match property["type"].as_str().unwrap() {
            "boolean" => (name.clone(), json!(true)),
            "string" => (name.clone(), json!("x")),
            _ if name == "layoutGroup" => (name.clone(), json!(19)),
            _ => (name.clone(), json!(1)),
        })
        .collect();
    written.extend(known.as_object().unwrap().clone());
    customers("Customer", &Value::Object(written.clone()));
    customers("CustomerCreatedResult", &post(&core, CUSTOMERS, &Value::Object(written.clone())).expect(201));
    let mut read = get(&core, &format!("{CUSTOMERS}/5000")).expect(200);
    customers("Customer", &read);
    read.as_object_mut().unwrap().remove("objectVersion");
    assert_eq!(read, Value::Object(written), "every property comes back as it was sent");
    customers("CustomerCursorResults", &get(&core, CUSTOMERS).expect(200));
    customers("list of Customer", &get(&core, &format!("{CUSTOMERS}/paged")).expect(200));
    assert!(get(&core, &format!("{CUSTOMERS}/count")).expect(200).is_u64());
    customers("ContactCursorResults", &get(&core, CONTACTS).expect(200));
    customers("list of Contact", &get(&core, &format!("{CONTACTS}/paged")).expect(200));
    customers("Contact", &get(&core, &format!("{CONTACTS}/1")).expect(200));
    customers("ProblemDetails", &post(&core, CUSTOMERS, &json!({})).expect(400));
    customers("ProblemDetails", &get(&core, &format!("{CUSTOMERS}?filter=name$eq:x")).expect(400));
    customers("ProblemDetails", &delete(&core, &format!("{CUSTOMERS}/3")).expect(409));
}

#[test]
fn refusals_of_the_services() {
    let Some(vendor) = Vendor::there() else {
        return;
    };
    let core = full();
    let problem = |answer: Value| vendor.service("Journals", "ProblemDetails", &answer);
    problem(post(&core, DRAFTS, &json!({})).expect(400));
    problem(bare(&core, "GET", DRAFTS).send().expect(401));
    problem(get(&core, &format!("{DRAFTS}/77")).expect(404));
    problem(put(&core, DRAFTS, &json!({"entryNumber": 3, "objectVersion": "77"})).expect(409));
    problem(get(&core, JOURNALS).expect(500));
    let demo = bare(&core, "POST", DRAFTS).header("x-appsecrettoken", "demo").header("x-agreementgranttoken", "demo");
    problem(demo.json(&json!({})).send().expect(403));
    let tight = with(Switches { rate_limit: 1, ..Switches::default() });
    get(&tight, DRAFTS).expect(200);
    problem(ask(&tight, "GET", DRAFTS).send().expect(429));
}
