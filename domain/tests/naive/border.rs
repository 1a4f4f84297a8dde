//! Where the model's words become the domain's and back: names and forms, no arithmetic.

use std::collections::BTreeMap;

use domain::{
    calendar::{CalendarYear, CountedDay, DayKind, DayOff, WorkCalendar},
    clock::{Clock, ClockStop, Court, ExplainedDay, Reading, StopReason, Why},
    extension::{Approver, Extension, ExtensionReason, ExtensionRequest},
    id::{PersonId, StageId, UnitId},
    lamp::Lamp,
    ledger::Owner,
    limit::Limit,
    stage::{Deadline, Stage, StageState, Terms},
    template::Phase,
    text::Prose,
};
use time::Date;
use uuid::Uuid;

use crate::{
    desk::{self, Day, FIRST, Facts, days_of_year},
    history::of_days,
    model,
};

pub(crate) fn date(day: Day) -> Date {
    Date::from_julian_day(day).unwrap()
}

pub(crate) fn day(date: Date) -> Day {
    date.to_julian_day()
}

/// What the notices of a calendar of the domain say.
pub(crate) fn facts(calendar: &WorkCalendar) -> Facts {
    let years = calendar.years.iter();
    let plans = || calendar.years.values();
    Facts {
        years: years
            .map(|(&year, plan)| (year, plan.is_published))
            .collect(),
        free: plans()
            .flat_map(|plan| &plan.days_off)
            .map(|off| day(off.on))
            .collect(),
        makeup: plans()
            .flat_map(|plan| &plan.makeup_workdays)
            .map(|on| day(*on))
            .collect(),
    }
}

pub(crate) fn calendar(facts: &Facts) -> WorkCalendar {
    let mut first = FIRST;
    let mut years = BTreeMap::new();
    for year in 2000..2070 {
        let next = first + days_of_year(year);
        if let Some(&is_published) = facts.years.get(&year) {
            let dates = |days| {
                of_days(days, (first, next - 1))
                    .into_iter()
                    .map(date)
                    .collect::<Vec<_>>()
            };
            let plan = CalendarYear {
                is_published,
                days_off: dates(&facts.free)
                    .into_iter()
                    .map(|on| DayOff {
                        on,
                        name: "off".into(),
                    })
                    .collect(),
                makeup_workdays: dates(&facts.makeup),
                sources: Vec::new(),
            };
            years.insert(year, plan);
        }
        first = next;
    }
    WorkCalendar {
        name: "random".into(),
        version: 1,
        years,
        base: None,
        local: domain::calendar::LocalDays::default(),
    }
}

pub(crate) fn limit(limit: model::Limit) -> Limit {
    match limit {
        model::Limit::Working(days) => Limit::WorkingDays {
            value: days.try_into().unwrap(),
        },
        model::Limit::Every(days) => Limit::CalendarDays {
            value: days.try_into().unwrap(),
        },
        model::Limit::Fixed(day) => Limit::FixedDate { on: date(day) },
    }
}

pub(crate) fn clock(stage: &model::Stage) -> Option<Clock> {
    let stop = |stop: &model::Stop| {
        let (from, until) = (date(stop.from), stop.until.map(date));
        ClockStop::bare(StopReason::ALL[stop.reason], from, until)
    };
    let extension = |days: &u32| Extension {
        days: (*days).try_into().unwrap(),
        reason: ExtensionReason::Complexity,
        requested_on: date(stage.accepted_on.unwrap()),
        granted_on: date(stage.accepted_on.unwrap()),
        granted_by: PersonId(Uuid::from_u128(1)),
    };
    Some(Clock {
        accepted_on: date(stage.accepted_on?),
        stops: stage.stops.iter().map(stop).collect(),
        extensions: stage.extensions.iter().map(extension).collect(),
    })
}

pub(crate) fn court(court: model::Court) -> Court {
    match court {
        model::Court::Government => Court::Government,
        model::Court::Investor => Court::Investor,
        model::Court::Law => Court::Law,
        model::Court::ThirdParty => Court::ThirdParty,
        model::Court::Nobody => Court::Nobody,
    }
}

