//! All that is shown of one stage.

use domain::{
    card::{Card, is_taken_back},
    clock::{Clock, Consent, ConsentState, Court, StopReason},
    extension::{Approver, ExtensionReason},
    ladder::{FiredRung, Rung},
    lamp::Lamp,
    limit::Limit,
    project::{Project, Turn},
    schedule::{Outlook, Schedule},
    stage::{Stage, StageState},
    template::Phase,
    text::Bilingual,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    card::{CardView, card_views},
    days::{ClockView, DayUnit, Remaining, clock_view, counted_days, remaining_of, unit_of},
    detail::StageDetail,
    history::{RecordedEvent, last_stop_text},
    name::{PersonView, StageRef, UnitView},
    schema,
    setting::{Setting, Viewer},
};

/// Whose turn it is, since when and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TurnView {
    /// The stage.
    pub stage: StageRef,
    /// Who must act.
    #[schema(value_type = schema::Court)]
    pub party: Court,
    /// The responsible unit.
    pub unit: UnitView,
    /// The responsible officer.
    pub officer: Option<PersonView>,
    /// Since when.
    pub since: Option<Date>,
    /// Until when, if there is a date.
    pub due_on: Option<Date>,
    /// True while a year without a published calendar is part of that date.
    pub is_provisional: bool,
}

/// Whose turn it is within a stage that is shown: its unit and officer stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageTurn {
    /// Who must act.
    #[schema(value_type = schema::Court)]
    pub party: Court,
    /// Since when.
    pub since: Option<Date>,
    /// Until when, if there is a date.
    pub due_on: Option<Date>,
    /// True while a year without a published calendar is part of that date.
    pub is_provisional: bool,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageView {
    /// `stg_...`
    pub id: String,
    /// Its place in the project.
    pub ordinal: u16,
    /// Its code in the template.
    pub code: String,
    /// What people call it.
    #[schema(value_type = schema::Bilingual)]
    pub name: Bilingual,
    /// Where it stands on the spine.
    #[schema(value_type = schema::Phase)]
    pub phase: Phase,
    /// The responsible unit.
    pub unit: UnitView,
    /// The responsible officer.
    pub officer: Option<PersonView>,
    /// How far it is.
    #[schema(value_type = schema::StageState)]
    pub state: StageState,
    /// What its clock shows.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// Whose turn it is; `None` while it waits and when it is finished.
    pub turn: Option<StageTurn>,
    /// The day of acceptance.
    pub started_on: Option<Date>,
    /// The promise first made; never overwritten.
    pub first_promised_on: Option<Date>,
    /// The promise as it stands; while the clock stands the last one known is kept in `last_promised_on`.
    pub promised_on: Option<Date>,
    /// The last promise that was a date.
    pub last_promised_on: Option<Date>,
    /// The last day under the law.
    pub statutory_on: Option<Date>,
    /// When the officer expects to be done.
    pub expected_on: Option<Date>,
    /// The day it was finished.
    pub actual_on: Option<Date>,
    /// When it will begin and end if promises are kept.
    #[schema(value_type = Option<schema::Outlook>)]
    pub outlook: Option<Outlook>,
    /// Working days by which it may end later without moving the next milestone.
    pub float_days: Option<u32>,
    /// True when a day lost here is a day lost on the next milestone.
    pub is_critical: bool,
    /// How far the promise is away; `None` without a date or after the end.
    pub remaining: Option<Remaining>,
    /// True when the calendar gave no answer: the deadline is unknown.
    pub is_deadline_unknown: bool,
    /// True while a year without a published calendar is part of the count: the dates may move.
    pub is_provisional: bool,
    /// What its clock shows in days.
    pub clock: Option<ClockView>,
    /// The promise.
    #[schema(value_type = Option<schema::Limit>)]
    pub promise: Option<Limit>,
    /// Every interval in which the clock stood.
    pub stops: Vec<StopView>,
    /// More time that is asked for and not decided.
    pub extension: Option<ExtensionView>,
    /// What it must use expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ValidityView)]
    pub validity: Option<ValidityView>,
    /// Days that were granted so far.
    pub extended_days: u16,
    /// Unfinished stages that must come first.
    pub waits_for: Vec<StageRef>,
    /// The highest card issued under the present deadline and not taken back.
    #[schema(value_type = Option<schema::Rung>)]
    pub rung: Option<Rung>,
    /// Its cards, the newest and gravest first.
    pub cards: Vec<CardView>,
    /// The rules behind it and what the one who looks may do; with `expand=stages.detail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = StageDetail, required = false)]
    pub detail: Option<Box<StageDetail>>,
}

