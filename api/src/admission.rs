//! How much is done at once. What is more is refused within milliseconds, so that what is admitted is done
//! in time.
//!
//! Two things are watched. Requests that wait for the database are counted: so many at once, so many in
//! line, none longer than a moment. And each worker thread has a pulse: when it has not beaten for a while and
//! several requests were taken on since, whatever waits on that thread has waited as long, and is refused
//! until the pulse is back. A single slow page stops the pulse as well, but nobody waits behind it.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::gate::GateSettings;

/// How often the pulse of a worker beats.
const PULSE: Duration = Duration::from_millis(20);
/// Requests that a thread takes on between two beats however long they take: as many as one browser asks at
/// once. Its last page may have been slow, and its next requests come before the pulse is back.
const TAKEN_ON_MIN: u32 = 6;

thread_local! {
    /// When the pulse of this thread beat last; `None` on threads without one.
    static LAST_BEAT: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Requests taken on by this thread since.
    static TAKEN_ON: Cell<u32> = const { Cell::new(0) };
}

/// Starts the pulse of a worker thread; to be called on it once, inside its run loop.
pub fn start_pulse() {
    actix_web::rt::spawn(async {
        let mut beats = tokio::time::interval(PULSE);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            beat();
        }
    });
}

fn beat() {
    LAST_BEAT.set(Some(Instant::now()));
    TAKEN_ON.set(0);
}

/// True when this thread has been busy with several requests for longer than `lag` without a beat of its
/// pulse. Otherwise one more is counted.
fn is_late(lag: Duration) -> bool {
    let taken_on = TAKEN_ON.get();
    let is_late = taken_on >= TAKEN_ON_MIN
        && LAST_BEAT
            .get()
            .is_some_and(|beat| beat.elapsed() > PULSE.saturating_add(lag));
    if !is_late {
        TAKEN_ON.set(taken_on.saturating_add(1));
    }
    is_late
}

/// Admits requests.
#[derive(Debug)]
pub struct Admission {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
    wait: Duration,
    lag: Duration,
}

/// A place at work, given back when it is dropped.
#[derive(Debug)]
pub struct Admitted {
    _place: OwnedSemaphorePermit,
}

/// One who waits in line, counted until it is dropped: a client may go away while it waits.
struct InLine<'a>(&'a AtomicUsize);

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    /// Admits as many as `settings` say.
    pub fn new(settings: &GateSettings) -> Self {
        Self {
            places: Arc::new(Semaphore::new(settings.at_once)),
            waiting: AtomicUsize::new(0),
            waiting_max: settings.waiting,
            wait: settings.wait,
            lag: settings.lag,
        }
    }

    /// A place, at once or after a moment in line; `None` when there is too much already.
    pub async fn admit(&self) -> Option<Admitted> {
        if is_late(self.lag) {
            return None;
        }
        if let Some(admitted) = self.admit_now() {
            return Some(admitted);
        }
        let in_line = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _counted = InLine(&self.waiting);
        if in_line >= self.waiting_max {
            return None;
        }
        let place = self.places.clone().acquire_owned();
        let place = tokio::time::timeout(self.wait, place).await.ok()?.ok()?;
        Some(Admitted { _place: place })
    }

    /// A place, if one is free.
    pub fn admit_now(&self) -> Option<Admitted> {
        self.places
            .clone()
            .try_acquire_owned()
            .ok()
            .map(|place| Admitted { _place: place })
    }

    /// How many wait in line.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many places are free.
    pub fn free(&self) -> usize {
        self.places.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_thread_without_a_pulse_takes_on_what_one_browser_asks_and_no_more() {
        let settings = GateSettings::default();
        let admission = Admission::new(&settings);
        LAST_BEAT.set(Instant::now().checked_sub(settings.lag * 2));
        for _ in 0..TAKEN_ON_MIN {
            assert!(admission.admit().await.is_some());
        }
        assert!(admission.admit().await.is_none());
        assert!(admission.admit().await.is_none());
        beat();
        assert!(admission.admit().await.is_some());
    }

    #[actix_web::test]
    async fn a_thread_with_a_pulse_takes_on_as_much_as_it_has_places_for() {
        let admission = Admission::new(&GateSettings::default());
        beat();
        for _ in 0..10 * TAKEN_ON_MIN {
            assert!(admission.admit().await.is_some());
        }
    }
}
