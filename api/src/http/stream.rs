//! Events as they happen (server-sent events). A line says that something has changed and where, never what: who
//! wants to know asks again, and rights are looked at then too.

use std::{collections::VecDeque, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{self, Bytes, Data},
};
use domain::{
    access::{Actor, Permission},
    id::{PersonId, ProjectId},
};
use futures_util::stream;
use persistence::{
    Tx,
    feed::{FeedLine, FeedPage},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::Instant};
use utoipa::IntoParams;

use super::{
    access::{Allowed, ReadProject},
    problem::{ApiError, Problem},
};
use crate::{
    app::App,
    error::AppError,
    live::{Pulse, Seat},
    usecase::{account, feed},
};

/// A comment at least this often: proxies close what is silent. Rights are looked at as often.
const BEAT: Duration = Duration::from_secs(15);
/// What the client waits before it comes again, in milliseconds.
const RETRY_MILLIS: u32 = 5_000;
/// Lines that are sent to who comes again; who missed more asks anew.
const REPLAYED_MAX: i64 = 500;
/// How long a stream lasts, as long as an access token: who comes again shows that it is still good.
const LIFETIME: Duration = Duration::from_mins(10);

/// What to listen to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StreamQuery {
    /// `project:prj_...`, `desk` or `board`; must be said.
    pub topic: Option<String>,
}

/// What somebody listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Project(ProjectId),
    Desk,
    Board,
}

impl Topic {
    fn parse(typed: &str) -> Option<Self> {
        match typed {
            "desk" => Some(Self::Desk),
            "board" => Some(Self::Board),
            other => {
                let id = other.strip_prefix("project:")?;
                Some(Self::Project(id.parse().ok()?))
            }
        }
    }

    fn project(self) -> Option<ProjectId> {
        match self {
            Self::Project(project) => Some(project),
            Self::Desk | Self::Board => None,
        }
    }

    fn permission(self) -> Permission {
        match self {
            Self::Project(_) => Permission::ReadProject,
            Self::Desk => Permission::ReadDesk,
            Self::Board => Permission::ReadBoard,
        }
    }
}

/// Says what changes in a project, on the desk or on the board while the caller listens. `id` is the place in the
/// event log: who comes again with `Last-Event-ID` hears what was missed, or `reset` when that is too much.
#[utoipa::path(tag = "events", operation_id = "streamEvents",
    params(StreamQuery, ("Last-Event-ID" = Option<i64>, Header, description = "The last `id` that was heard")),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
#[get("/events/stream")]
pub(crate) async fn stream_events(
    app: Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    Ok(open(app, allowed.actor, &request, true).await?)
}

/// Opens a stream. Programs hear names, pages need none.
pub(crate) async fn open(
    app: Data<App>,
    actor: Actor,
    request: &HttpRequest,
    is_named: bool,
) -> Result<HttpResponse, AppError> {
    let malformed = |detail: &str| AppError::Malformed {
        detail: detail.into(),
    };
    let query = web::Query::<StreamQuery>::from_query(request.query_string());
    let query = query.map_err(|error| malformed(&error.to_string()))?;
    let topic = Topic::parse(query.topic.as_deref().unwrap_or_default())
        .ok_or_else(|| malformed("topic: project:prj_..., desk or board"))?;
    let last = match request.headers().get("Last-Event-ID") {
        None => None,
        Some(typed) => {
            let typed = typed.to_str().ok().and_then(|typed| typed.parse().ok());
            let typed = typed.filter(|last: &i64| *last >= 0);
            Some(typed.ok_or_else(|| malformed("Last-Event-ID: the place of an event"))?)
        }
    };
    require(&app, &actor, topic).await?;
    let seat = app
        .live
        .sit(actor.person)
        .ok_or(AppError::TooManyTries { seconds: 5 })?;
    let listener = Listener::start(app, (actor.person, topic), last, (seat, is_named)).await?;
    let body = stream::unfold(listener, |mut listener| async {
        let said = listener.next().await?;
        Some((Ok::<_, actix_web::Error>(said), listener))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(body))
}

/// Refuses a topic that is not the actor's.
async fn require(app: &App, actor: &Actor, topic: Topic) -> Result<(), AppError> {
    let permission = topic.permission();
    if !actor.may(permission) {
        return Err(AppError::Forbidden(permission));
    }
    if let Topic::Project(id) = topic {
        let zone = app.zone;
        let held = app
            .store
            .read(async |tx: &mut Tx| tx.project(zone, id).await)
            .await?;
        if !actor.may_on_project(permission, &held.project) {
            return Err(AppError::Absent);
        }
    }
    Ok(())
}

/// Somebody who listens.
struct Listener {
    app: Data<App>,
    person: PersonId,
    topic: Topic,
    is_named: bool,
    pulse: watch::Receiver<Pulse>,
    /// Everything up to this place was said, or is not this listener's.
    position: i64,
    waiting: VecDeque<String>,
    next_beat: Instant,
    ends_at: Instant,
    _seat: Seat,
}

/// What a line says: keys alone.
#[derive(Serialize)]
struct Said<'a> {
    id: &'a str,
    project: &'a str,
    stage: Option<&'a str>,
    seq: i64,
}

