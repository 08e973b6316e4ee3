//! What is measured: times in whole microseconds, the disk's own time for a durable write, the memory of a process.

use crate::error::CannotRun;
use host_harness::measure::Spread;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Bytes of one durable write of the meter: a page, which is the least that a database writes.
const PAGE: usize = 4_096;
/// Between two writes of the meter: 20 a second, which is enough for a p99 and too little to disturb.
const BETWEEN_WRITES: Duration = Duration::from_millis(50);

/// A time in microseconds.
pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// A spread of microseconds: `count`, `median_us`, `p99_us`, `max_us`.
pub fn micros_json(times: &Spread) -> Value {
    json!({
        "count": times.count(),
        "median_us": times.median(),
        "p99_us": times.at_per_cent(99),
        "max_us": times.max(),
    })
}

/// Times the disk's own durable writes on a folder, in a thread, until it is stopped.
#[derive(Debug)]
pub struct DiskMeter {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<std::io::Result<Vec<u64>>>,
}

impl DiskMeter {
    /// Begin on this folder.
    ///
    /// # Errors
    /// No file can be made there.
    pub fn start(folder: &Path) -> Result<Self, CannotRun> {
        let path = folder.join("disk-meter");
        let file = File::create(&path).map_err(|error| CannotRun::because(path.display(), error))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        Ok(Self { stop, thread: std::thread::spawn(move || write_on(file, &stopped)) })
    }

    /// End, and say how long the writes took.
    ///
    /// # Errors
    /// A write failed.
    pub fn finish(self) -> Result<Spread, CannotRun> {
        self.stop.store(true, Ordering::SeqCst);
        let times = self.thread.join().map_err(|_| CannotRun::new("the disk meter broke down"))?;
        times.map(Spread::new).map_err(|error| CannotRun::because("the disk meter cannot write", error))
    }
}

fn write_on(mut file: File, stopped: &AtomicBool) -> std::io::Result<Vec<u64>> {
    let page = [0x5a_u8; PAGE];
    let mut times = Vec::new();
    while !stopped.load(Ordering::SeqCst) {
        let began = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        file.sync_all()?;
        times.push(micros(began.elapsed()));
        std::thread::sleep(BETWEEN_WRITES);
    }
    Ok(times)
}

/// The memory of a process, in KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Resident now.
    pub resident_kib: u64,
    /// The most that was resident.
    pub peak_kib: u64,
}

/// Reads the memory of a process from `/proc`.
///
/// # Errors
/// There is no such process, or no `/proc`.
pub fn memory_of(pid: u32) -> Result<Memory, CannotRun> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).map_err(|error| CannotRun::because(&path, error))?;
    let kib = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse().ok())
    };
    match (kib("VmRSS:"), kib("VmHWM:")) {
        (Some(resident_kib), Some(peak_kib)) => Ok(Memory { resident_kib, peak_kib }),
        _ => Err(CannotRun::because(&path, "it does not tell VmRSS and VmHWM")),
    }
}

/// Microseconds of one tick in `/proc`: a hundred a second on every Linux there is.
const TICK_US: u64 = 10_000;

/// The processor time of a process, its own and the system's for it.
///
/// # Errors
/// There is no such process, or no `/proc`.
pub fn cpu_of(pid: u32) -> Result<Duration, CannotRun> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path).map_err(|error| CannotRun::because(&path, error))?;
    // The name in brackets may hold anything; the times are the 12th and 13th after it.
    let rest = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: Vec<u64> = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    match ticks.as_slice() {
        [own, system] => Ok(Duration::from_micros(own.saturating_add(*system).saturating_mul(TICK_US))),
        _ => Err(CannotRun::because(&path, "it does not tell utime and stime")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_of_microseconds_is_told_by_its_places() {
        let told = micros_json(&Spread::new((1..=100).rev().collect()));
        assert_eq!(told, json!({"count": 100, "median_us": 50, "p99_us": 99, "max_us": 100}));
    }

    #[test]
    fn this_process_has_memory_and_one_that_cannot_be_has_none() {
        assert!(memory_of(std::process::id()).is_ok_and(|memory| memory.peak_kib >= memory.resident_kib));
        assert!(memory_of(u32::MAX).is_err());
    }
}
