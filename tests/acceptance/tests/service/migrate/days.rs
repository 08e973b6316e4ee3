//! A day is in one installation's books, and what corrects it is never booked in another's.

use super::moving::{NEW, apply, club, preview, quiet, turn_to, undo};
use crate::days::day;
use crate::stage::{CLUB, Stage, code};
use accounting_service::UnsettledKind;
use accounting_store::Accepted;

async fn close(stage: &Stage, installation: &str, id: &str, revision: u32) -> Result<Accepted, &'static str> {
    let event = format!("{id}-r{revision}");
    let closed = stage.service.day_closed(installation, &event, day(id, revision, 10_000), "day").await;
    closed.map_err(|error| error.code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_of_a_day_in_the_old_books_is_refused_by_the_new_ones_and_the_other_way() {
    let mut stage = club().await;
    close(&stage, CLUB, "Z-1", 1).await.unwrap();
    stage.quiet().await;
    stage.club.read(&stage.service).await;
    let view = preview(&stage).await;
    let unposted = view.unsettled.iter().find(|one| one.kind == UnsettledKind::Unposted).unwrap();
    assert_eq!((unposted.ids.as_slice(), unposted.blocks), (["Z-1".to_owned()].as_slice(), false));
    apply(&stage, false).await.unwrap();
    assert_eq!(close(&stage, CLUB, "Z-2", 1).await, Err("installation-moved"));
    assert_eq!(close(&stage, NEW, "Z-1", 2).await, Err("day-booked-elsewhere"));
    assert_eq!(close(&stage, NEW, "Z-1", 1).await, Err("day-booked-elsewhere"));
    close(&stage, NEW, "Z-2", 1).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(stage.service.receipts(NEW, "Z-2").await.unwrap().len(), 1);
    turn_to(&mut stage, NEW);
    stage.club.read(&stage.service).await;
    undo(&stage).await.unwrap();
    stage.quiet().await;
    assert_eq!(close(&stage, CLUB, "Z-2", 2).await, Err("day-booked-elsewhere"));
    close(&stage, CLUB, "Z-1", 2).await.unwrap();
    close(&stage, CLUB, "Z-3", 1).await.unwrap();
    stage.quiet().await;
    assert_eq!(stage.service.receipts(CLUB, "Z-3").await.unwrap().len(), 1);
    // Moved again, it still knows which books hold what.
    stage.club.installation = CLUB.to_owned();
    stage.club.read(&stage.service).await;
    preview(&stage).await;
    apply(&stage, false).await.unwrap();
    assert_eq!(close(&stage, NEW, "Z-3", 2).await, Err("day-booked-elsewhere"));
    assert!(close(&stage, NEW, "Z-2", 2).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_may_be_in_the_books_holds_the_move_up_and_one_that_was_never_tried_goes_along() {
    let mut stage = club().await;
    let mut odd = day("Z-1", 1, 10_000);
    odd.lines[0].amount = -1;
    stage.service.day_closed(CLUB, "Z-1-r1", odd, "day").await.unwrap();
    stage.quiet().await;
    stage.club.read(&stage.service).await;
    let parked = stage.parked().await.into_iter().find(|event| event.event.key == "d:Z-1").unwrap();
    preview(&stage).await;
    assert_eq!(code(apply(&stage, false).await), "days-unsettled");
    stage.service.drop_parked(CLUB, parked.seq).await.unwrap();
    // A person has paused the old installation, and a day has come in.
    stage.service.pause(CLUB, "lukket").await.unwrap();
    close(&stage, CLUB, "Z-2", 1).await.unwrap();
    let view = preview(&stage).await;
    assert!(view.unsettled.iter().any(|one| one.kind == UnsettledKind::DaysWaiting && !one.blocks));
    apply(&stage, false).await.unwrap();
    quiet(&stage, NEW).await;
    assert_eq!(stage.service.receipts(NEW, "Z-2").await.unwrap().len(), 1);
    assert!(stage.service.receipts(CLUB, "Z-2").await.unwrap().is_empty());
    turn_to(&mut stage, NEW);
    stage.club.read(&stage.service).await;
    undo(&stage).await.unwrap();
    let pause = stage.service.installation(CLUB).await.unwrap().pause.unwrap();
    assert_eq!((pause.code.as_str(), pause.message.as_str()), ("person", "lukket"), "it waits as it did before");
    assert_eq!(close(&stage, CLUB, "Z-2", 1).await, Err("day-booked-elsewhere"));
}