impl Listener {
    async fn start(
        app: Data<App>,
        (person, topic): (PersonId, Topic),
        last: Option<i64>,
        (seat, is_named): (Seat, bool),
    ) -> Result<Self, AppError> {
        let mut pulse = app.live.listen();
        pulse.mark_unchanged();
        let (zone, now) = (app.zone, Instant::now());
        feed::number(&app).await?;
        let head = async |tx: &mut Tx| tx.feed_head(zone).await;
        let head = app.store.read(head).await?;
        // A place that was never given is of another database, perhaps before a restore.
        let is_foreign = last.is_some_and(|last| last > head);
        let position = last.filter(|_| !is_foreign).unwrap_or(head);
        let mut waiting = VecDeque::from([format!("retry: {RETRY_MILLIS}\nid: {position}\n\n")]);
        if is_foreign {
            waiting.push_back(reset(head));
        }
        let mut listener = Self {
            app,
            person,
            topic,
            is_named,
            pulse,
            position,
            waiting,
            next_beat: now + BEAT,
            ends_at: now + LIFETIME,
            _seat: seat,
        };
        if position != head && !listener.hear().await? {
            return Err(AppError::Unknown);
        }
        Ok(listener)
    }

    /// What is to be said next; `None` when the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(said) = self.waiting.pop_front() {
                return Some(Bytes::from(said));
            }
            if self.pulse.borrow().is_over || Instant::now() >= self.ends_at {
                return None;
            }
            let is_beat = match tokio::time::timeout_at(self.next_beat, self.pulse.changed()).await
            {
                Err(_elapsed) => true,
                Ok(Ok(())) => false,
                Ok(Err(_no_more)) => return None,
            };
            // What cannot be read now ends the stream; the client comes again and hears it then.
            if self.pulse.borrow_and_update().is_over || !self.hear().await.ok()? {
                return None;
            }
            if is_beat {
                self.next_beat = Instant::now() + BEAT;
                self.waiting
                    .push_back(format!(":\nid: {}\n\n", self.position));
            }
        }
    }

    /// Reads what is new with the rights of this moment; false for one who has lost them.
    async fn hear(&mut self) -> Result<bool, AppError> {
        let Some(actor) = account::find_actor(&self.app, self.person).await? else {
            return Ok(false);
        };
        if require(&self.app, &actor, self.topic).await.is_err() {
            return Ok(false);
        }
        let after = (self.position, REPLAYED_MAX);
        let page = feed::events(&self.app, &actor, self.topic.project(), after).await?;
        self.say(&page);
        Ok(true)
    }

    fn say(&mut self, page: &FeedPage) {
        if page.has_more {
            // Too much was missed to be told: ask anew.
            self.position = self.pulse.borrow().head.max(page.next);
            self.waiting.push_back(reset(self.position));
            return;
        }
        for line in &page.lines {
            self.waiting.push_back(frame(line, self.is_named));
        }
        self.position = page.next;
    }
}

/// Tells a client to ask for everything anew, and to go on behind `head`.
fn reset(head: i64) -> String {
    format!("event: reset\nid: {head}\ndata: {{}}\n\n")
}

/// One event as it is sent.
fn frame(found: &FeedLine, is_named: bool) -> String {
    let event = &found.line.event;
    let stage = event.stage.map(|stage| stage.to_string());
    let data = Said {
        id: &found.id.to_string(),
        project: &found.project.to_string(),
        stage: stage.as_deref(),
        seq: found.line.seq,
    };
    // Keys are letters and digits: this cannot fail.
    let data = serde_json::to_string(&data).unwrap_or_default();
    let name = if is_named {
        format!("event: {}\n", event.fact.name())
    } else {
        String::new()
    };
    format!("id: {}\n{name}data: {data}\n\n", found.position)
}
