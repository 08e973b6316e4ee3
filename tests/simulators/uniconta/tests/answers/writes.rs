//! What may be written, by either surface, and how each breach is refused.

use crate::simulator::{Simulator, accounts};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use uniconta_sim::Switches;
use uniconta_sim::switches::{
    CrudUpdate, ErrorBody, InsertList, InsertListReply, MissingGroup, MissingKeys, TooLong, WebApiErrorBody,
};

#[rstest]
#[case::no_key(json!({"Name": "x"}), "KeyIsEmpty")]
#[case::empty_key(json!({"Account": ""}), "KeyIsEmpty")]
#[case::taken(json!({"Account": "1000"}), "KeyExists")]
#[case::long(json!({"Account": "123456789012345678901"}), "FieldHasinvalidValue")]
#[case::long_name(json!({"Account": "1", "Name": "x".repeat(41)}), "FieldHasinvalidValue")]
#[case::long_zip(json!({"Account": "1", "ZipCode": "123456789"}), "FieldHasinvalidValue")]
#[case::group(json!({"Account": "1", "Group": "nope"}), "FieldHasinvalidValue")]
#[case::payment(json!({"Account": "1", "Payment": "nope"}), "FieldHasinvalidValue")]
#[case::vat(json!({"Account": "1", "Vat": "nope"}), "VatTypeDoesNotExist")]
#[case::vat_zone(json!({"Account": "1", "VatZone": "nope"}), "FieldHasinvalidValue")]
#[case::currency(json!({"Account": "1", "Currency": "nope"}), "FieldHasinvalidValue")]
#[case::country(json!({"Account": "1", "Country": "DK"}), "FieldHasinvalidValue")]
#[case::dimension(json!({"Account": "1", "Dimension1": "nope"}), "DimensionDoesNotExist")]
#[case::invoice_account(json!({"Account": "1", "InvoiceAccount": "nope"}), "AccountDoesNotExist")]
#[case::number(json!({"Account": "1", "CreditMax": "1.250,50"}), "FieldHasinvalidValue")]
#[case::yes_no(json!({"Account": "1", "Blocked": "Ja"}), "FieldHasinvalidValue")]
#[case::no_object(json!([]), "InvalidObject")]
#[case::no_row(json!("x"), "InvalidObject")]
#[case::user_text(json!({"Account": "1", "xNote": "x".repeat(51)}), "FieldHasinvalidValue")]
#[case::user_number(json!({"Account": "1", "xRabat": "ti"}), "FieldHasinvalidValue")]
#[case::user_whole(json!({"Account": "1", "xBesøg": 1.5}), "FieldHasinvalidValue")]
#[case::user_date(json!({"Account": "1", "xIndmeldt": "05-11-2024"}), "FieldHasinvalidValue")]
#[case::user_yes_no(json!({"Account": "1", "xNyhedsbrev": "ja"}), "FieldHasinvalidValue")]
#[case::user_choice(json!({"Account": "1", "xMedlemstype": "Bronze"}), "FieldHasinvalidValue")]
#[tokio::test]
async fn a_row_that_breaks_a_rule_is_refused_and_not_written(#[case] row: Value, #[case] expected: &str) {
    let simulator = Simulator::start().await;
    let reply = simulator.insert("DebtorClientUser", row).await;
    assert_eq!((reply.status.as_u16(), reply.json()), (400, json!(expected)));
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 7);
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let simulator = Simulator::start().await;
    let request = simulator.odata(Method::POST, "/api/Entities/Insert/DebtorClient").body("{not json");
    assert_eq!(request.send().await.unwrap().text().await.unwrap(), "\"InvalidObject\"");
}

