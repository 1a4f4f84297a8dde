//! What every request works with.

use std::sync::{Arc, PoisonError};

use domain::id::ZoneId;
use notifications::deliver::Postmark;
use persistence::Store;
use time::{Date, OffsetDateTime};

use crate::{clock::Clock, ids::Ids, keys::Keys, password::Passwords, token::Tokens};

/// The application: where things are kept, what time it is, and the secrets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// The figures of the front page, and when they were counted.
pub type Figures = (Option<OffsetDateTime>, crate::view::home::HomeView);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Inner {
    /// Where things are kept.
    pub store: Store,
    /// The zone this deployment serves.
    pub zone: ZoneId,
    /// What time it is.
    pub clock: Clock,
    /// New keys and secrets.
    pub ids: Ids,
    /// Secrets of the deployment.
    pub keys: Keys,
    /// Access tokens.
    pub tokens: Tokens,
    /// Hashing of passwords.
    pub passwords: Passwords,
    /// How people sign in.
    pub sign_in: crate::config::SignIn,
    /// The figures of the front page, counted by the worker now and then.
    pub figures: std::sync::Mutex<Figures>,
    /// The last day on which the log said that the calendar ends.
    pub warned_on: std::sync::Mutex<Option<Date>>,
    /// What letters have in common; also where the pages are.
    pub postmark: Postmark,
    /// Pokes the worker after a write, so that letters do not wait for the next tick.
    pub poke: crate::worker::Poke,
    /// Checkpoints over all records.
    pub audit: crate::audit::Audit,
    /// Wakes who listens to what happens.
    pub live: crate::live::Hub,
    /// Sends events to addresses outside.
    pub webhooks: crate::webhook::client::Client,
    /// The identity provider at which staff may sign in, if there is one.
    pub oidc: Option<crate::oidc::Provider>,
    /// Set in the demonstration.
    pub demo: Option<crate::demo::Demo>,
    /// Requests with a key that this process carries out now.
    pub running: crate::http::idempotency::Running,
    /// Whom to tell of a weakness.
    pub security_contact: Option<String>,
    /// Full exports that run.
    pub dumps: crate::dump::Turnstile,
    /// What stands before every request.
    pub gate: crate::gate::Gate,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The time, read once per request by whoever needs it.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The figures of the front page, as last counted.
    pub fn figures(&self) -> Figures {
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when nobody was warned of the calendar on `today`; from now on somebody was.
    pub fn is_first_warning(&self, today: Date) -> bool {
        let mut warned_on = self
            .warned_on
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        warned_on.replace(today) != Some(today)
    }

    /// Keeps newly counted figures.
    pub fn keep_figures(&self, figures: Figures) {
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner) = figures;
    }
}
