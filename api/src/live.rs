//! What happens while somebody looks: one poller of the process gives events their places and says how far the
//! feed is; everybody who listens is woken by that, and reads what is theirs with the rights of that moment.
//!
//! Beside it a thread of its own sends webhooks: a receiver that lets us wait must not hold up letters.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use domain::id::PersonId;
use persistence::{StoreError, Tx};
use tokio::sync::watch;

use crate::{app::App, error::AppError, usecase::feed, webhook::deliver};

/// Streams of one person: some pages and devices. A browser has six connections to us, and needs some for pages.
pub const STREAMS_MAX: usize = 4;
/// How often the poller looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often webhooks are looked at when nothing is due.
const SEND_EVERY: Duration = Duration::from_secs(1);
/// After how many turns old deliveries are forgotten: about every hour.
const PRUNE_AFTER_TURNS: u32 = 3_600;

/// How far the feed is, and which edition of the directory counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pulse {
    /// The last place that was given.
    pub head: i64,
    /// Counts up when people, roles or units change: rights must be looked at again.
    pub directory: i64,
    /// True when the process ends: every stream ends at once.
    pub is_over: bool,
}

/// Where listeners are woken. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub {
    pulse: Arc<watch::Sender<Pulse>>,
    open: Arc<Mutex<HashMap<PersonId, usize>>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            pulse: Arc::new(watch::Sender::new(Pulse::default())),
            open: Arc::default(),
        }
    }
}

/// A listener's seat; given back when it is dropped.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    person: PersonId,
}

impl Hub {
    /// Takes a seat for a person, unless all of theirs are taken.
    pub fn sit(&self, person: PersonId) -> Option<Seat> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = open.entry(person).or_default();
        if *seats >= STREAMS_MAX {
            return None;
        }
        *seats += 1;
        Some(Seat {
            hub: self.clone(),
            person,
        })
    }

    /// Wakes who listens, if something is new.
    pub fn tell(&self, head: i64, directory: i64) {
        self.pulse.send_if_modified(|pulse| {
            let is_new = pulse.head != head || pulse.directory != directory;
            pulse.head = head;
            pulse.directory = directory;
            is_new
        });
    }

    /// Ends every stream.
    pub fn end(&self) {
        self.pulse.send_modify(|pulse| pulse.is_over = true);
    }

    /// Listens from now on.
    pub fn listen(&self) -> watch::Receiver<Pulse> {
        self.pulse.subscribe()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let open = &self.hub.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seats) = open.get_mut(&self.person) {
            *seats = seats.saturating_sub(1);
            if *seats == 0 {
                open.remove(&self.person);
            }
        }
    }
}

/// One look of the poller.
pub async fn look(app: &App) -> Result<(), AppError> {
    feed::number(app).await?;
    let zone = app.zone;
    let (head, directory) = app
        .store
        .read(async |tx: &mut Tx| {
            let head = tx.feed_head(zone).await?;
            Ok::<_, StoreError>((head, tx.directory_edition(zone).await?))
        })
        .await?;
    app.live.tell(head, directory);
    Ok(())
}

/// The threads; they end when this is dropped, after the turn they are in.
#[derive(Debug)]
pub struct Running {
    stops: Vec<mpsc::SyncSender<()>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stops.clear();
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

/// Starts the poller and the sender of webhooks.
pub fn start(app: &App) -> std::io::Result<Running> {
    let mut running = Running {
        stops: Vec::new(),
        threads: Vec::new(),
    };
    let poller = app.clone();
    running.spawn("live", LOOK_EVERY, move |runtime, _turn| {
        match runtime.block_on(look(&poller)) {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "the feed could not be looked at"),
        }
        false
    })?;
    let sender = app.clone();
    let worker = app.ids.key(app.now());
    running.spawn("webhooks", SEND_EVERY, move |runtime, turn| {
        if turn % PRUNE_AFTER_TURNS == 0
            && let Err(error) = runtime.block_on(deliver::prune(&sender))
        {
            tracing::warn!(%error, "old deliveries could not be removed");
        }
        match runtime.block_on(deliver::turn(&sender, worker)) {
            Ok(sent) => {
                if sent.tried > 0 {
                    tracing::info!(tried = sent.tried, taken = sent.taken, "webhooks");
                }
                sent.has_more
            }
            Err(error) => {
                tracing::error!(%error, "a turn of the webhooks failed");
                false
            }
        }
    })?;
    Ok(running)
}

impl Running {
    /// A thread that works, waits for `pause` unless there is more to do at once, and works again.
    fn spawn(
        &mut self,
        name: &str,
        pause: Duration,
        work: impl Fn(&tokio::runtime::Runtime, u32) -> bool + Send + 'static,
    ) -> std::io::Result<()> {
        let (stop, stopped) = mpsc::sync_channel::<()>(1);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let run = move || {
            for turn in (0..u32::MAX).cycle() {
                let worked = std::panic::AssertUnwindSafe(|| work(&runtime, turn));
                let has_more = std::panic::catch_unwind(worked).unwrap_or_else(|_panic| {
                    tracing::error!("a turn panicked");
                    false
                });
                let pause = if has_more { Duration::ZERO } else { pause };
                match stopped.recv_timeout(pause) {
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(run)?;
        self.stops.push(stop);
        self.threads.push(thread);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_has_four_seats_and_gets_them_back() {
        let (hub, person) = (Hub::default(), PersonId(Uuid::from_u128(1)));
        let mut seats: Vec<Seat> = (0..STREAMS_MAX).map(|_| hub.sit(person).unwrap()).collect();
        assert!(hub.sit(person).is_none());
        assert!(hub.sit(PersonId(Uuid::from_u128(2))).is_some());
        seats.pop();
        assert!(hub.sit(person).is_some());
        seats.clear();
        assert!(hub.open.lock().unwrap().is_empty());
    }

    #[test]
    fn only_what_is_new_wakes() {
        let hub = Hub::default();
        let listener = hub.listen();
        hub.tell(0, 0);
        assert!(!listener.has_changed().unwrap());
        hub.tell(1, 0);
        assert!(listener.has_changed().unwrap());
    }
}
