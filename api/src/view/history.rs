//! Lines of the record, as far as the one who looks may read them.

use domain::{
    alert::Alert,
    card::Card,
    clock::StopReason,
    code::CardNumber,
    event::{Author, Event, Fact, Visibility},
    ladder::Rung,
    project::Project,
    text::Prose,
};
use serde::Serialize;
use time::{Date, OffsetDateTime};

use super::{
    name::StageRef,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryLine {
    /// Its number in the record.
    pub seq: u64,
    /// The kind of fact, for example `clock_stopped`.
    pub kind: &'static str,
    /// The stage, if it is about one.
    pub stage: Option<StageRef>,
    /// Who made it happen.
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

/// The particulars of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Detail {
    /// What somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why a clock stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<StopReason>,
    /// The promise, or the day from which a rung was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// The day before it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_on: Option<Date>,
    /// The day after it moved, or a supervisor's new date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_on: Option<Date>,
    /// The expected day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_on: Option<Date>,
    /// Which rung.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rung: Option<Rung>,
    /// Who became responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// From which system or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Days that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// True for a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_granted: Option<bool>,
    /// The version of the working calendar before it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_version: Option<u32>,
    /// The version of the working calendar after it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_version: Option<u32>,
    /// The number of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// Finished after the promise; a rung that was only carried over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_late: Option<bool>,
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
    if let Fact::StageAssigned { officer } = event.fact {
        detail.officer = name_of(officer);
    }
    if is_guest {
        detail.text = None;
        detail.source = None;
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

impl Detail {
    fn text(self, text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..self
        }
    }

    fn say(self, text: Option<&Prose>) -> Self {
        match text {
            Some(text) => self.text(text.as_str()),
            None => self,
        }
    }

    fn reason(self, reason: StopReason) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }

    fn days(self, days: u16) -> Self {
        Self {
            days: Some(days),
            ..self
        }
    }

    fn old_date(self, old_on: Option<Date>) -> Self {
        Self { old_on, ..self }
    }

    fn granted(self, is_granted: bool) -> Self {
        Self {
            is_granted: Some(is_granted),
            ..self
        }
    }

    fn due(self, due_on: Option<Date>) -> Self {
        Self { due_on, ..self }
    }

    fn new_date(self, new_on: Option<Date>) -> Self {
        Self { new_on, ..self }
    }

    fn expected(self, expected_on: Option<Date>) -> Self {
        Self {
            expected_on,
            ..self
        }
    }

    fn rung(self, rung: Rung) -> Self {
        Self {
            rung: Some(rung),
            ..self
        }
    }

    fn card(self, number: Option<CardNumber>) -> Self {
        Self {
            card: number.map(|number| number.to_string()),
            ..self
        }
    }

    fn late(self, is_late: bool) -> Self {
        Self {
            is_late: Some(is_late),
            ..self
        }
    }
}

/// The particulars of rungs, of answers to them, and of cards.
fn of_oversight(fact: &Fact) -> Detail {
    let none = Detail::default();
    let of_card = |number: CardNumber, text: &Prose| {
        let rung = number.level().rung();
        let none = Detail::default();
        none.rung(rung).card(Some(number)).text(text.as_str())
    };
    if let Fact::RungFired {
        rung,
        due_on,
        is_carried,
        card,
        ..
    } = fact
    {
        let fired = none.rung(*rung).due(Some(*due_on));
        fired.late(*is_carried).card(*card)
    } else if let Fact::AlertAcknowledged {
        rung,
        instruction,
        new_date,
    } = fact
    {
        let said = none.rung(*rung).text(instruction.as_str());
        said.new_date(Some(*new_date))
    } else if let Fact::CardExplained {
        number,
        text,
        alternative_on,
    } = fact
    {
        of_card(*number, text).new_date(*alternative_on)
    } else if let Fact::CardAppealed { number, text }
    | Fact::CardWithdrawn { number, text }
    | Fact::CardAppealRejected { number, text } = fact
    {
        of_card(*number, text)
    } else {
        none
    }
}

fn detail(fact: &Fact) -> Detail {
    let none = Detail::default();
    match fact {
        Fact::ProjectAdmitted { .. }
        | Fact::StageReady
        | Fact::StageAssigned { .. }
        | Fact::ExtensionLapsed
        | Fact::ProjectClosed => none,
        Fact::ProjectImported { source, .. } => Detail {
            source: Some(source.clone()),
            ..none
        },
        Fact::StageAccepted { due_on, .. } => none.due(*due_on),
        Fact::ProgressNoted {
            text, expected_on, ..
        } => none.text(text.as_str()).expected(*expected_on),
        Fact::WorkRecorded { activity, due_on } => none.text(activity).due(*due_on),
        Fact::ClockStopped {
            reason,
            resumed_on,
            expected_on,
            text,
            ..
        } => none
            .reason(*reason)
            .text(text.as_str())
            .expected(*expected_on)
            .new_date(*resumed_on),
        Fact::ClockResumed { text, .. } => none.say(text.as_ref()),
        Fact::StopAnswered { agrees, text } => none.say(text.as_ref()).granted(*agrees),
        Fact::ExtensionRequested {
            days,
            text,
            proposed_on,
            ..
        } => none
            .days(*days)
            .text(text.as_str())
            .new_date(Some(*proposed_on)),
        Fact::ExtensionDecided {
            is_granted,
            days,
            text,
        } => none.days(*days).say(text.as_ref()).granted(*is_granted),
        Fact::CalendarChanged { from, to, .. } => Detail {
            from_version: Some(*from),
            to_version: Some(*to),
            ..none
        },
        Fact::DeadlineMoved { old, new, .. } | Fact::StatutoryMoved { old, new } => {
            none.old_date(*old).new_date(*new)
        }
        Fact::DeadlineUnknown { cause } => none.text(cause),
        Fact::StageCompleted { result, is_late } => none.say(result.as_ref()).late(*is_late),
        Fact::RungFired { .. }
        | Fact::AlertAcknowledged { .. }
        | Fact::CardExplained { .. }
        | Fact::CardAppealed { .. }
        | Fact::CardWithdrawn { .. }
        | Fact::CardAppealRejected { .. } => of_oversight(fact),
    }
}
