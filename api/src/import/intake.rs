//! Taking one case over: found by its key it grows, else it begins.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    event::{Event, Fact},
    id::{ProjectId, StageId, ZoneId},
    limit::Limit,
    moment::Moment,
    office::Office,
    project::{Mark, Origin, Project, Step, TakenOver, Takeover, TemplateRef},
    text::Line,
};
use persistence::{Tx, zone::ZoneOffice};
use time::OffsetDateTime;

use super::{
    mapping::{ImportedCase, LoggedWork, clock_key},
    pieces::{Piece, Pieces},
    roster::{Cast, Source},
};
use crate::{error::AppError, ids::Ids, usecase::project::next_code};

/// What taking cases over needs besides the cases. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The zone.
    pub zone: ZoneId,
    /// Where the cases come from.
    pub source: Source,
    /// Who is who there.
    pub cast: Arc<Cast>,
    /// What activities there do to the clock.
    pub marks: Arc<BTreeMap<Line, Mark>>,
    /// The template of taken-over cases.
    pub template: TemplateRef,
    /// The code of its one stage.
    pub stage_code: String,
    /// Working days without a sign of work after which the officer is asked.
    pub silence_days: Option<u16>,
    /// New keys.
    pub ids: Ids,
}

/// A case as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct News<'a> {
    /// The case.
    pub case: &'a ImportedCase,
    /// The work that may be new.
    pub work: &'a [LoggedWork],
    /// The end, if it is known.
    pub ended_at: Option<OffsetDateTime>,
}

impl<'a> News<'a> {
    /// All that the file says.
    pub fn all(case: &'a ImportedCase) -> Self {
        Self {
            case,
            work: &case.work,
            ended_at: case.ended_at,
        }
    }
}

/// What taking cases over changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases that were not known before.
    pub new_cases: u64,
    /// Known cases to which something was added.
    pub grown_cases: u64,
    /// Known cases to which nothing was added.
    pub same_cases: u64,
    /// Pieces of work that were recorded.
    pub work: u64,
    /// Ends that were recorded.
    pub ends: u64,
    /// Stops of the clock that were recorded.
    pub stops: u64,
    /// Pieces of work with a last day of their own that were recorded.
    pub due: u64,
    /// Those of them that were done after it.
    pub late: u64,
    /// Known cases with another deadline or end than the one taken over at first, which stays.
    pub other_dates: u64,
}

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.new_cases += other.new_cases;
        self.grown_cases += other.grown_cases;
        self.same_cases += other.same_cases;
        self.work += other.work;
        self.ends += other.ends;
        self.stops += other.stops;
        self.due += other.due;
        self.late += other.late;
        self.other_dates += other.other_dates;
    }

    /// All cases.
    pub fn cases(&self) -> u64 {
        self.new_cases + self.grown_cases + self.same_cases
    }
}

/// For whom a case was handled, where the other system does not say.
const INVESTOR_UNKNOWN: &str = "unknown";

