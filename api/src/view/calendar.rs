//! The working calendar, its versions, and calendars that somebody proposes.

use domain::{
    access::{Actor, Permission},
    calendar::{
        CalendarRef, CalendarYear, ChangedDay, DayKind, DayOff, LocalDays, ProposalState,
        WorkCalendar,
    },
};
use persistence::calendar::{KeptMove, ProposalHeader};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use super::{
    name::{ProjectRef, StageRef, project_ref},
    schema,
    setting::Setting,
};

/// The calendar that the zone counts by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarView {
    /// Its name.
    pub name: String,
    /// Counts up with every change.
    pub version: u32,
    /// The national calendar that it was made from; absent where the zone has no days of its own.
    #[schema(value_type = Option<schema::CalendarRef>)]
    pub base: Option<CalendarRef>,
    /// How far it reaches.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// The zone's own days, which are part of the years.
    #[schema(value_type = schema::LocalDays)]
    pub local: LocalDays,
    /// Every year.
    pub years: Vec<YearView>,
}

/// How far the published years reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Coverage {
    /// The last day of the published years; absent when this year is not published.
    pub covered_until: Option<Date>,
    /// From this day on every date is provisional.
    pub provisional_from: Option<Date>,
    /// True from sixty days before the covered range ends: somebody must import the next year.
    pub is_coverage_ending: bool,
}

/// One year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// False while its notice is not out; then only weekends are free, and dates are provisional.
    pub is_published: bool,
    /// How many days are worked.
    pub working_days: u32,
    /// Days off, ascending.
    #[schema(value_type = Vec<schema::DayOff>)]
    pub days_off: Vec<DayOff>,
    /// Weekend days that are worked, ascending.
    pub makeup_workdays: Vec<Date>,
    /// The notices it was taken from.
    pub sources: Vec<String>,
}

/// Days off in a row under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What the days are called.
    pub name: String,
    /// How many.
    pub days: u32,
}

/// One kept version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionView {
    /// The calendar's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// True for the one that the zone counts by.
    pub is_present: bool,
    /// The proposal that made it; absent for the first.
    pub proposal: Option<String>,
    /// Why it was made.
    pub note: Option<String>,
    /// When it was approved.
    #[serde(with = "time::serde::rfc3339::option")]
    pub approved_at: Option<OffsetDateTime>,
}

/// A calendar that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposalView {
    /// `cpr_...`
    pub id: String,
    /// `national` or `local`.
    #[schema(value_type = schema::CalendarProposalKind)]
    pub kind: &'static str,
    /// `previewing`, `previewed`, `approved`, `applied`, `rejected` or `stale`.
    #[schema(value_type = schema::CalendarProposalState)]
    pub state: &'static str,
    /// Counts up with every step; a decision is based on it.
    pub version: i64,
    /// The calendar that it would make.
    #[schema(value_type = schema::CalendarRef)]
    pub calendar: CalendarRef,
    /// The calendar that it is based on.
    #[schema(value_type = schema::CalendarRef)]
    pub base: CalendarRef,
    /// Why.
    pub note: String,
    /// Who proposed it.
    pub proposed_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub proposed_at: OffsetDateTime,
    /// Who decided about it.
    pub decided_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    /// How far the worker is with previewing or planning anew.
    pub progress: ProgressView,
    /// How many stages it would move.
    pub previewed: i64,
    /// How many stages it has moved.
    pub moved: i64,
    /// When every stage was planned by it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// True for the one who looks: who proposes does not approve.
    pub is_own: bool,
    /// True when the one who looks may approve it now.
    pub can_approve: bool,
    /// True when the one who looks may reject it now.
    pub can_reject: bool,
}

/// How far the worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CalendarProposalProgress)]
pub struct ProgressView {
    /// Projects that are done.
    pub done: i64,
    /// Projects that were open when it began.
    pub total: i64,
}

/// A proposal with the days that it makes different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposalPageView {
    /// The proposal.
    #[serde(flatten)]
    pub proposal: ProposalView,
    /// The days that are not what they were, ascending.
    pub days: Vec<ChangedDayView>,
    /// Years that are published by it and were not before.
    pub years_published: Vec<i32>,
}

/// A day that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedDayView {
    /// The day.
    pub on: Date,
    /// `workday`, `makeup_workday`, `weekend` or `holiday`.
    #[schema(value_type = schema::CalendarDayKind)]
    pub was: &'static str,
    /// The same, from now on.
    #[schema(value_type = schema::CalendarDayKind)]
    pub is: &'static str,
    /// What a day off is called.
    pub name: Option<String>,
}

/// A stage that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MoveView {
    /// The project.
    pub project: ProjectRef,
    /// The stage.
    pub stage: StageRef,
    /// The due day before; absent when it was not known.
    pub old_on: Option<Date>,
    /// The due day after; absent when it cannot be computed.
    pub new_on: Option<Date>,
    /// By how many working days it moves; negative for earlier.
    pub working_days: Option<i32>,
    /// The last day under the law before.
    pub old_statutory_on: Option<Date>,
    /// The last day under the law after.
    pub new_statutory_on: Option<Date>,
}

impl MoveView {
    /// True when the due day is another one.
    pub fn is_due_moved(&self) -> bool {
        self.old_on != self.new_on
    }

    /// True when the last day under the law is another one.
    pub fn is_statutory_moved(&self) -> bool {
        self.old_statutory_on != self.new_statutory_on
    }
}

