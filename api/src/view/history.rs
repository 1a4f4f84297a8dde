//! Lines of the record, as far as the one who looks may read them.

mod change;
mod detail;

use domain::{
    alert::Alert,
    card::Card,
    event::{Author, Event, Fact, Visibility},
    project::Project,
};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use self::detail::detail;
pub use self::{
    change::{ChangeView, changes},
    detail::Detail,
};
use super::{
    name::StageRef,
    progress::ProgressLine,
    schema,
    setting::{Setting, Viewer},
};

/// A line of the record with its number and the time the server wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its number in the record.
    pub seq: u64,
    /// The line.
    pub event: Event,
    /// When the server wrote it.
    pub recorded_at: OffsetDateTime,
}

/// What happened to a project, as far as a view needs it.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The lines of the record that are to be shown.
    pub records: &'a [RecordedEvent],
    /// Lines that say why a clock of the project stopped.
    pub stops: &'a [RecordedEvent],
    /// Which rungs fired.
    pub alerts: &'a [Alert],
    /// Its cards.
    pub cards: &'a [Card],
}

/// A line as shown. What a kind does not have is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryLine {
    /// Its number in the record.
    pub seq: u64,
    /// The kind of fact, for example `clock_stopped`.
    #[schema(value_type = schema::EventKind)]
    pub kind: &'static str,
    /// The stage, if it is about one.
    pub stage: Option<StageRef>,
    /// Who made it happen.
    #[schema(value_type = schema::Author)]
    pub author: AuthorView,
    /// When it is said to have happened.
    #[serde(with = "time::serde::rfc3339")]
    pub happened_at: OffsetDateTime,
    /// The local day of that.
    pub happened_on: Date,
    /// When the server wrote it.
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_at: OffsetDateTime,
    /// 补录
    pub is_late_entry: bool,
    /// True for a line that only staff may read.
    pub is_internal: bool,
    /// The particulars.
    #[serde(flatten)]
    pub detail: Detail,
}

/// Who made something happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", content = "name", rename_all = "snake_case")]
pub enum AuthorView {
    /// A person, by name; `None` where the name is not shown.
    Person(Option<String>),
    /// The sweep.
    System,
    /// Another system.
    Import,
}

/// The lines of `records` that the viewer may read, newest first. A guest reads what happened, not what
/// was written about it.
pub fn history_lines(
    records: &[RecordedEvent],
    project: &Project,
    setting: &Setting<'_>,
) -> Vec<HistoryLine> {
    let sees_internal = setting.viewer.sees_internal(project);
    let mut lines: Vec<HistoryLine> = records
        .iter()
        .filter(|record| sees_internal || record.event.fact.visibility() == Visibility::Public)
        .map(|record| history_line(record, project, setting))
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.happened_at, line.seq)));
    lines
}

fn history_line(record: &RecordedEvent, project: &Project, setting: &Setting<'_>) -> HistoryLine {
    let event = &record.event;
    let is_guest = *setting.viewer == Viewer::Guest;
    let stage = event.stage.and_then(|id| project.stage(id));
    let name_of = |id| setting.people.get(&id).map(|person| person.name.clone());
    let mut detail = detail(&event.fact);
    detail.progress = ProgressLine::of(&event.fact);
    if let Fact::StageAssigned { officer } = event.fact {
        detail.officer = name_of(officer);
    }
    if let Fact::StewardAssigned { new, .. } | Fact::LeadAssigned { new, .. } = event.fact {
        detail.officer = name_of(new);
    }
    detail.changes = changes(&event.fact, name_of);
    if let Fact::ForecastMoved { target, .. } = event.fact {
        let target = project.stage(target);
        detail.target = target.map(|stage| setting.stage(project, stage));
    }
    if is_guest {
        detail.text = None;
        detail.source = None;
        detail.changes = None;
        detail.progress = detail.progress.map(ProgressLine::without_words);
    }
    HistoryLine {
        seq: record.seq,
        kind: event.fact.kind(),
        stage: stage.map(|stage| setting.stage(project, stage)),
        author: match event.author {
            Author::Person(_) if is_guest => AuthorView::Person(None),
            Author::Person(id) => AuthorView::Person(name_of(id)),
            Author::System => AuthorView::System,
            Author::Import => AuthorView::Import,
        },
        happened_at: event.happened_at,
        happened_on: setting.office.time.day_of(event.happened_at),
        recorded_at: record.recorded_at,
        is_late_entry: event.is_late_entry,
        is_internal: event.fact.visibility() == Visibility::Internal,
        detail,
    }
}

/// What a fact says besides its kind, without the names of people.
pub fn particulars(fact: &Fact) -> Detail {
    let mut said = detail(fact);
    said.progress = ProgressLine::of(fact);
    said.changes = changes(fact, |_id| None);
    said
}

/// What the investor was last told when the clock of a stage stopped.
pub fn last_stop_text(records: &[RecordedEvent], stage: domain::id::StageId) -> Option<String> {
    let mut last = None;
    for record in records {
        if let Fact::ClockStopped { text, .. } = &record.event.fact
            && record.event.stage == Some(stage)
        {
            last = last.max(Some((record.seq, text.as_str())));
        }
    }
    last.map(|(_, text)| text.to_owned())
}
