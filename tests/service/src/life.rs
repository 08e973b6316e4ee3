//! What goes on while the host is tried: people edit on both sides, tags come and go, days are closed and corrected, calls go
//! wrong.

use crate::club::EDITED;
use crate::flexybox::Flexybox;
use crate::uniconta::{Bookkeeper, trouble};
use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;
use uniconta_sim::Uniconta;

/// The first customers carry the tag for good, since lines of closed days go to them.
pub const STEADY: usize = 2;
/// Most customers that join, so that no run grows without end.
const MOST_MEMBERS: usize = 80;
/// Most changes that wait to be pushed before people pause for a breath.
const MOST_UNPUSHED: usize = 200;

/// Everything that people do in one installation, one step at a time.
#[derive(Debug)]
pub struct Life {
    flexybox: Arc<Flexybox>,
    bookkeeper: Bookkeeper,
    core: Arc<Uniconta>,
    chance: Rng,
    pace: Duration,
    troubles: bool,
}

impl Life {
    /// About one step in `pace`; with `troubles` calls to Uniconta go wrong, too.
    pub fn new(flexybox: &Arc<Flexybox>, core: &Arc<Uniconta>, seed: u64, pace: Duration, troubles: bool) -> Self {
        Self {
            bookkeeper: Bookkeeper::new(core, flexybox.company()),
            flexybox: Arc::clone(flexybox),
            core: Arc::clone(core),
            chance: Rng::with_seed(seed),
            pace,
            troubles,
        }
    }

    /// Go on until the task is ended.
    pub async fn go_on(mut self) {
        let most = u64::try_from(self.pace.as_micros()).unwrap_or(u64::MAX).saturating_mul(2).max(1);
        loop {
            if self.flexybox.club().unpushed() < MOST_UNPUSHED {
                self.step();
            }
            tokio::time::sleep(Duration::from_micros(self.chance.u64(..most))).await;
        }
    }

    /// Somebody does something.
    pub fn step(&mut self) {
        let members = self.flexybox.club().members.len();
        let who = self.chance.usize(..members.max(1));
        let what = self.chance.usize(..EDITED.len());
        match self.chance.u8(..100) {
            0..44 => self.flexybox.club().edit(who, what),
            44..74 => self.bookkeeper.edit(&self.flexybox, who, what),
            74..78 => self.flexybox.club().close_day(&mut self.chance, false),
            78..82 => self.flexybox.club().close_day(&mut self.chance, true),
            82..85 => self.toggle(who),
            85..87 if members < MOST_MEMBERS => {
                let tagged = self.chance.u8(..3) > 0;
                self.flexybox.club().join(tagged);
            }
            87..90 => self.flexybox.club().send_again(&mut self.chance),
            90.. if self.troubles => trouble(&self.core, &mut self.chance),
            _ => {}
        }
    }

    /// Take the tag off or put it on, where it was on before: those who never carry it must never be seen outside.
    fn toggle(&self, who: usize) {
        let mut club = self.flexybox.club();
        if let Some((on, true)) = club.members.get(who).map(|member| (member.tagged, member.ever_tagged))
            && who >= STEADY
        {
            club.set_tag(who, !on);
        }
    }
}