fn request(today: Date) -> ExtensionRequest {
    ExtensionRequest {
        days: 1,
        reason: ExtensionReason::Complexity,
        text: Prose::parse("a second survey").unwrap(),
        due_on: today,
        proposed_on: today,
        requested_on: today,
        requested_by: PersonId(Uuid::from_u128(1)),
        approver: Approver::Head,
        decide_by: today,
    }
}

/// The stage, its deadline left empty.
pub(crate) fn stage(known: &model::Stage, today: Day) -> Stage {
    let state = if known.done_on.is_some() {
        StageState::Done
    } else if known.is_stopped() {
        StageState::Stopped
    } else if known.accepted_on.is_some() {
        StageState::Running
    } else {
        StageState::Ready
    };
    Stage {
        id: StageId(Uuid::from_u128(2)),
        ordinal: 1,
        code: "a".into(),
        phase: Phase::Approval,
        unit: UnitId(Uuid::from_u128(3)),
        court: court(known.court),
        officer: None,
        terms: Terms {
            promised: known.promise.map(limit),
            statutory: known.statute.map(limit),
            silence_days: None,
            stops: Vec::new(),
            stop_caps: BTreeMap::new(),
            milestone: None,
            extension: None,
            validity: None,
        },
        after: Vec::new(),
        state,
        clock: clock(known),
        deadline: Deadline::default(),
        touched_on: None,
        touches: 0,
        expected_on: None,
        hold: None,
        done_on: known.done_on.map(date),
        ready_on: known.ready_on.map(date),
        extension: known.more_time_is_asked_for.then(|| request(date(today))),
        extension_requests: 0,
        validity: None,
    }
}

pub(crate) fn answer(reading: Reading) -> model::Answer {
    match reading {
        Reading::Due(CountedDay { on, is_provisional }) => model::Answer::Due {
            on: day(on),
            is_provisional,
        },
        Reading::Stopped {
            days_left,
            is_provisional,
        } => model::Answer::Left {
            days: days_left,
            is_provisional,
        },
    }
}

pub(crate) fn kind(kind: DayKind) -> desk::Kind {
    match kind {
        DayKind::Workday => desk::Kind::Workday,
        DayKind::MakeupWorkday => desk::Kind::Makeup,
        DayKind::Weekend => desk::Kind::Weekend,
        DayKind::Holiday => desk::Kind::Holiday,
    }
}

pub(crate) fn line(explained: &ExplainedDay) -> model::Line {
    let why = match explained.why {
        Why::DayZero => model::Why::DayZero,
        Why::Workday => model::Why::Day(desk::Kind::Workday),
        Why::MakeupWorkday => model::Why::Day(desk::Kind::Makeup),
        Why::EveryDay => model::Why::Every,
        Why::Weekend => model::Why::Day(desk::Kind::Weekend),
        Why::Holiday => model::Why::Day(desk::Kind::Holiday),
        Why::Stopped(reason) => {
            let all = StopReason::ALL.iter();
            model::Why::Stopped(all.clone().position(|known| *known == reason).unwrap())
        }
        Why::RolledOn => model::Why::RolledOn,
    };
    model::Line {
        day: day(explained.on),
        number: explained.number,
        why,
        is_published: explained.is_published,
    }
}

pub(crate) fn lamp(lamp: Lamp) -> model::Lamp {
    match lamp {
        Lamp::NotStarted => model::Lamp::NotStarted,
        Lamp::Done => model::Lamp::Done,
        Lamp::DoneLate => model::Lamp::DoneLate,
        Lamp::Green => model::Lamp::Green,
        Lamp::Paused => model::Lamp::Paused,
        Lamp::Blue => model::Lamp::Blue,
        Lamp::Yellow => model::Lamp::Yellow,
        Lamp::Red => model::Lamp::Red,
    }
}

pub(crate) fn owner(owner: Owner) -> model::Owner {
    match owner {
        Owner::Unit(_) => model::Owner::Unit,
        Owner::Investor => model::Owner::Investor,
        Owner::Law => model::Owner::Law,
        Owner::ThirdParty => model::Owner::ThirdParty,
        Owner::Holiday => model::Owner::Holiday,
        Owner::Stop => model::Owner::Stop,
    }
}
