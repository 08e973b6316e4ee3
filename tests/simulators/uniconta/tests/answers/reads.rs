//! What a caller reads: shapes, paging, filters, what is left out, and what is refused.

use crate::simulator::{PASSWORD, Reply, Simulator, USER, accounts};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use uniconta_sim::Switches;
use uniconta_sim::switches::{ChangeEvents, CountryFormat, EmptyUserFields, TextCompare, VatZoneFormat};

#[rstest]
#[case("/odata/12345/DebtorClient")]
#[case("/api/Entities/DebtorClient")]
#[case("/api/Entities/12345/DebtorClient")]
#[case("/api/Entities/Insert/DebtorClient")]
#[tokio::test]
async fn without_accept_json_the_answer_is_xml(#[case] path: &str) {
    let simulator = Simulator::start().await;
    let method = if path.contains("Insert") { Method::POST } else { Method::GET };
    let request = simulator.request(method, path).basic_auth(USER, Some(PASSWORD)).json(&json!({"Account": "7777"}));
    let reply = Reply::of(request.send().await.unwrap()).await;
    assert_eq!(reply.status, 200);
    assert!(reply.content_type.starts_with("application/xml"), "{reply:?}");
    assert!(reply.text.contains("<Account>"), "{reply:?}");
    assert!(serde_json::from_str::<Value>(&reply.text).is_err());
}

#[tokio::test]
async fn odata_wraps_rows_and_entities_answers_a_bare_array() {
    let simulator = Simulator::start().await;
    let wrapped = simulator.get("/odata/12345/DebtorClient").await.json();
    let bare = simulator.get("/api/Entities/DebtorClient").await.json();
    assert_eq!(wrapped["value"], bare);
    assert_eq!(simulator.get("/api/Entities/Read/DebtorClient").await.json(), bare);
    assert_eq!(accounts(&bare), ["1000", "00042", "2000", "2001", "3000", "3001", "9"]);
}

