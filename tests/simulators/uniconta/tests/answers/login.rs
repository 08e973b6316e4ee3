//! Who is let in, and how each wrong input is answered.

use crate::simulator::{API_KEY, PASSWORD, Reply, Simulator, USER};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use uniconta_sim::Switches;
use uniconta_sim::switches::{LoginAnswers, MissingApiKey, SecondLogin};

#[rstest]
#[case::user(json!({"Username": "0012345/nobody", "Password": PASSWORD, "apiKey": API_KEY}), "UserDoesNotExist")]
#[case::password(json!({"Username": USER, "Password": "wrong", "apiKey": API_KEY}), "UserOrPasswordIsWrong")]
#[case::key(json!({"Username": USER, "Password": PASSWORD, "apiKey": "99999999-2222-4333-8444-555555555555"}), "UnknownAppIdent")]
#[case::no_key(json!({"Username": USER, "Password": PASSWORD, "apiKey": "not a guid"}), "UnknownAppIdent")]
#[case::company(json!({"Username": "0077777/flexybox", "Password": PASSWORD, "apiKey": API_KEY}), "CompanyDoesNotExist")]
#[case::hidden_company(json!({"Username": "0054321/flexybox", "Password": PASSWORD, "apiKey": API_KEY}), "UserHasNoCompany")]
#[case::plain_user(json!({"Username": "flexybox", "Password": PASSWORD, "apiKey": API_KEY}), "NoCompanyId")]
#[tokio::test]
async fn each_wrong_input_has_its_own_answer_with_status_200(#[case] body: Value, #[case] expected: &str) {
    let reply = Simulator::start().await.log_in(body).await;
    assert_eq!((reply.status.as_u16(), reply.json()), (200, json!(expected)));
}

#[tokio::test]
async fn login_answers_and_status_can_be_switched() {
    let switches = Switches {
        login_answers: LoginAnswers::Merged,
        login_status: 401,
        missing_api_key: MissingApiKey::Refuse,
        ..Switches::default()
    };
    let simulator = Simulator::with(switches).await;
    let unknown = simulator.log_in(json!({"Username": "0012345/nobody", "Password": "x", "apiKey": API_KEY})).await;
    assert_eq!((unknown.status.as_u16(), unknown.json()), (401, json!("UserOrPasswordIsWrong")));
    let keyless = simulator.log_in(json!({"Username": USER, "Password": PASSWORD})).await;
    assert_eq!(keyless.json(), json!("UnknownAppIdent"));
}

#[tokio::test]
async fn a_login_without_a_password_is_plain_text_under_a_200() {
    let reply = Simulator::start().await.log_in(json!({"Username": USER})).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, "ArgumentMissing"));
    assert!(reply.content_type.starts_with("text/plain"));
}

#[tokio::test]
async fn a_key_is_a_guid_in_any_writing_and_may_be_left_out() {
    let simulator = Simulator::start().await;
    for key in [json!(format!("{{{}}}", API_KEY.to_uppercase())), Value::Null] {
        let reply = simulator.log_in(json!({"Username": USER, "Password": PASSWORD, "apiKey": key})).await;
        assert!(reply.json()["token"].is_string(), "{reply:?}");
    }
}

#[tokio::test]
async fn a_token_works_for_an_hour_and_a_refresh_token_once_within_seven_days() {
    let simulator = Simulator::start().await;
    let start = simulator.log_in(json!({"Username": USER, "Password": PASSWORD, "apiKey": API_KEY})).await.json();
    let token = start["token"].as_str().unwrap();
    let path = "/Query/Get/PaymentTermClient";
    assert_eq!(simulator.web_api(token, path, json!([{}])).await.status, 200);
    simulator.sim(Method::POST, "clock", Some(json!({"advance_s": 3600}))).await;
    assert_eq!(simulator.web_api(token, path, json!([{}])).await.status, 401);
    let refresh = |body: Value| simulator.request(Method::POST, "/refresh").json(&body).send();
    let fresh = Reply::of(refresh(start["refreshToken"].clone()).await.unwrap()).await;
    let token = fresh.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(simulator.web_api(&token, path, json!([{}])).await.status, 200);
    assert_eq!(refresh(start["refreshToken"].clone()).await.unwrap().status(), 401);
    simulator.sim(Method::POST, "clock", Some(json!({"advance_s": 7 * 24 * 3600}))).await;
    assert_eq!(refresh(fresh.json()["refreshToken"].clone()).await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_second_login_can_end_the_first() {
    let switches = Switches { second_login: SecondLogin::EndsFirst, ..Switches::default() };
    let simulator = Simulator::with(switches).await;
    let first = simulator.token().await;
    let second = simulator.token().await;
    let status = async |token: &str| simulator.web_api(token, "/Query/Get/GLVatClient", json!([{}])).await.status;
    assert_eq!(status(&first).await, 401);
    assert_eq!(status(&second).await, 200);
}

#[rstest]
#[case("0012345/flexybox", PASSWORD, "/odata/DebtorClient", 200)]
#[case("12345/flexybox", PASSWORD, "/odata/DebtorClient", 200)]
#[case("flexybox", PASSWORD, "/odata/12345/DebtorClient", 200)]
#[case("readonly", "example-readonly", "/odata/DebtorClient", 200)]
#[case("flexybox", PASSWORD, "/odata/DebtorClient", 400)]
#[case("0012345/nobody", PASSWORD, "/odata/DebtorClient", 401)]
#[case("0012345/flexybox", "wrong", "/odata/DebtorClient", 401)]
#[case("0054321/flexybox", PASSWORD, "/odata/DebtorClient", 403)]
#[case("0077777/flexybox", PASSWORD, "/odata/DebtorClient", 403)]
#[case("0012345/flexybox", PASSWORD, "/odata/54321/DebtorClient", 403)]
#[case("flexybox", PASSWORD, "/api/Entities/54321/DebtorClient", 403)]
#[tokio::test]
async fn basic_users_are_let_in_by_company(
    #[case] user: &str,
    #[case] password: &str,
    #[case] path: &str,
    #[case] status: u16,
) {
    let simulator = Simulator::start().await;
    let request = simulator.request(Method::GET, path).basic_auth(user, Some(password));
    assert_eq!(request.send().await.unwrap().status().as_u16(), status);
}

#[tokio::test]
async fn without_credentials_nothing_is_answered() {
    let simulator = Simulator::start().await;
    let odata = simulator.request(Method::GET, "/odata/12345/DebtorClient").send().await.unwrap();
    assert_eq!(odata.status(), 401);
    assert!(odata.headers().contains_key("www-authenticate"));
    let query = simulator.request(Method::POST, "/Query/Get/DebtorClient").json(&json!([{}])).send().await.unwrap();
    assert_eq!(query.status(), 401);
}

#[tokio::test]
async fn a_user_who_may_only_read_can_neither_write_nor_see_modification_urls() {
    let simulator = Simulator::start().await;
    let as_reader = |method: Method, path: &str| {
        simulator
            .request(method, path)
            .basic_auth("readonly", Some("example-readonly"))
            .header("Accept", "application/json")
    };
    let insert = as_reader(Method::POST, "/api/Entities/Insert/DebtorClient").json(&json!({"Account": "1"}));
    assert_eq!(Reply::of(insert.send().await.unwrap()).await.json(), json!("NoRightsToInsert"));
    let events = as_reader(Method::GET, "/odata/TableChangeEventClient").send().await.unwrap();
    assert_eq!(Reply::of(events).await.json(), json!("NoRights"));
}