impl Coverage {
    /// How far `calendar` reaches on `today`.
    pub fn of(calendar: &WorkCalendar, today: Date) -> Self {
        Self {
            covered_until: calendar.covered_until(today),
            provisional_from: calendar.provisional_from(today),
            is_coverage_ending: calendar.is_coverage_ending(today),
        }
    }
}

impl YearView {
    fn of(year: i32, plan: &CalendarYear, calendar: &WorkCalendar) -> Self {
        let ends = [(time::Month::January, 1), (time::Month::December, 31)]
            .map(|(month, day)| Date::from_calendar_date(year, month, day));
        let working_days = match ends {
            [Ok(first), Ok(last)] => calendar.working_days_within(first, last),
            _ => 0,
        };
        Self {
            year,
            is_published: plan.is_published,
            working_days,
            days_off: plan.days_off.clone(),
            makeup_workdays: plan.makeup_workdays.clone(),
            sources: plan.sources.clone(),
        }
    }

    /// Days off in a row under one name.
    pub fn periods(&self) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for off in &self.days_off {
            match periods.last_mut() {
                Some(last) if last.name == off.name && last.to.next_day() == Some(off.on) => {
                    last.to = off.on;
                    last.days += 1;
                }
                _ => periods.push(Period {
                    from: off.on,
                    to: off.on,
                    name: off.name.clone(),
                    days: 1,
                }),
            }
        }
        periods
    }
}

/// All of a calendar.
pub fn calendar_view(calendar: &WorkCalendar, today: Date) -> CalendarView {
    CalendarView {
        name: calendar.name.clone(),
        version: calendar.version,
        base: calendar.base.clone(),
        coverage: Coverage::of(calendar, today),
        local: calendar.local.clone(),
        years: calendar
            .years
            .iter()
            .map(|(&year, plan)| YearView::of(year, plan, calendar))
            .collect(),
    }
}

/// What `actor` sees of a proposal; `name_of` says what people are called.
pub fn proposal_view(
    header: &ProposalHeader,
    actor: &Actor,
    name_of: impl Fn(domain::id::PersonId) -> Option<String>,
) -> ProposalView {
    let is_own = header.proposed_by == actor.person;
    let may = actor.may(Permission::ApproveCalendar) && !is_own;
    let state = header.state;
    ProposalView {
        id: header.id.to_string(),
        kind: header.kind.code(),
        state: state.code(),
        version: state.steps(),
        calendar: header.calendar.clone(),
        base: header.base.clone(),
        note: header.note.clone(),
        proposed_by: name_of(header.proposed_by),
        proposed_at: header.proposed_at,
        decided_by: header.decided_by.and_then(&name_of),
        decided_at: header.decided_at,
        progress: ProgressView {
            done: header.progress.done,
            total: header.progress.total,
        },
        previewed: header.progress.previewed,
        moved: header.progress.moved,
        finished_at: header.finished_at,
        is_own,
        can_approve: may && state == ProposalState::Previewed,
        can_reject: may && matches!(state, ProposalState::Previewing | ProposalState::Previewed),
    }
}

/// The days that `proposed` makes different from `base`.
pub fn changed_days(base: &WorkCalendar, proposed: &WorkCalendar) -> Vec<ChangedDayView> {
    let view = |day: ChangedDay| {
        let plan = proposed.years.get(&day.on.year());
        let off = plan.and_then(|plan| plan.day_off(day.on));
        ChangedDayView {
            on: day.on,
            was: day.was.code(),
            is: day.is.code(),
            name: off
                .filter(|_| day.is == DayKind::Holiday)
                .map(|off| off.name.clone()),
        }
    };
    base.differences(proposed).into_iter().map(view).collect()
}

/// The years that `proposed` publishes and `base` does not.
pub fn years_published(base: &WorkCalendar, proposed: &WorkCalendar) -> Vec<i32> {
    let is_published = |calendar: &WorkCalendar, year: &i32| {
        let plan = calendar.years.get(year);
        plan.is_some_and(|plan| plan.is_published)
    };
    let years = proposed.years.keys();
    years
        .filter(|year| is_published(proposed, year) && !is_published(base, year))
        .copied()
        .collect()
}

/// A stage that moves, with names.
pub fn move_view(kept: &KeptMove, setting: &Setting<'_>) -> MoveView {
    let moved = kept.of.moved;
    MoveView {
        project: project_ref(&kept.project),
        stage: setting.stage(&kept.project, &kept.stage),
        old_on: moved.old,
        new_on: moved.new,
        working_days: kept.of.working_days,
        old_statutory_on: moved.old_statutory,
        new_statutory_on: moved.new_statutory,
    }
}

/// The zone's own days from `today` on in the form of a file, for the form that changes them.
pub fn local_file(local: &LocalDays, today: Date) -> String {
    let off = local
        .days_off
        .iter()
        .map(|off| (off.on, "off", off.name.as_str()));
    let work = local.makeup_workdays.iter().map(|on| (*on, "work", ""));
    let mut days: Vec<(Date, &str, &str)> = off.chain(work).collect();
    days.retain(|(on, ..)| *on >= today);
    days.sort_unstable();
    let line = |(on, kind, name): &(Date, &str, &str)| {
        let quoted = if name.contains([',', '"']) {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            (*name).to_owned()
        };
        format!("{on},{kind},{quoted}\n")
    };
    let lines: String = days.iter().map(line).collect();
    format!("date,kind,name\n{lines}")
}
