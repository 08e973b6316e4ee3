//! What a host trusts a connector with.

use crate::overheard::{Overheard, Reader};
use crate::person;
use crate::stage::Stage;
use crate::verdict::{Checked, expect, fails};
use accounting_trial::{How, On};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Customer;
use host_harness::installation::Event;
use host_harness::replay::result_json;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// As many calls as one case could ever make.
const ALL: u32 = 10_000;
/// A secret shorter than this would be found in any text.
const SHORTEST_SECRET: usize = 6;

pub(super) async fn the_same(stage: &mut Stage) -> Checked {
    let mut first = None;
    for _ in 0..2 {
        stage.again().await?;
        stage.configure().await?;
        let members: Vec<Customer> = (0..5).map(|nth| stage.member(nth)).collect();
        let changed: Vec<(&str, ChangeKind)> =
            members.iter().map(|one| (one.id.as_str(), ChangeKind::Created)).collect();
        let event = stage.event(&changed)?;
        stage.sent();
        let driven = stage.run(&event).await?;
        let seen = (stage.sent(), result_json(&driven), driven.fuel());
        let Some((requests, result, fuel)) = first.replace(seen.clone()) else { continue };
        expect(requests == seen.0, || "the same call sends the same requests to the byte, and did not".to_owned())?;
        expect(result == seen.1, || "the same call comes to the same, and did not".to_owned())?;
        expect(fuel == seen.2, || format!("the same call uses the same fuel, and used {fuel} and {}", seen.2))?;
    }
    Ok(())
}

pub(super) async fn hosts(stage: &mut Stage) -> Checked {
    stage.configure().await?;
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.run(&event).await?;
    let refused: Vec<&String> = stage.before.not_let_out.iter().chain(&stage.heard.not_let_out).collect();
    if let Some(reason) = refused.first() {
        return fails(format!("only approved hosts are asked, and a request was not let out: {reason}"));
    }
    stage.again().await?;
    stage.approve_no_host();
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.sent();
    let error = crate::stage::refusal(&stage.run(&event).await?)?;
    expect(!error.message.trim().is_empty() && stage.sent().is_empty(), || {
        "with no host approved, nothing goes out".to_owned()
    })
}

/// Errors of many kinds, each of which could be tempted to tell too much.
async fn provoke(stage: &mut Stage) -> Checked<Customer> {
    for how in [How::NotAccepted, How::Unavailable, How::Rubbish, How::Truncated, How::LostAfter] {
        stage.again().await?;
        stage.configure().await?;
        let member = stage.member(0);
        let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
        stage.books.troubles(On::Any, 0, ALL, how).await?;
        stage.run(&event).await?;
        stage.run(&Event::Configure(stage.catalogue())).await?;
        stage.run(&Event::CatchUp { max_pages: Some(1) }).await?;
        let check = stage.flexybox.checked();
        stage.run(&check).await?;
        stage.books.no_more_trouble().await?;
    }
    let member = stage.member(0);
    let long = "Å".repeat(stage.profile().customers.too_long);
    stage.edit(&member.id, |customer| customer.name = format!("{} {long}", customer.name))?;
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    stage.run(&event).await?;
    Ok(member)
}

fn all(stage: &Stage) -> Overheard {
    let mut all = stage.before.clone();
    all.add(stage.heard.clone());
    all
}

pub(super) async fn secrets(stage: &mut Stage) -> Checked {
    provoke(stage).await?;
    let secrets = stage.setting.description.settings.iter().filter(|spec| spec.secret);
    let secrets = secrets.filter_map(|spec| Some((&spec.key, stage.profile().settings.get(&spec.key)?)));
    let told = all(stage).told;
    for (key, value) in secrets.filter(|(_, value)| value.len() >= SHORTEST_SECRET) {
        let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        let leak = told.iter().any(|(_, text)| text.contains(value.as_str()) || text.contains(&encoded));
        expect(!leak, || {
            format!(
                "the value of the secret setting {key} is told to nobody, and stands in a message, a detail or a log line"
            )
        })?;
    }
    Ok(())
}

pub(super) async fn people(stage: &mut Stage) -> Checked {
    provoke(stage).await?;
    let customers = &stage.profile().customers;
    let members = (0..5).map(|nth| person::member(nth, customers.first_number, &customers.tag));
    let private: Vec<String> = members.flat_map(|member| person::private(&member)).collect();
    for (_, text) in all(stage).told.iter().filter(|(reader, _)| *reader == Reader::Operator) {
        let leak = private.iter().any(|private| text.contains(private.as_str()));
        expect(!leak, || {
            "what operators read names no customer, and a log line or a detail holds a name, address, number or e-mail"
                .to_owned()
        })?;
    }
    Ok(())
}
