//! What an installation's connector does at work is recorded as fixtures, and another build is tried on them.

use crate::books::PASSWORD;
use crate::clock::until;
use crate::days::day;
use crate::stage::{CLUB, Stage, code};
use accounting_service::RecordingView;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// All that happens to a club in a while: everything a connector is called for, and a correction, which is left out.
async fn a_while(stage: &mut Stage) {
    let id = stage.joined(700_001).await;
    stage.club.edit(&id, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.quiet().await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet().await;
    stage.service.check_now(CLUB).await.unwrap();
    stage.quiet().await;
    for revision in [1, 2] {
        let id = format!("Z-1-r{revision}");
        stage.service.day_closed(CLUB, &id, day("Z-1", revision, 10_000 * i64::from(revision)), "day").await.unwrap();
        stage.quiet().await;
    }
    stage.service.catch_up_now(CLUB).await.unwrap();
    stage.quiet().await;
    assert!(stage.service.configure(CLUB).await.unwrap().ready);
}

async fn ended(stage: &Stage, calls: u64) -> RecordingView {
    let seen = |view: &RecordingView| u64::from(view.written) + view.left_out.values().sum::<u64>();
    until("every call is written or left out", async || seen(&stage.service.recording(CLUB).await.unwrap()) >= calls)
        .await;
    stage.service.stop_recording(CLUB).await.unwrap()
}

fn fixtures(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn diff(new: &str, folder: &Path) -> (Option<i32>, Value) {
    let path = |variable: &str| PathBuf::from(std::env::var_os(variable).expect("run `cargo xtask test`"));
    let mut command = Command::new(path("HARNESS"));
    command.arg("diff").arg(path("CONNECTOR_UNICONTA")).arg(path(new)).arg("--fixtures").arg(folder).arg("--json");
    let output = command.output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_at_work_becomes_fixtures_without_a_secret_or_a_person_in_them() {
    let mut stage = Stage::open().await;
    let folder = stage.ground.folder.path().join("recordings");
    assert_eq!(code(stage.service.record(CLUB, 100, Vec::new()).await), "no-recordings");
    stage.service.keep_recordings_in(folder.clone());
    assert_eq!(code(stage.service.recording(CLUB).await), "no-recording");
    let begun = stage.service.record(CLUB, 100, Vec::new()).await.unwrap();
    assert!(begun.running && begun.written == 0);
    a_while(&mut stage).await;
    let ended = ended(&stage, 8).await;
    assert_eq!(ended.left_out, [("earlier-days".to_owned(), 1)].into(), "{ended:?}");
    assert_eq!(ended.folder, folder.join(CLUB));
    let names = fixtures(&ended.folder);
    assert_eq!(
        names,
        [
            "00001-customers-changed",
            "00002-customers-changed",
            "00003-webhook",
            "00004-check",
            "00005-day-closed",
            "00006-catch-up",
            "00007-configure"
        ]
    );
    let member = stage.club.member("c-700001").clone();
    for name in &names {
        for file in ["scenario.json", "exchanges.json", "expected.json"] {
            let text = std::fs::read_to_string(ended.folder.join(name).join(file)).unwrap();
            for private in [PASSWORD, &member.name, &member.email, "700001"] {
                assert!(!text.contains(private), "{name}/{file} holds {private}");
            }
        }
    }
    let (status, told) = diff("CONNECTOR_UNICONTA", &ended.folder);
    assert_eq!((status, &told["totals"]["same"], &told["totals"]["differ"]), (Some(0), &json!(7), &json!(0)), "{told}");
    let (status, told) = diff("CONNECTOR_HOSTILE", &ended.folder);
    assert_eq!((status, &told["totals"]["differ"]), (Some(1), &json!(7)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_ends_by_itself_and_the_next_goes_on_in_the_same_folder() {
    let mut stage = Stage::open().await;
    stage.service.keep_recordings_in(stage.ground.folder.path().join("recordings"));
    for number in [700_001, 700_002] {
        stage.service.record(CLUB, 1, Vec::new()).await.unwrap();
        stage.joined(number).await;
        until("it has ended", async || !stage.service.recording(CLUB).await.unwrap().running).await;
    }
    stage.joined(700_003).await;
    let view = stage.service.recording(CLUB).await.unwrap();
    assert_eq!((view.written, view.left_out.len()), (1, 0));
    assert_eq!(fixtures(&view.folder), ["00001-customers-changed", "00002-customers-changed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_recorded_is_refused() {
    let stage = Stage::open().await;
    stage.service.keep_recordings_in(stage.ground.folder.path().join("recordings"));
    assert_eq!(code(stage.service.record("nobody", 1, Vec::new()).await), "unknown-installation");
    assert_eq!(code(stage.service.record(CLUB, 0, Vec::new()).await), "invalid-value");
    assert_eq!(code(stage.service.record(CLUB, 1, vec!["word".to_owned(); 101]).await), "invalid-value");
    assert_eq!(code(stage.service.stop_recording(CLUB).await), "no-recording");
}
