use super::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Computes for so many milliseconds of processor time, and gives way after each.
async fn compute(milliseconds: u32) {
    for _ in 0..milliseconds {
        let used = || Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)).unwrap();
        let end = used() + Duration::from_millis(1);
        while used() < end {
            std::hint::spin_loop();
        }
        tokio::task::yield_now().await;
    }
}

fn thread() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_quick_stays_where_it_was_made() {
    let processor = Processor::new();
    let here = thread();
    let there = processor.run(Account::default(), async {
        // Whoever has to wait for the processor computes nothing meanwhile.
        std::thread::sleep(AT_HOME * 3);
        tokio::time::sleep(Duration::from_millis(1)).await;
        thread()
    });
    assert_eq!(there.await, here);
    assert!(processor.threads.begun.get().is_none(), "no thread was begun for it");
}

#[tokio::test]
async fn what_computes_goes_on_elsewhere_and_is_charged() {
    let processor = Processor::new();
    let account = Account::default();
    let work = processor.run(account.clone(), async {
        compute(30).await;
        // Alarms and tasks are of the runtime it came from, which may have a clock of its own.
        tokio::time::sleep(Duration::from_millis(1)).await;
        (tokio::spawn(async { 7 }).await.unwrap(), thread())
    });
    assert_eq!(work.await, (7, "connector-heavy".to_owned()));
    assert!(account.lately() >= Duration::from_millis(20), "{:?}", account.lately());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_begun_by_those_that_compute_stands_back_too() {
    let processor = Processor::new();
    let begun = |account: &Account| {
        processor.run(account.clone(), async {
            let task = tokio::spawn(async { thread() });
            let look_up = tokio::task::spawn_blocking(thread);
            tokio::time::sleep(Duration::from_millis(1)).await;
            [task.await.unwrap(), look_up.await.unwrap()]
        })
    };
    let account = Account::default();
    assert!(!begun(&account).await.contains(&"connector-requests".to_owned()));
    account.charge(HEAVY * 2);
    assert_eq!(begun(&account).await, ["connector-requests"; 2]);
    // Nobody waits for their end, here where one must not.
    drop(processor);
}

#[tokio::test]
async fn an_account_that_used_much_does_not_begin_at_home() {
    let processor = Processor::new();
    let account = Account::default();
    account.charge(HEAVY * 2);
    assert_eq!(processor.run(account, async { thread() }).await, "connector-heavy");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_computes_stands_back_behind_all_others() {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadSchedulePolicy, thread_schedule_policy};
    let processor = Processor::new();
    let account = Account::default();
    account.charge(HEAVY * 2);
    let policy = processor.run(account, async { thread_schedule_policy().unwrap() }).await;
    assert_eq!(policy, ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
    assert_ne!(thread_schedule_policy().unwrap(), policy, "only that thread");
}

#[tokio::test]
async fn what_is_dropped_ends_and_a_panic_is_heard_of() {
    struct Tells(Arc<AtomicBool>);
    impl Drop for Tells {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let processor = Processor::new();
    let ended = Arc::new(AtomicBool::new(false));
    let tells = Tells(Arc::clone(&ended));
    let endless = processor.run(Account::default(), async move {
        let _tells = tells;
        loop {
            compute(1).await;
        }
    });
    let endless = tokio::time::timeout(Duration::from_millis(100), endless).await;
    assert!(endless.is_err());
    for _ in 0..1_000 {
        if ended.load(Ordering::SeqCst) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(ended.load(Ordering::SeqCst));

    let breaks = tokio::spawn(processor.run(Account::default(), async {
        compute(20).await;
        panic!("on purpose");
    }));
    let broken: Result<(), _> = breaks.await;
    assert!(broken.unwrap_err().is_panic());
    assert_eq!(processor.run(Account::default(), async { 7 }).await, 7);
}