impl StageView {
    /// When the officer expects to be done, or when the promise lets one expect it; `None` afterwards.
    pub fn planned_on(&self) -> Option<Date> {
        let planned = self.outlook.map(|outlook| outlook.end_on);
        self.expected_on
            .or(planned)
            .filter(|_| self.actual_on.is_none())
    }

    /// The promise first made, if it has moved since.
    pub fn moved_from(&self) -> Option<Date> {
        self.first_promised_on
            .filter(|first| Some(*first) != self.last_promised_on)
    }

    /// The unit in which the promise counts.
    pub fn day_unit(&self) -> DayUnit {
        self.clock
            .as_ref()
            .map_or(DayUnit::WorkingDay, |clock| clock.unit)
    }

    /// The interval in which the clock stands now.
    pub fn open_stop(&self) -> Option<&StopView> {
        self.stops.iter().find(|stop| stop.resumed_on.is_none())
    }
}

/// An interval in which the clock stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StopView {
    /// Why.
    #[schema(value_type = schema::StopReason)]
    pub reason: StopReason,
    /// In whose court the ball lay.
    #[schema(value_type = schema::Court)]
    pub party: Court,
    /// The day of the stop.
    pub stopped_on: Date,
    /// The day of the resume.
    pub resumed_on: Option<Date>,
    /// When it is expected to end.
    pub expected_on: Option<Date>,
    /// Counted days taken out of the limit so far.
    pub days: u32,
    /// What the investor was told; for the open stop only, never for guests.
    pub text: Option<String>,
    /// What the investor says to a stop in its court.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::ConsentState)]
    pub consent: Option<ConsentState>,
    /// The last day on which it may object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Date)]
    pub consent_until: Option<Date>,
}

/// What a stage must use, for how long it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValidityView {
    /// The day of issue.
    pub issued_on: Date,
    /// The last day.
    pub expires_on: Date,
    /// How often it may still be renewed.
    pub renewals_left: u8,
    /// True when the last day has passed and the stage is not finished.
    pub is_over: bool,
}

/// A request for more time that waits for its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExtensionView {
    /// Days, in the unit of the promise.
    pub days: u16,
    /// Why, from the closed list.
    #[schema(value_type = schema::ExtensionReason)]
    pub reason: ExtensionReason,
    /// Why, in own words; never for guests.
    pub text: Option<String>,
    /// The due day if it is granted.
    pub proposed_on: Date,
    /// The day of the request.
    pub requested_on: Date,
    /// Who must decide.
    #[schema(value_type = schema::Approver)]
    pub approver: Approver,
    /// The last day to decide.
    pub decide_by: Date,
}

/// For how long what `stage` must use is good.
fn validity_view(stage: &Stage, today: Date) -> Option<ValidityView> {
    let (validity, terms) = (stage.validity?, stage.terms.validity?);
    Some(ValidityView {
        issued_on: validity.issued_on,
        expires_on: validity.expires_on,
        renewals_left: terms.renewals_max.saturating_sub(validity.renewals),
        is_over: stage.done_on.is_none() && validity.expires_on < today,
    })
}

/// What a stage view needs besides the stage.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Whose turn it is in the stage.
    pub turn: Option<&'a Turn>,
    /// Lines of the record that say why a clock of the project stopped.
    pub stops: &'a [RecordedEvent],
    /// Rungs that fired for the stage.
    pub fired: &'a [FiredRung],
    /// The cards of the project.
    pub cards: &'a [Card],
    /// When it will begin and end, and how much room it has.
    pub schedule: &'a Schedule,
}

impl TurnView {
    /// The turn in the stage that `stage` shows; `None` when it is nobody's.
    pub fn of(stage: &StageView) -> Option<Self> {
        let turn = stage.turn?;
        Some(Self {
            stage: StageRef {
                id: stage.id.clone(),
                ordinal: stage.ordinal,
                code: stage.code.clone(),
                name: stage.name.clone(),
            },
            party: turn.party,
            unit: stage.unit.clone(),
            officer: stage.officer.clone(),
            since: turn.since,
            due_on: turn.due_on,
            is_provisional: turn.is_provisional,
        })
    }
}

