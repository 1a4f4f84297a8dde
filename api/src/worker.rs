//! What runs by itself: planning anew after a change of calendar, the sweep, the delivery, then tidying up.
//!
//! One plain thread waits for a poke, the next tick or the end. No turn takes input, and none retries by
//! itself: what a turn missed, the next one finds, because it is all in the database.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use notifications::{
    deliver::{self, Delivered, Post},
    mailer::Mailer,
    sweep::{self, Swept},
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use crate::{
    app::App,
    audit::{outlet, refusals, seal, status},
    http::idempotency,
    usecase::{
        calendar::{
            self,
            replan::{self, Pace, Planned},
        },
        count,
        job::{self, Worked},
        sign_in, token,
    },
};

/// Wakes the worker, and knows when its last turn ended well. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Poke {
    signal: Option<mpsc::SyncSender<Signal>>,
    last_turn: Arc<Mutex<Option<OffsetDateTime>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    Turn,
    End,
}

impl Poke {
    /// Asks for a turn now. If one is asked for already, or there is no worker, nothing happens: the next
    /// tick finds the work.
    pub fn poke(&self) {
        if let Some(signal) = &self.signal {
            let _already_asked = signal.try_send(Signal::Turn);
        }
    }

    /// When the last turn ended well.
    pub fn last_turn(&self) -> Option<OffsetDateTime> {
        *self
            .last_turn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, at: OffsetDateTime) {
        *self
            .last_turn
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(at);
    }
}

/// A worker that is not started yet: its poke is needed to build the [`App`] that it will work on.
#[derive(Debug)]
pub struct Prepared {
    /// For the [`App`].
    pub poke: Poke,
    signals: mpsc::Receiver<Signal>,
    stop: mpsc::SyncSender<Signal>,
}

/// A running worker; it ends when this is dropped, after the turn it is in.
#[derive(Debug)]
pub struct Running {
    stop: mpsc::SyncSender<Signal>,
    thread: Option<thread::JoinHandle<()>>,
}

/// Signals that may wait: one turn and one end.
const SIGNALS_MAX: usize = 2;

/// Prepares a worker.
pub fn prepare() -> Prepared {
    let (stop, signals) = mpsc::sync_channel(SIGNALS_MAX);
    let poke = Poke {
        signal: Some(stop.clone()),
        last_turn: Arc::default(),
    };
    Prepared {
        poke,
        signals,
        stop,
    }
}

