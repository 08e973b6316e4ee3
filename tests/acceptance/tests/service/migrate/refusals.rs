//! What a move is refused for, and what it keeps from happening to the two installations.

use super::moving::{NEW, SAME_TAG, apply, club, preview, quiet, undo};
use crate::clock::HOUR;
use crate::stage::{CLUB, code, setting, settings};
use accounting_service::InstallationChange;
use host_harness::bindings::types::Locale;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_do_not_go_together_are_refused() {
    let stage = club().await;
    let preview_to = async |to: &str, from: &str| code(stage.service.migration_preview(to, from, false).await);
    assert_eq!(preview_to(NEW, NEW).await, "same-installation");
    assert_eq!(preview_to("nobody", CLUB).await, "unknown-installation");
    assert_eq!(preview_to(CLUB, NEW).await, "not-empty");
    stage.service.create("club-3", "uniconta", settings(1)).await.unwrap();
    assert_eq!(preview_to("club-3", CLUB).await, "never-configured");
    stage.service.change(NEW, setting("customer-tag", "Et andet")).await.unwrap();
    assert_eq!(preview_to(NEW, CLUB).await, "other-customer-tag");
    stage.service.change(NEW, setting("customer-tag", SAME_TAG)).await.unwrap();
    assert_eq!(code(stage.service.migration(NEW).await), "no-migration");
    assert_eq!(code(apply(&stage, false).await), "no-preview");
    assert_eq!(code(undo(&stage).await), "no-preview");
    preview(&stage).await;
    assert_eq!(code(undo(&stage).await), "not-applied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_preview_is_refused() {
    let stage = club().await;
    preview(&stage).await;
    stage.service.change(NEW, setting("conflict-rule", "flexybox")).await.unwrap();
    assert_eq!(code(apply(&stage, false).await), "preview-stale");
    preview(&stage).await;
    stage.ground.set_clocks(25 * HOUR);
    assert_eq!(code(apply(&stage, false).await), "preview-stale");
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_is_started_forgotten_or_moved_elsewhere_while_they_hang_on_each_other() {
    let stage = club().await;
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    let diagnosis = stage.service.doctor(CLUB, Locale::En, false).await.unwrap();
    let active = diagnosis.examined.iter().find(|one| one.code == "installation-active").unwrap();
    assert!(active.message.contains(&format!("moved to {NEW}")), "{active:?}");
    assert_eq!(code(stage.service.resume(CLUB).await), "installation-moved");
    // OK proves the settings and starts nothing; nor does a pause of a person's take the place of the move's.
    assert!(stage.service.configure(CLUB).await.unwrap().ready);
    stage.service.pause(CLUB, "ferie").await.unwrap();
    assert_eq!(stage.service.installation(CLUB).await.unwrap().pause.unwrap().code, "moved");
    assert_eq!(code(stage.service.delete(CLUB).await), "installation-moved");
    assert_eq!(code(stage.service.delete(NEW).await), "installation-moved");
    assert_eq!(code(stage.service.migration_preview(NEW, CLUB, false).await), "installation-moved");
    stage.service.create("club-1b-2", "uniconta", InstallationChange::default()).await.unwrap();
    assert_eq!(code(stage.service.migration_preview("club-1b-2", CLUB, false).await), "installation-moved");
    undo(&stage).await.unwrap();
    stage.quiet().await;
    stage.service.delete(NEW).await.unwrap();
    assert_eq!(code(stage.service.migration(NEW).await), "unknown-installation");
}