#[tokio::test]
async fn a_row_has_its_read_only_parts_and_leaves_out_what_is_null() {
    let simulator = Simulator::start().await;
    let rows = simulator.get("/odata/12345/DebtorClient?$filter=Account eq '9'").await.json();
    let row = &rows["value"][0];
    assert_eq!(row["RowId"], 1007);
    assert_eq!(row["KeyStr"], "9");
    assert_eq!(row["CompanyId"], 12345);
    assert_eq!(row["CountryName"], "Unknown");
    assert_eq!(row["LastInvoice"], "0001-01-01T00:00:00");
    assert_eq!(row["Blocked"], false);
    for absent in ["Name", "KeyName", "ContactEmail", "Payment", "DeliveryCountry", "PriceGroup", "xNote"] {
        assert!(row.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn numbers_and_texts_survive_exactly_as_written() {
    let simulator = Simulator::start().await;
    let text = simulator.get("/odata/12345/DebtorClientUser?$filter=RowId eq 1001").await.text;
    assert!(text.contains(r#""CurBalance":1250.50,"#), "{text}");
    assert!(text.contains(r#""xRabat":12.50"#), "{text}");
    assert!(text.contains(r#""Name":"Anna Åkjær-Øster""#), "{text}");
}

#[tokio::test]
async fn user_defined_fields_are_only_on_the_user_entity() {
    let simulator = Simulator::start().await;
    let plain = simulator.get("/odata/12345/DebtorClient?$filter=RowId eq 1001").await.json();
    assert!(plain["value"][0].get("xNote").is_none());
    let user = simulator.get("/odata/12345/DebtorClientUser?$filter=xMedlemstype eq 'Sølv'").await.json();
    assert_eq!(user["value"][0]["xNote"], "Bruger æblegrød før løb");
    assert_eq!(user["value"][0]["xIndmeldt"], "2024-11-05T00:00:00");
    assert_eq!(simulator.get("/odata/12345/DebtorClient?$filter=xMedlemstype eq 'Sølv'").await.status, 400);
}

#[tokio::test]
async fn pages_are_linked_until_the_last() {
    let simulator = Simulator::with(Switches { page_size: 2, ..Switches::default() }).await;
    let mut link = Some(format!(
        "{}/odata/12345/DebtorClient?$orderby=Account desc&$filter=RowId gt 1000 and Name ne 'a%26b'&$top=5&$skip=1",
        simulator.running.url()
    ));
    let mut pages = Vec::new();
    while let Some(url) = link {
        let request = simulator.client.get(&url).basic_auth(USER, Some(PASSWORD)).header("Accept", "application/json");
        let page = Reply::of(request.send().await.unwrap()).await.json();
        pages.push(accounts(&page["value"]));
        link = page["@odata.nextLink"].as_str().map(str::to_owned);
        assert!(link.as_ref().is_none_or(|link| link.starts_with(&simulator.running.url())), "{link:?}");
    }
    assert_eq!(pages, [vec!["3001", "3000"], vec!["2001", "2000"], vec!["1000"]]);
}

#[rstest]
#[case("")]
#[case("&$orderby=RowId")]
#[case("&$orderby=RowId desc")]
#[case("&$orderby=Name")]
#[tokio::test]
async fn pages_one_after_the_other_are_what_one_page_holds(#[case] order: &str) {
    let path = format!("/odata/12345/DebtorClient?$filter=RowId gt 1001 and Account gt '1'{order}");
    let whole = accounts(&Simulator::start().await.get(&path).await.json()["value"]);
    let simulator = Simulator::with(Switches { page_size: 2, ..Switches::default() }).await;
    let mut paged = Vec::new();
    for skip in (0..).step_by(2) {
        let page = simulator.get(&format!("{path}&$skip={skip}")).await.json();
        paged.extend(accounts(&page["value"]));
        if page.get("@odata.nextLink").is_none() {
            break;
        }
    }
    assert!(whole.len() > 3 && paged == whole, "{paged:?} {whole:?}");
}

#[tokio::test]
async fn a_whole_last_page_has_no_link() {
    let simulator = Simulator::with(Switches { page_size: 7, ..Switches::default() }).await;
    assert!(simulator.get("/odata/12345/DebtorClient").await.json().get("@odata.nextLink").is_none());
}

#[rstest]
#[case("$filter=contains(Name,'x')", "contains")]
#[case("$filter=Account eq '1' or Name eq '1'", "same property")]
#[case("$filter=Nope eq '1'", "no property Nope")]
#[case("$filter=Account eq 42", "another type")]
#[case("$filter=RowId eq '17'", "another type")]
#[case("$filter=UpdatedAt ge '2021-01-01'", "another type")]
#[case("$filter=UpdatedAt ge datetime'not a date'", "another type")]
#[case("$filter=Account", "cannot be read")]
#[case("$orderby=Nope", "no property Nope")]
#[case("$orderby=Name sideways", "$orderby")]
#[case("$top=-1", "$top")]
#[case("$skip=x", "$skip")]
#[case("$select=Name", "$select")]
#[case("$count=true", "$count")]
#[tokio::test]
async fn what_is_not_supported_is_refused_with_a_message(#[case] query: &str, #[case] expected: &str) {
    let reply = Simulator::start().await.get(&format!("/odata/12345/DebtorClient?{query}")).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(expected), "{message}");
}

#[rstest]
#[case("startswith(Account,'200')", &["2000", "2001"])]
#[case("Account ge '2' and Account le '2001' and Group eq 'EU'", &["2001"])]
#[case("UpdatedAt ge datetime'2025-03-05T14:00:01'", &["3001", "9"])]
#[case("Country eq 'Germany'", &["2001"])]
#[case("Country eq 78", &["2001"])]
#[case("VatZone eq 'EU'", &["2001"])]
#[case("VatZone eq 'EU Member States'", &["2001"])]
#[case("KeyStr eq '9'", &["9"])]
#[case("ContactEmail eq 'FAELLES@EXAMPLE.COM'", &["3000", "3001"])]
#[case("CurBalance gt 1250.49 and CurBalance lt 1250.51", &["1000"])]
#[case("Blocked eq true", &["3000"])]
#[tokio::test]
async fn filters_find_rows(#[case] filter: &str, #[case] expected: &[&str]) {
    let simulator = Simulator::start().await;
    let reply = simulator.get(&format!("/odata/12345/DebtorClient?$orderby=Account&$filter={filter}")).await;
    assert_eq!(accounts(&reply.json()["value"]), expected);
}

#[tokio::test]
async fn texts_can_be_compared_with_regard_to_case() {
    let simulator = Simulator::with(Switches { text_compare: TextCompare::Sensitive, ..Switches::default() }).await;
    let reply = simulator.get("/odata/12345/DebtorClient?$filter=ContactEmail eq 'FAELLES@EXAMPLE.COM'").await;
    assert_eq!(reply.json(), json!({"value": []}));
}

#[tokio::test]
async fn entities_filters_by_one_name_and_value() {
    let simulator = Simulator::start().await;
    let one = simulator.get("/api/Entities/DebtorClient?Name=Account&Value=00042").await.json();
    assert_eq!(accounts(&one), ["00042"]);
    let none = simulator.get("/api/Entities/DebtorClient?Name=Account&Value=42").await.json();
    assert_eq!(none, json!([]));
    for bad in ["Name=Nope&Value=1", "Name=Account", "$filter=Account eq '1'", "Name=RowId&Value=abc"] {
        assert_eq!(simulator.get(&format!("/api/Entities/DebtorClient?{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn unknown_paths_entities_and_methods_are_told_apart() {
    let simulator = Simulator::start().await;
    for path in [
        "/odata/12345/Debtor",
        "/odata/12345/debtorclient",
        "/api/Entities/Nope",
        "/api/Entities/UpdateList/DebtorClient",
        "/nope",
    ] {
        assert_eq!(simulator.get(path).await.status, 404, "{path}");
    }
    for (method, path) in [
        (Method::POST, "/odata/12345/DebtorClient"),
        (Method::GET, "/api/Entities/Insert/DebtorClient"),
        (Method::POST, "/api/Entities/Update/DebtorClient"),
        (Method::GET, "/login"),
    ] {
        assert_eq!(simulator.write(method, path, json!({})).await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn the_company_lists_its_endpoints() {
    let simulator = Simulator::start().await;
    for path in ["/odata", "/odata/12345"] {
        let list = simulator.get(path).await.json();
        let names: Vec<&str> =
            list["value"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
        assert!(names.contains(&"DebtorClientUser") && names.contains(&"TableChangeEventClient"), "{names:?}");
    }
}

#[tokio::test]
async fn the_company_itself_can_be_read_and_not_written() {
    let simulator = Simulator::start().await;
    let rows = simulator.get("/odata/12345/CompanyClient").await.json();
    assert_eq!(rows["value"][0]["Name"], "Eksempel Fitness ApS");
    assert_eq!(rows["value"][0]["RowId"], 12345);
    assert_eq!(simulator.insert("CompanyClient", json!({"Name": "x"})).await.json(), json!("NoRightsToInsert"));
}

#[tokio::test]
async fn switches_change_how_rows_read() {
    let switches = Switches {
        country_format: CountryFormat::Number,
        vat_zone_format: VatZoneFormat::Name,
        empty_user_fields: EmptyUserFields::Defaults,
        change_events: ChangeEvents::Hidden,
        ..Switches::default()
    };
    let simulator = Simulator::with(switches).await;
    let rows = simulator.get("/odata/12345/DebtorClientUser?$filter=RowId eq 1004").await.json();
    let row = &rows["value"][0];
    assert_eq!((&row["Country"], &row["VatZone"]), (&json!(78), &json!("EU")));
    assert_eq!(row["xIndmeldt"], "0001-01-01T00:00:00");
    assert_eq!(row["xNyhedsbrev"], false);
    assert!(row.get("xNote").is_none());
    assert_eq!(simulator.get("/odata/12345/TableChangeEventClient").await.status, 404);
}

#[tokio::test]
async fn the_web_api_queries_by_a_list_in_the_body() {
    let simulator = Simulator::start().await;
    let token = simulator.token().await;
    let query = async |body: Value| simulator.web_api(&token, "/Query/Get/DebtorClient", body).await;
    let all = query(json!([{}])).await;
    assert_eq!(all.json().as_array().unwrap().len(), 7);
    let one = query(json!([{"PropertyName": "Account", "FilterValue": "00042"}])).await;
    assert_eq!(accounts(&one.json()), ["00042"]);
    let page = query(json!([{"OrderBy": "Account", "OrderByDescending": true, "Skip": 1, "Take": 2}])).await;
    assert_eq!(accounts(&page.json()), ["3001", "3000"]);
    let range = query(
        json!([{"PropertyName": "Account", "FilterValue": "2000..3000"}, {"PropertyName": "Name", "FilterValue": "*a/s"}]),
    );
    assert_eq!(accounts(&range.await.json()), ["2000"]);
    for (body, expected) in [
        (json!([]), "ArgumentMissing"),
        (json!({}), "ArgumentMissing"),
        (json!([{"PropertyName": "Nope", "FilterValue": "1"}]), "FieldHasinvalidValue"),
        (json!([{"Take": "many"}]), "InvalidObject"),
    ] {
        let reply = query(body).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, expected));
    }
}