impl Intake {
    /// Takes over what is new of cases, in one transaction with whatever else it does. No letter is
    /// queued.
    pub async fn take<'a>(
        &self,
        tx: &mut Tx,
        all: impl IntoIterator<Item = News<'a>>,
        at: OffsetDateTime,
    ) -> Result<Tally, AppError> {
        let zone = tx.office(self.zone).await?;
        let now = zone.office.moment(at);
        let mut tally = Tally::default();
        for news in all {
            let key = self.source.key(&news.case.external_id);
            tally.add(match tx.find_project_by_source(self.zone, &key).await? {
                None => self.begin(tx, news, (now, &zone)).await?,
                Some(project) => self.go_on(tx, project, news, (now, &zone.office)).await?,
            });
        }
        Ok(tally)
    }

    async fn begin(
        &self,
        tx: &mut Tx,
        news: News<'_>,
        (now, zone): (Moment, &ZoneOffice),
    ) -> Result<Tally, AppError> {
        let office = &zone.office;
        let code = next_code(tx, self.zone, &zone.zone.code_prefix, now.today).await?;
        let ids = (
            ProjectId(self.ids.key(now.at)),
            StageId(self.ids.key(now.at)),
        );
        let (case, known) = (news.case, &self.cast);
        let unit = case.department.as_ref().and_then(|it| known.units.get(it));
        let officer = case
            .responsible
            .as_ref()
            .and_then(|it| known.people.get(it));
        let takeover = Takeover {
            ids,
            code,
            name: case.name.clone(),
            investor: unknown_investor()?,
            template: self.template.clone(),
            stage_code: self.stage_code.clone(),
            origin: Origin {
                source: self.source.as_str().to_owned(),
                external_id: case.external_id.clone(),
            },
            unit: unit.copied().unwrap_or(known.records),
            officer: officer.copied(),
            started_at: case.started_at,
            deadline_on: case.deadline_at.map(|at| office.time.day_of(at)),
            expected_on: case.planned_end_at.map(|at| office.time.day_of(at)),
            silence_days: self.silence_days,
        };
        let begun = Project::take_over(takeover, (now, office));
        let pieces = Pieces::of(news.work, &self.cast, office);
        let (then, keys) = record(&begun.project, (pieces, news.ended_at), (now, office));
        let tally = Tally {
            new_cases: 1,
            ..told(&then, office)
        };
        let unkeyed = std::iter::repeat_n(None, begun.events.len());
        let keys: Vec<_> = unkeyed.chain(keys).collect();
        let step = Step {
            events: begun.events.into_iter().chain(then.events).collect(),
            ..then
        };
        let key = self.source.key(&case.external_id);
        tx.add_takeover(office, &step, (key, &keys), now.at).await?;
        Ok(tally)
    }

    async fn go_on(
        &self,
        tx: &mut Tx,
        project: ProjectId,
        news: News<'_>,
        (now, office): (Moment, &Office),
    ) -> Result<Tally, AppError> {
        let held = tx.project_to_decide(self.zone, project).await?;
        let known = tx.known_source_keys(self.zone, project).await?;
        let marks_anew = |item: &LoggedWork| match item.mark {
            None => false,
            Some(Mark::Finishes) => held.project.closed_on.is_none(),
            Some(Mark::Accepts) if is_day_0(&held.project, item.at, office) => false,
            Some(Mark::Accepts | Mark::Stops(_) | Mark::Resumes) => {
                !known.contains(&item.clock_key())
            }
        };
        let is_new = |item: &LoggedWork| !known.contains(&item.key) || marks_anew(item);
        let end = news.ended_at.filter(|_| held.project.closed_on.is_none());
        let same = Tally {
            same_cases: 1,
            other_dates: u64::from(has_other_dates(&held.project, news, office)),
            ..Tally::default()
        };
        let has_new_marks = (news.work.iter()).any(|item| item.mark.is_some() && is_new(item));
        let pieces = if has_new_marks {
            let lines = tx.work_and_clock(self.zone, project).await?;
            let recorded = Piece::recorded(lines, &self.marks, office);
            Pieces::of(news.work, &self.cast, office).beside(recorded)
        } else {
            Pieces::of(
                news.work.iter().filter(|item| is_new(item)),
                &self.cast,
                office,
            )
        };
        if !has_new_marks && pieces.is_empty() && end.is_none() {
            return Ok(same);
        }
        let (step, keys) = record(&held.project, (pieces, end), (now, office));
        if step.events.is_empty() && step.project == held.project {
            return Ok(same);
        }
        tx.save_takeover(office, &held, &step, &keys, now.at)
            .await?;
        Ok(Tally {
            grown_cases: 1,
            other_dates: same.other_dates,
            ..told(&step, office)
        })
    }
}

/// The step, and the source key of each of its lines.
fn record(
    project: &Project,
    (pieces, ended_at): (Pieces, Option<OffsetDateTime>),
    moment: (Moment, &Office),
) -> (Step, Vec<Option<String>>) {
    let (work, work_keys) = pieces.split();
    let taken = project.record_takeover(TakenOver { work, ended_at }, moment);
    let lines = taken.step.events.iter().zip(taken.work);
    let key = |(line, place): (&Event, Option<usize>)| {
        let key = work_keys.get(place?)?.as_deref()?;
        let is_work = matches!(line.fact, Fact::WorkRecorded { .. });
        Some(if is_work {
            key.to_owned()
        } else {
            clock_key(key)
        })
    };
    let keys = lines.map(key).collect();
    (taken.step, keys)
}

/// What a step records, counted.
fn told(step: &Step, office: &Office) -> Tally {
    let mut tally = Tally::default();
    for line in &step.events {
        if let Fact::WorkRecorded { due_on, .. } = line.fact {
            let is_late = |due| office.time.day_of(line.happened_at) > due;
            tally.work += 1;
            tally.due += u64::from(due_on.is_some());
            tally.late += u64::from(due_on.is_some_and(is_late));
        }
        tally.stops += u64::from(matches!(line.fact, Fact::ClockStopped { .. }));
        tally.ends += u64::from(line.fact == Fact::ProjectClosed);
    }
    tally
}

/// True when the case's clock starts on the day of `at`.
fn is_day_0(project: &Project, at: OffsetDateTime, office: &Office) -> bool {
    let clock = project
        .stages
        .first()
        .and_then(|stage| stage.clock.as_ref());
    clock.is_some_and(|clock| clock.accepted_on == office.time.day_of(at))
}

fn unknown_investor() -> Result<Line, AppError> {
    Line::parse(INVESTOR_UNKNOWN).map_err(|flaw| AppError::Broken {
        cause: flaw.code().to_owned(),
    })
}

/// True when the file has another deadline or end than what was taken over: a date never changes
/// silently, so it is only reported.
fn has_other_dates(project: &Project, news: News<'_>, office: &Office) -> bool {
    let day = |at: Option<OffsetDateTime>| at.map(|at| office.time.day_of(at));
    let promised = project
        .stages
        .first()
        .and_then(|stage| stage.terms.promised);
    let kept = promised.and_then(|limit| match limit {
        Limit::FixedDate { on } => Some(on),
        Limit::WorkingDays { .. } | Limit::CalendarDays { .. } | Limit::BeforeExpiry { .. } => None,
    });
    let has_other_end = match (project.closed_on, day(news.ended_at)) {
        (Some(kept), Some(said)) => kept != said,
        (None, _) | (_, None) => false,
    };
    kept != day(news.case.deadline_at) || has_other_end
}