impl Prepared {
    /// Starts the thread; a turn at once, then one at least every `interval`.
    pub fn start(
        self,
        app: App,
        mailer: Arc<Mailer>,
        interval: Duration,
    ) -> std::io::Result<Running> {
        let Self {
            poke,
            signals,
            stop,
        } = self;
        let work = move || {
            let worker = app.ids.key(app.now());
            loop {
                guarded_turn(&app, &mailer, worker, &poke);
                match signals.recv_timeout(interval) {
                    Ok(Signal::Turn) | Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Ok(Signal::End) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let thread = thread::Builder::new().name("worker".into()).spawn(work)?;
        Ok(Running {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _full_or_gone = self.stop.try_send(Signal::End);
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// A turn whose failure, or panic, is logged once and does not end the worker.
fn guarded_turn(app: &App, mailer: &Mailer, worker: uuid::Uuid, poke: &Poke) {
    let work = std::panic::AssertUnwindSafe(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Broken {
                reason: error.to_string(),
            })?
            .block_on(turn(app, mailer, worker))
    });
    match std::panic::catch_unwind(work) {
        Ok(Ok(done)) => {
            poke.note(app.now());
            done.log();
        }
        Ok(Err(error)) => tracing::error!(%error, "a turn of the worker failed"),
        Err(_panic) => tracing::error!("a turn of the worker panicked"),
    }
}

/// What a turn did.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// The sweep.
    pub swept: Swept,
    /// The delivery.
    pub delivered: Delivered,
    /// A change of calendar.
    pub planned: Planned,
    /// Jobs.
    pub worked: Worked,
}

impl Turn {
    fn log(&self) {
        let (fired, sent) = (self.swept.fired.len(), self.delivered.sent);
        if fired + sent > 0 {
            tracing::info!(fired, queued = self.swept.queued, sent, "worker");
        }
        let Planned {
            projects, moved, ..
        } = self.planned;
        if projects > 0 {
            tracing::info!(projects, moved, "a change of calendar");
        }
        let Worked { batches, ended, .. } = self.worked;
        if batches > 0 {
            tracing::info!(batches, ended, "jobs");
        }
        let dead = self.delivered.dead;
        if self.swept.gaps + self.swept.unheard + dead > 0 || self.delivered.is_relay_down {
            let (gaps, unheard) = (self.swept.gaps, self.swept.unheard);
            let is_relay_down = self.delivered.is_relay_down;
            tracing::warn!(
                gaps,
                unheard,
                dead,
                is_relay_down,
                "the worker needs attention"
            );
        }
    }
}

/// One turn: go on with a change of calendar, sweep, deliver, go on with jobs, remove what has expired.
pub async fn turn(app: &App, mailer: &Mailer, worker: uuid::Uuid) -> Result<Turn, StoreError> {
    // What is wrong with a calendar must not keep anybody from being told of anything else.
    let planned = match replan::advance(app, Pace::default()).await {
        Ok(planned) => planned,
        Err(error) => {
            tracing::error!(%error, "a change of calendar does not go on");
            Planned::default()
        }
    };
    let (swept, delivered) = tell(app, mailer, worker).await?;
    // What is wrong with one job must not keep anybody from being told of anything.
    let jobs = match job::advance(app, job::Pace::default()).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "jobs do not go on");
            Worked::default()
        }
    };
    let is_derived = derive(app).await?;
    tidy(app).await?;
    look_after_records(app).await;
    count_figures(app).await;
    warn_of_calendar(app).await;
    if planned.has_more || jobs.has_more || !is_derived {
        app.poke.poke();
    }
    Ok(Turn {
        swept,
        delivered,
        planned,
        worked: jobs,
    })
}

/// Finds whom to tell, and sends what is due.
async fn tell(
    app: &App,
    mailer: &Mailer,
    worker: uuid::Uuid,
) -> Result<(Swept, Delivered), StoreError> {
    let swept = watched_sweep(app).await?;
    if let Err(error) = sign_in::queue_letters(app).await {
        tracing::error!(%error, "the letters of sign-ins could not be queued");
    }
    let post = Post {
        store: &app.store,
        zone: app.zone,
        mailer,
        postmark: &app.postmark,
        worker,
        now: &|| app.now(),
        uptime: &|| app.clock.uptime(),
    };
    Ok((swept, deliver::deliver(&post).await?))
}

/// Removes what has expired.
async fn tidy(app: &App) -> Result<(), StoreError> {
    if let Err(error) = sign_in::prune(app).await {
        tracing::warn!(%error, "old sign-ins could not be removed");
    }
    // What nobody asks for any more must not keep a turn from ending well.
    if let Err(error) = calendar::prune_previews(app).await {
        tracing::warn!(%error, "an old preview could not be removed");
    }
    let (zone, now) = (app.zone, app.now());
    let (asked, ended) = (now - idempotency::KEPT, now - job::KEPT);
    app.store
        .write(async move |tx: &mut Tx| {
            tx.prune_receipts(zone, asked).await?;
            tx.prune_paces(zone, now).await?;
            tx.prune_jobs(zone, ended).await
        })
        .await?;
    Ok(())
}

/// Keys, and the records of what was done and refused. What was done stands; that it is sealed later than it
/// should is for the log.
async fn look_after_records(app: &App) {
    if let Err(error) = token::turn(app).await {
        tracing::error!(%error, "keys and tokens were not looked after");
    }
    if let Err(error) = refusals::flush(app).await {
        tracing::error!(%error, "what was refused could not be recorded");
    }
    if let Err(error) = seal::seal(app).await {
        tracing::error!(%error, "no checkpoint could be made");
    }
    if let Err(error) = outlet::publish(app).await {
        tracing::error!(%error, "checkpoints could not be sent");
    }
    if let Err(error) = status::go_on(app).await {
        tracing::error!(%error, "the security record could not be checked");
    }
}

/// A pause between sweeps that is longer than this is an outage. A restart takes seconds, a migration minutes.
const OUTAGE_MIN: time::Duration = time::Duration::hours(1);

/// A sweep that all replicas know of. What fires after a time without any says that it is late.
async fn watched_sweep(app: &App) -> Result<Swept, StoreError> {
    let (zone, at) = (app.zone, app.now());
    let swept_at = app
        .store
        .read(async |tx: &mut Tx| tx.swept_at(zone).await)
        .await?;
    if let Some(began_at) = swept_at.filter(|&swept_at| at - swept_at > OUTAGE_MIN) {
        app.store
            .write(async move |tx: &mut Tx| tx.note_outage(zone, (began_at, at)).await)
            .await?;
        tracing::warn!("no sweep had ended well for long: letters will say that they are late");
    }
    let swept = sweep::sweep(&app.store, zone, at).await?;
    app.store
        .write(async move |tx: &mut Tx| tx.note_sweep(zone, at).await)
        .await?;
    Ok(swept)
}

/// Stages whose columns are derived in one turn: a commit that no request waits long for.
const DERIVED_MAX: i64 = 500;

/// Derives what lists look for of stages that an earlier version kept; true when there are no more.
async fn derive(app: &App) -> Result<bool, StoreError> {
    let zone = app.zone;
    let is_done = app
        .store
        .read(async |tx: &mut Tx| Ok::<_, StoreError>(!tx.has_underived_stages(zone).await?))
        .await?;
    if is_done {
        return Ok(true);
    }
    let derived = app
        .store
        .write(async move |tx: &mut Tx| {
            let office = tx.office(zone).await?.office.clone();
            tx.derive_stages(&office, DERIVED_MAX).await
        })
        .await?;
    Ok(i64::try_from(derived).unwrap_or_default() < DERIVED_MAX)
}

/// Says once a day that the published years end soon, or have ended.
async fn warn_of_calendar(app: &App) {
    let zone = app.zone;
    let office = app
        .store
        .read(async |tx: &mut Tx| tx.office(zone).await)
        .await;
    let Ok(office) = office else {
        return;
    };
    let (calendar, today) = (
        &office.office.calendar,
        office.office.time.day_of(app.now()),
    );
    if calendar.is_coverage_ending(today) && app.is_first_warning(today) {
        let provisional_from = calendar.provisional_from(today).map(|day| day.to_string());
        tracing::warn!(
            provisional_from,
            "the working calendar ends soon: import the next year"
        );
    }
}

/// How long the figures of the front page stay good. Counting reads whole tables.
const FIGURES_AGE_MAX: time::Duration = time::Duration::minutes(5);

/// Counts the figures of the front page anew when they are old. A failure leaves the old ones.
async fn count_figures(app: &App) {
    let (counted_at, _) = app.figures();
    let now = app.now();
    if counted_at.is_none_or(|at| now - at > FIGURES_AGE_MAX) {
        match count::figures(app).await {
            Ok(figures) => app.keep_figures((Some(now), figures)),
            Err(error) => tracing::warn!(%error, "the figures could not be counted"),
        }
    }
}