#[tokio::test]
async fn the_created_row_comes_back_with_what_the_server_added() {
    let simulator = Simulator::start().await;
    simulator.sim(Method::POST, "clock", Some(json!({"now": "2026-01-31T12:00:00.9Z"}))).await;
    let row = json!({
        "Account": "00043", "Name": "Æ Ø Å", "Country": 57, "CreditMax": "1250.50", "EndDiscountPct": "",
        "Phone": null, "Payment": "net8", "RowId": 5, "CurBalance": 99, "invoice_date": "x", "Account Name": "x", "xNote": "x",
    });
    let created = simulator.insert("DebtorClient", row).await;
    assert!(created.text.contains(r#""CreditMax":1250.50"#), "{created:?}");
    let row = created.json();
    assert_eq!(row["Account"], "00043");
    assert_eq!(row["RowId"], 1008);
    assert_eq!(row["Country"], "Denmark");
    assert_eq!(row["Payment"], "Net8");
    assert_eq!(row["UpdatedAt"], "2026-01-31T12:00:00");
    assert_eq!(row["CurBalance"].to_string(), "0.0");
    assert_eq!(row["EndDiscountPct"].to_string(), "0.0");
    for dropped in ["Phone", "invoice_date", "Account Name", "xNote"] {
        assert!(row.get(dropped).is_none(), "{dropped}");
    }
    let stored = simulator.running.core.row("DebtorClientUser", 1008).unwrap();
    assert!(stored.get("xNote").is_none(), "user-defined fields are not written through DebtorClient");
}

#[tokio::test]
async fn an_update_takes_the_whole_row_and_empties_what_is_left_out() {
    let simulator = Simulator::start().await;
    let updated = simulator
        .update(
            "DebtorClient",
            json!({"RowId": 1001, "Account": "1000", "Name": "Ny", "CurBalance": 5, "UpdatedAt": "1999-01-01"}),
        )
        .await;
    assert_eq!(updated.status, 200);
    let row = simulator.running.core.row("DebtorClientUser", 1001).unwrap();
    assert_eq!(row["Name"], "Ny");
    assert!(row.get("ContactEmail").is_none() && row.get("Group").is_none());
    assert_eq!(row["CurBalance"].to_string(), "1250.50", "read-only properties stay");
    assert_ne!(row["UpdatedAt"], "1999-01-01T00:00:00");
    assert_eq!(row["xNote"], "Bruger æblegrød før løb", "user-defined fields stay when written through DebtorClient");
    simulator.update("DebtorClientUser", json!({"RowId": "1001", "Account": "1000"})).await;
    let row = simulator.running.core.row("DebtorClientUser", 1001).unwrap();
    assert!(row.get("xNote").is_none());
}

#[tokio::test]
async fn an_update_can_keep_what_is_left_out() {
    let switches = Switches { missing_keys: MissingKeys::Keep, ..Switches::default() };
    let simulator = Simulator::with(switches).await;
    simulator.update("DebtorClient", json!({"RowId": 1001, "Name": "Ny", "Phone": null})).await;
    let row = simulator.running.core.row("DebtorClient", 1001).unwrap();
    assert_eq!((&row["Name"], &row["ContactEmail"]), (&json!("Ny"), &json!("anna@example.com")));
    assert!(row.get("Phone").is_none());
}

#[rstest]
#[case(json!({"Account": "1000", "Name": "x"}), "RecordNotSelected")]
#[case(json!({"RowId": 0, "Account": "1000"}), "RecordNotSelected")]
#[case(json!({"RowId": 4711, "Account": "1000"}), "CouldNotFind")]
#[case(json!({"RowId": 1001, "Account": "1001"}), "PrimaryKeyCannotBeChanged")]
#[case(json!({"RowId": 1001, "Name": "x"}), "KeyIsEmpty")]
#[case(json!({"RowId": 1001, "Account": "1000", "Group": "nope"}), "FieldHasinvalidValue")]
#[tokio::test]
async fn a_wrong_update_is_refused_and_changes_nothing(#[case] body: Value, #[case] expected: &str) {
    let simulator = Simulator::start().await;
    let before = simulator.running.core.rows("DebtorClientUser");
    assert_eq!(simulator.update("DebtorClient", body).await.json(), json!(expected));
    assert_eq!(simulator.running.core.rows("DebtorClientUser"), before);
}

#[rstest]
#[case(json!({"RowId": 1001}), "CouldNotDeleteRecordThatHasTransactions")]
#[case(json!({"Account": "2000"}), "CouldNotDeleteRecordThatHasTransactions")]
#[case(json!({"RowId": 4711}), "CouldNotFind")]
#[case(json!({"Account": "nope"}), "CouldNotFind")]
#[case(json!({"Name": "x"}), "RecordNotSelected")]
#[tokio::test]
async fn a_wrong_delete_is_refused(#[case] body: Value, #[case] expected: &str) {
    let simulator = Simulator::start().await;
    assert_eq!(simulator.delete("DebtorClient", body).await.json(), json!(expected));
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 7);
}

#[tokio::test]
async fn a_row_is_deleted_by_row_id_or_key_unless_something_refers_to_it() {
    let simulator = Simulator::start().await;
    for body in [json!({"RowId": 1007, "Account": "9"}), json!({"Account": "00042"})] {
        assert_eq!(simulator.delete("DebtorClient", body).await.status, 200);
    }
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 5);
    let group = simulator.delete("DebtorGroupClient", json!({"Group": "EU"})).await;
    assert_eq!(group.json(), json!("CouldNotDeleteRecordThatIsReferred"));
    assert_eq!(simulator.delete("GLVatClient", json!({"Vat": "Købsmoms"})).await.status, 200);
}

#[tokio::test]
async fn a_list_is_written_wholly_or_not_at_all() {
    let simulator = Simulator::start().await;
    let path = "/api/Entities/InsertList/DebtorClient";
    let bad = json!([{"Account": "a"}, {"Account": "b"}, {"Account": "a"}, {"Account": "c"}]);
    assert_eq!(simulator.write(Method::POST, path, bad).await.json(), json!("KeyExists"));
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 7);
    let good = simulator.write(Method::POST, path, json!([{"Account": "a"}, {"Account": "b"}])).await;
    assert_eq!(accounts(&good.json()), ["a", "b"]);
    assert_eq!(good.json()[0]["RowId"], 1008, "the refused rows left no gap");
}