/// All that is shown of `stage`.
pub fn stage_view(
    project: &Project,
    stage: &Stage,
    beside: Beside<'_>,
    setting: &Setting<'_>,
) -> StageView {
    let calendar = &setting.office.calendar;
    let today = setting.now.today;
    let deadline = &stage.deadline;
    StageView {
        id: stage.id.to_string(),
        ordinal: stage.ordinal,
        code: stage.code.clone(),
        name: setting.stage_name(project, stage),
        phase: stage.phase,
        unit: setting.unit(stage.unit),
        officer: stage.officer.and_then(|id| setting.person(id, project)),
        state: stage.state,
        lamp: Lamp::of(stage, &setting.office.ladder, calendar, today),
        turn: beside.turn.map(|turn| StageTurn {
            party: turn.court,
            since: turn.since,
            due_on: turn.due_on,
            is_provisional: deadline.is_provisional,
        }),
        started_on: stage.clock.as_ref().map(|clock| clock.accepted_on),
        first_promised_on: deadline.first_due_on,
        promised_on: deadline.due_on,
        last_promised_on: deadline.last_due_on,
        statutory_on: deadline.statutory_due_on,
        expected_on: stage.expected_on,
        actual_on: stage.done_on,
        outlook: beside.schedule.outlook(stage.ordinal),
        float_days: beside.schedule.float(stage.ordinal),
        is_critical: beside.schedule.critical_path().contains(&stage.ordinal),
        remaining: remaining_of(stage, today, calendar),
        is_deadline_unknown: deadline.is_unknown,
        is_provisional: deadline.is_provisional && stage.done_on.is_none(),
        clock: clock_view(stage, today, calendar),
        promise: stage.terms.promised,
        stops: stop_views(stage, beside.stops, setting),
        extension: stage.extension.as_ref().map(|request| ExtensionView {
            days: request.days,
            reason: request.reason,
            text: (*setting.viewer != Viewer::Guest).then(|| request.text.as_str().to_owned()),
            proposed_on: request.proposed_on,
            requested_on: request.requested_on,
            approver: request.approver,
            decide_by: request.decide_by,
        }),
        validity: validity_view(stage, today),
        extended_days: stage.clock.as_ref().map_or(0, Clock::extension_days),
        waits_for: refs(project, setting, |other| {
            stage.after.contains(&other.ordinal) && other.state != StageState::Done
        }),
        rung: highest_card(stage, beside),
        cards: card_views(beside.cards, stage, project, setting),
        detail: None,
    }
}

fn stop_views(stage: &Stage, records: &[RecordedEvent], setting: &Setting<'_>) -> Vec<StopView> {
    let is_guest = *setting.viewer == Viewer::Guest;
    let calendar = &setting.office.calendar;
    let stops = stage.clock.iter().flat_map(|clock: &Clock| &clock.stops);
    stops
        .map(|stop| {
            let until = stop.resumed_on.unwrap_or(setting.now.today);
            let is_told = stop.resumed_on.is_none() && !is_guest;
            StopView {
                reason: stop.reason,
                party: stop.reason.court(),
                stopped_on: stop.stopped_on,
                resumed_on: stop.resumed_on,
                expected_on: stop.expected_on,
                days: counted_days(stop.stopped_on, until, unit_of(stage), calendar),
                text: last_stop_text(records, stage.id).filter(|_| is_told),
                consent: stop.consent.as_ref().map(|said| said.on(setting.now.today)),
                consent_until: stop.consent.as_ref().and_then(Consent::asked_until),
            }
        })
        .collect()
}

fn highest_card(stage: &Stage, beside: Beside<'_>) -> Option<Rung> {
    let cards = beside
        .fired
        .iter()
        .filter(|card| card.rung >= Rung::Yellow && card.basis == stage.deadline.version)
        .filter(|card| !is_taken_back(beside.cards, stage.id, card.rung));
    cards.map(|card| card.rung).max()
}

/// The stages of `project` that are `wanted`.
pub(super) fn refs(
    project: &Project,
    setting: &Setting<'_>,
    wanted: impl Fn(&Stage) -> bool,
) -> Vec<StageRef> {
    let stages = project.stages.iter().filter(|stage| wanted(stage));
    stages.map(|stage| setting.stage(project, stage)).collect()
}
