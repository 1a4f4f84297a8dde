//! The counter at which the clerk's acts are handed in to the domain: names and forms, no rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use domain::{
    access::Role,
    calendar::WorkCalendar,
    clock::StopReason,
    event::Author,
    extension::{Approver, ExtensionReason, ExtensionTerms},
    id::{PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::Ladder,
    moment::Moment,
    office::{Office, UnitKind},
    project::{
        Accept, Admission, AnswerStop, AskExtension, CalendarStep, Complete, DecideExtension,
        Project, Resume, ReviewStop, ReviseStop, Step, StopClock,
    },
    refusal::Refusal,
    stage::StageState,
    template::{
        AllowedStop, Condition, Dependency, DependencyKind, ExtensionRule, Handling, LimitRule,
        Phase, StageDefinition, Template, TemplateUnit, Variant,
    },
    text::{Bilingual, Line, Prose},
    zone_time::ZoneTime,
};
use uuid::Uuid;

use crate::{
    border::{self, date},
    desk::Day,
    record::{Act, Rank, Terms},
    sheet::State,
    verdict::No,
};

const CLERK: PersonId = PersonId(Uuid::from_u128(100));
const LAW: &str = "Administrative Licensing Law, art. 42";
static WORDS: LazyLock<Prose> = LazyLock::new(|| Prose::parse("as the file says").unwrap());

/// The key of the stage at `place`, counted from 0; beyond the last one a key that nobody has.
pub(crate) fn key(place: usize) -> StageId {
    StageId(Uuid::from_u128(200 + u128::try_from(place).unwrap()))
}

pub(crate) fn office(calendar: WorkCalendar) -> Office {
    Office {
        zone: ZoneId(Uuid::from_u128(0)),
        time: ZoneTime::named("Asia/Shanghai").unwrap(),
        calendar: Arc::new(calendar),
        ladder: Arc::new(Ladder::default()),
    }
}

/// Some moment of `today` in the zone.
pub(crate) fn moment(today: Day) -> Moment {
    let today = date(today);
    Moment {
        at: today.midnight().assume_utc(),
        today,
    }
}

fn rule(limit: crate::model::Limit) -> LimitRule {
    LimitRule {
        limit: border::limit(limit),
        citation: LAW.into(),
        is_verified: false,
    }
}

fn definition(place: usize, terms: &Terms) -> StageDefinition {
    let stop = |(&reason, cap): (&usize, &Option<u32>)| AllowedStop {
        reason: StopReason::ALL[reason],
        cap_days: cap.map(|days| days.try_into().unwrap()),
        citation: LAW.into(),
    };
    let wait = |before: &usize| Dependency {
        on: format!("S{before}"),
        kind: DependencyKind::Hard,
    };
    StageDefinition {
        code: format!("S{place}"),
        phase: Phase::Approval,
        name: Bilingual::of("环节", "Stage"),
        unit: "office".into(),
        court: border::court(terms.court),
        handling: Handling::Promised,
        milestone: None,
        statutory: terms.statute.map(rule),
        promised: terms.promise.map(rule),
        silence_days: None,
        depends_on: terms.after.iter().map(wait).collect(),
        materials: Vec::new(),
        stops: terms.stops.iter().map(stop).collect(),
        extension: terms.more_time.map(|more| ExtensionRule {
            terms: ExtensionTerms {
                days_max: more.most.try_into().unwrap(),
                beyond_law_max: more.beyond_law.try_into().unwrap(),
            },
            citation: LAW.into(),
            is_verified: false,
        }),
        validity: None,
        applies: Condition::default(),
    }
}

pub(crate) fn template(stages: &[Terms]) -> Template {
    let stages = stages.iter().enumerate();
    Template {
        code: "random".into(),
        version: 1,
        name: Bilingual::of("样例", "Sample"),
        units: vec![TemplateUnit {
            code: "office".into(),
            name: Bilingual::of("办公室", "Office"),
            kind: UnitKind::Department,
        }],
        traits: Vec::new(),
        variants: vec![Variant {
            code: "standard".into(),
            name: Bilingual::of("标准", "Standard"),
            changes: Vec::new(),
        }],
        stages: stages
            .map(|(place, terms)| definition(place, terms))
            .collect(),
    }
}

pub(crate) fn admit(template: &Template, admitted_on: Day, office: &Office) -> Project {
    let admission = Admission {
        id: ProjectId(Uuid::from_u128(1)),
        code: "GC-2026-0001".parse().unwrap(),
        name: Line::parse("精密制造").unwrap(),
        investor: Line::parse("某某公司").unwrap(),
        investment_yuan: None,
        is_key: true,
        variant: "standard".into(),
        traits: BTreeSet::new(),
        steward: None,
        contacts: BTreeSet::new(),
        company: None,
        admitted_on: date(admitted_on),
        units: BTreeMap::from([("office".into(), UnitId(Uuid::from_u128(3)))]),
    };
    let mut places = 0..;
    let at = (moment(admitted_on), office);
    let new_stage = || key(places.next().unwrap());
    let step = Project::admit(admission, template, new_stage, Author::Person(CLERK), at);
    step.unwrap().project
}

fn person(number: u32) -> PersonId {
    PersonId(Uuid::from_u128(number.into()))
}

fn role(rank: Rank) -> Role {
    match rank {
        Rank::Head => Role::Head,
        Rank::Leader => Role::Leader,
        Rank::EfficacyOffice => Role::EfficacyOffice,
    }
}

pub(crate) fn rank(approver: Approver) -> Rank {
    match approver {
        Approver::Head => Rank::Head,
        Approver::Leader => Rank::Leader,
        Approver::EfficacyOffice => Rank::EfficacyOffice,
    }
}

