//! The settings page: what happens when the administrator presses OK.

use crate::profile::BadSetting;
use crate::stage::{Stage, kind, said};
use crate::verdict::{Checked, Wrong, expect, fails};
use accounting_trial::{How, On};
use host_harness::bindings::exports::configure::Configured;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::{ErrorKind, Severity};
use host_harness::installation::{Event, RunError, RunResult};

/// As many calls as configure could ever make.
const ALL: u32 = 10_000;

pub(super) async fn good(stage: &mut Stage) -> Checked {
    let configured = stage.configure().await?;
    let errors = errors(&configured);
    expect(errors.is_empty() && configured.ready, || {
        let ready = if configured.ready { "ready" } else { "not ready" };
        format!("the profile's settings are ready without errors, and are {ready}: {}", errors.join("; "))
    })?;
    // A second time it is all there.
    let again = stage.configure().await?;
    expect(again.ready, || "good settings are ready the second time too".to_owned())
}

pub(super) async fn bad(stage: &mut Stage) -> Checked {
    for bad in stage.profile().bad_settings.clone() {
        stage.again().await?;
        stage.flexybox.set_setting(&bad.key, &bad.value);
        let configured = stage.configure().await?;
        expect(!configured.ready, || format!("with {} wrong it is not ready, and it is", bad.key))?;
        told(&bad, &configured)?;
    }
    Ok(())
}

pub(super) async fn all_at_once(stage: &mut Stage) -> Checked {
    let missing: Vec<String> =
        stage.setting.description.settings.iter().filter(|spec| spec.required).map(|spec| spec.key.clone()).collect();
    if missing.len() < 2 {
        return Err(Wrong::NotNeeded("fewer than two settings are required".to_owned()));
    }
    missing.iter().for_each(|key| stage.flexybox.set_setting(key, ""));
    let configured = stage.configure().await?;
    expect(!configured.ready, || "with all required settings empty it is not ready, and it is".to_owned())?;
    missing
        .iter()
        .try_for_each(|key| told(&BadSetting { key: key.clone(), value: String::new(), subject: None }, &configured))
}

fn told(bad: &BadSetting, configured: &Configured) -> Checked {
    let subject = bad.subject.as_ref().unwrap_or(&bad.key);
    let about = |finding: &&host_harness::bindings::types::Finding| {
        finding.severity == Severity::Error && finding.subject.as_ref() == Some(subject)
    };
    expect(configured.findings.iter().find(about).is_some(), || {
        let errors = errors(configured).join("; ");
        format!(
            "with {} wrong, a finding of the severity error is about {subject}, and the errors are: {errors}",
            bad.key
        )
    })
}

fn errors(configured: &Configured) -> Vec<String> {
    let errors = configured.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|one| format!("{} about {}: {}", one.code, one.subject.as_deref().unwrap_or("nothing"), one.message))
        .collect()
}

pub(super) async fn unreachable(stage: &mut Stage) -> Checked {
    for how in [How::Unavailable, How::LostBefore] {
        stage.again().await?;
        stage.books.troubles(On::Any, 0, ALL, how.clone()).await?;
        let driven = stage.run(&Event::Configure(stage.catalogue())).await?;
        match &driven.result {
            Err(RunError::Connector(error)) => {
                let could_not =
                    matches!(error.kind, ErrorKind::Transient | ErrorKind::RateLimited | ErrorKind::Internal);
                expect(could_not, || format!("it is an error of the kind transient, and is {}", kind(error)))?;
            }
            // Told as a finding it would be said to be wrong, and the administrator would go and change what is right.
            Ok(RunResult::Configured(configured)) if configured.ready => {
                return fails("without an answer nothing can be ready");
            }
            other => {
                return fails(format!(
                    "where the system answers {how:?}, configure is an error, and is {}",
                    said(other)
                ));
            }
        }
    }
    Ok(())
}

pub(super) async fn not_enabled(stage: &mut Stage) -> Checked {
    let has_switch = stage.setting.description.settings.iter().any(|spec| spec.key == "enabled");
    if !has_switch {
        return Err(Wrong::NotNeeded("it has no setting called enabled".to_owned()));
    }
    stage.flexybox.set_setting("enabled", "false");
    let member = stage.member(0);
    let event = stage.event(&[(&member.id, ChangeKind::Created)])?;
    for event in [event, Event::CatchUp { max_pages: Some(1) }] {
        let driven = stage.run(&event).await?;
        expect(driven.result.is_ok(), || format!("it is passed over, and not {}", said(&driven.result)))?;
    }
    let sent = stage.sent().len();
    expect(sent == 0, || format!("nothing is called, and {sent} requests went out"))
}
