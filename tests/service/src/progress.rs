//! How far a trial is and how long it still takes, on the error output, so that nobody wonders whether it hangs.

use std::time::{Duration, Instant};

/// Between two lines of one part of a trial.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Says how far something is.
#[derive(Debug)]
pub struct Progress {
    trial: &'static str,
    part: String,
    began: Instant,
    said: Option<Instant>,
}

impl Progress {
    /// Of the trial of this name.
    pub fn new(trial: &'static str) -> Self {
        Self { trial, part: String::new(), began: Instant::now(), said: None }
    }

    /// Another part of the trial begins.
    pub fn part(&mut self, part: impl Into<String>) {
        self.part = part.into();
        self.began = Instant::now();
        self.said = None;
        eprintln!("{}: {}", self.trial, self.part);
    }

    /// So much of it is done; says so every few seconds.
    pub fn at(&mut self, done: u64, of: u64) {
        let now = Instant::now();
        if self.said.unwrap_or(self.began) + BETWEEN_LINES > now || done == 0 {
            return;
        }
        self.said = Some(now);
        let left = self.began.elapsed().as_secs().saturating_mul(of.saturating_sub(done)) / done;
        eprintln!("{}: {}, {done} of {of}, about {} left", self.trial, self.part, readable(left));
    }
}

fn readable(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn seconds_are_read_as_minutes_from_sixty_on() {
        assert_eq!((readable(59).as_str(), readable(61).as_str()), ("59 s", "1 min 1 s"));
    }
}