#[tokio::test]
async fn a_list_can_be_written_up_to_the_refused_row_and_answered_without_rows() {
    let switches =
        Switches { insert_list: InsertList::Partial, insert_list_reply: InsertListReply::Empty, ..Switches::default() };
    let simulator = Simulator::with(switches).await;
    let path = "/api/Entities/InsertList/DebtorClient";
    let bad = json!([{"Account": "a"}, {"Account": "a"}, {"Account": "c"}]);
    assert_eq!(simulator.write(Method::POST, path, bad).await.json(), json!("KeyExists"));
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 8);
    let good = simulator.write(Method::POST, path, json!([{"Account": "c"}])).await;
    assert_eq!((good.status.as_u16(), good.text.as_str()), (200, ""));
}

#[rstest]
#[case(ErrorBody::Number, 200, "40")]
#[case(ErrorBody::Object, 422, r#"{"Err":40,"ErrorProperty":"Account"}"#)]
#[case(ErrorBody::Text, 400, "KeyExists")]
#[tokio::test]
async fn the_shape_of_a_refusal_can_be_switched(
    #[case] odata_error_body: ErrorBody,
    #[case] odata_error_status: u16,
    #[case] expected: &str,
) {
    let switches = Switches { odata_error_body, odata_error_status, ..Switches::default() };
    let reply = Simulator::with(switches).await.insert("DebtorClient", json!({"Account": "1000"})).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (odata_error_status, expected));
}

#[tokio::test]
async fn a_refusal_is_xml_for_who_does_not_ask_for_json() {
    let simulator = Simulator::start().await;
    let request = simulator
        .request(Method::POST, "/api/Entities/Insert/DebtorClient")
        .basic_auth(crate::simulator::USER, Some(crate::simulator::PASSWORD))
        .json(&json!({"Account": "1000"}));
    let text = request.send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("<string ") && text.contains(">KeyExists<"), "{text}");
}

#[tokio::test]
async fn long_texts_and_missing_groups_can_be_switched() {
    let switches =
        Switches { too_long: TooLong::Truncate, missing_group: MissingGroup::Default, ..Switches::default() };
    let simulator = Simulator::with(switches).await;
    let row = simulator.insert("DebtorClient", json!({"Account": "1", "ZipCode": "123456789"})).await.json();
    assert_eq!((&row["ZipCode"], &row["Group"]), (&json!("12345678"), &json!("1")));
    let switches = Switches { missing_group: MissingGroup::Refuse, ..Switches::default() };
    let simulator = Simulator::of(uniconta_sim::Config {
        switches,
        data: uniconta_sim::Data::default(),
        ..uniconta_sim::Config::example()
    });
    let refused = simulator.await.insert("DebtorClient", json!({"Account": "1"})).await;
    assert_eq!(refused.json(), json!("FieldCannotBeBlank"));
}

#[tokio::test]
async fn the_web_api_writes_too_and_refuses_with_plain_text_under_a_200() {
    let simulator = Simulator::start().await;
    let token = simulator.token().await;
    let call = async |path: &str, body: Value| simulator.web_api(&token, path, body).await;
    let created = call("/Crud/Insert/DebtorClientUser", json!({"Account": "5000", "xBesøg": "3"})).await.json();
    assert_eq!((&created["RowId"], &created["xBesøg"]), (&json!(1008), &json!(3)));
    let list = call("/Crud/InsertList/DebtorClient", json!([{"Account": "5001"}, {"Account": "5002"}])).await;
    assert_eq!(accounts(&list.json()), ["5001", "5002"]);
    let refused = call("/Crud/Insert/DebtorClient", json!({"Account": "5000"})).await;
    assert_eq!((refused.status.as_u16(), refused.text.as_str()), (200, "KeyExists"));
    assert!(refused.content_type.starts_with("text/plain"));
    let updated = call("/Crud/Update/DebtorClient", json!({"RowId": 1008, "Account": "5000", "Name": "Ny"})).await;
    assert_eq!(updated.json()["Name"], "Ny");
    assert_eq!(call("/Crud/Delete/DebtorClient", json!({"RowId": 1008})).await.status, 200);
    assert!(simulator.running.core.row("DebtorClient", 1008).is_none());
    assert_eq!(call("/Crud/Insert/Nope", json!({})).await.status, 404);
}

#[tokio::test]
async fn the_web_api_can_lack_update_and_answer_refusals_otherwise() {
    let switches = Switches {
        crud_update: CrudUpdate::Absent,
        web_api_error_body: WebApiErrorBody::Object,
        web_api_error_status: 400,
        ..Switches::default()
    };
    let simulator = Simulator::with(switches).await;
    let token = simulator.token().await;
    assert_eq!(simulator.web_api(&token, "/Crud/Update/DebtorClient", json!({"RowId": 1001})).await.status, 404);
    let refused = simulator.web_api(&token, "/Crud/Insert/DebtorClient", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (400, json!({"Err": 39, "ErrorProperty": "Account"})));
}