pub(crate) fn state(state: StageState) -> State {
    match state {
        StageState::Waiting => State::Waiting,
        StageState::Ready => State::Ready,
        StageState::Running => State::Running,
        StageState::Stopped => State::Stopped,
        StageState::Done => State::Done,
    }
}

fn words(are_there: bool) -> Option<Prose> {
    are_there.then(|| WORDS.clone())
}

/// Hands `act` in, about the stage at `place`.
pub(crate) fn hand_in(
    project: &Project,
    (place, act): (usize, Act),
    at: (Moment, &Office),
) -> Result<Step, Refusal> {
    let stage = key(place);
    match act {
        Act::Accept { on } => {
            let accept = Accept {
                on: date(on),
                officer: None,
            };
            project.accept(stage, CLERK, &accept, at)
        }
        Act::Stop { .. } => project.stop(stage, CLERK, stop(act), at),
        Act::Resume { on, says_why_late } => {
            let resume = Resume {
                on: date(on),
                text: None,
                late_reason: words(says_why_late),
            };
            project.resume(stage, CLERK, resume, at)
        }
        Act::Revise { expected } => {
            let revise = ReviseStop {
                expected_on: date(expected),
                text: WORDS.clone(),
            };
            project.revise_stop(stage, CLERK, revise, at)
        }
        Act::Answer { agrees, says_why } => {
            let text = words(says_why);
            project.answer_stop(stage, person(7), AnswerStop { agrees, text }, at)
        }
        Act::Review { is_upheld } => {
            let text = WORDS.clone();
            project.review_stop(stage, person(8), ReviewStop { is_upheld, text }, at)
        }
        Act::Ask { .. } | Act::Decide { .. } => more_time(project, (stage, act), at),
        Act::Complete { on } => {
            let (on, result) = (date(on), WORDS.clone());
            project.complete(stage, CLERK, Complete { on, result }, at)
        }
    }
}

fn stop(act: Act) -> StopClock {
    let Act::Stop {
        reason,
        from,
        until,
        expected,
        says_why_late,
    } = act
    else {
        unreachable!("not a stop");
    };
    StopClock {
        reason: StopReason::ALL[reason],
        on: date(from),
        resumed_on: until.map(date),
        expected_on: expected.map(date),
        text: WORDS.clone(),
        late_reason: words(says_why_late),
    }
}

fn more_time(
    project: &Project,
    (stage, act): (StageId, Act),
    at: (Moment, &Office),
) -> Result<Step, Refusal> {
    match act {
        Act::Ask { days, by, is_head } => {
            let ask = AskExtension {
                days: days.try_into().unwrap(),
                reason: ExtensionReason::Complexity,
                text: WORDS.clone(),
                is_by_head: is_head,
                deciders: Vec::new(),
            };
            project.ask_extension(stage, person(by), ask, at)
        }
        Act::Decide {
            is_granted,
            says_why,
            by,
            rank,
        } => {
            // Whatever else somebody is, decides nothing.
            let roles = [Role::Officer, rank.map_or(Role::Supervisor, role)];
            let decide = DecideExtension {
                is_granted,
                text: words(says_why),
                roles: roles.into(),
            };
            project.decide_extension(stage, person(by), decide, at)
        }
        Act::Accept { .. }
        | Act::Stop { .. }
        | Act::Resume { .. }
        | Act::Revise { .. }
        | Act::Answer { .. }
        | Act::Review { .. }
        | Act::Complete { .. } => unreachable!("not about more time"),
    }
}

/// The zone's calendar is another one since today.
pub(crate) fn replan(project: &Project, at: (Moment, &Office)) -> Option<Step> {
    let change = CalendarStep {
        name: "random".into(),
        from: 1,
        to: 2,
    };
    project.replan(Author::Person(CLERK), &change, at)
}

/// The domain's reason in the clerk's words.
pub(crate) fn why(refusal: &Refusal) -> No {
    match refusal.code() {
        "stage.unknown" => No::UnknownStage,
        "stage.waits" => No::OthersComeFirst,
        "stage.already_accepted" => No::AcceptedBefore,
        "stage.not_accepted" => No::NotAccepted,
        "stage.finished" => No::Finished,
        "project.closed" => No::ProjectClosed,
        "date.in_future" => No::InFuture,
        "date.before_admission" => No::BeforeAdmission,
        "date.before_acceptance" => No::BeforeAcceptance,
        "date.before_last_stop" => No::BeforeWhatIsRecorded,
        "stage.clock.stopped" => No::StandsAlready,
        "stage.clock.runs" => No::Runs,
        "stage.stop.reason_not_allowed" => No::ReasonNotAllowed,
        "date.resume_before_stop" => No::EndsBeforeItBegins,
        "date.expected_in_past" => No::ExpectedInPast,
        "stage.stop.beyond_cap" => No::BeyondCap,
        "date.late_without_reason" => No::LateWithoutWhy,
        "stage.stop.nothing_to_answer" => No::NothingToAnswer,
        "stage.stop.objection_without_reason" => No::ObjectsWithoutWhy,
        "stage.stop.nothing_to_review" => No::NothingToReview,
        "stage.extension.not_allowed" => No::MoreTimeNotAllowed,
        "stage.extension.pending" => No::AskedBefore,
        "stage.extension.too_late" => No::TooLate,
        "stage.extension.locked" => No::LastDay,
        "stage.extension.too_long" => No::TooMuch,
        "stage.extension.none_asked" => No::NothingAsked,
        "stage.extension.own" => No::Own,
        "stage.extension.not_the_approver" => No::NotTheirs,
        "stage.extension.rejection_without_reason" => No::RejectsWithoutWhy,
        other => panic!("no reason that the clerk knows: {other}"),
    }
}
