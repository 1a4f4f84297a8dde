//! Taking one case over: found by its key it grows, else it begins.

use std::sync::Arc;

use domain::{
    id::{ProjectId, StageId, ZoneId},
    limit::Limit,
    moment::Moment,
    office::Office,
    project::{Origin, Project, Step, TakenOver, Takeover, TemplateRef, WorkItem},
    text::Line,
};
use persistence::{Tx, zone::ZoneOffice};
use time::OffsetDateTime;

use super::{
    mapping::{ImportedCase, LoggedWork},
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
        let work: Vec<&LoggedWork> = news.work.iter().collect();
        let (then, mut tally) = self.record(&begun.project, (&work, news.ended_at), (now, office));
        tally.new_cases = 1;
        let unkeyed = std::iter::repeat_n(None, begun.events.len());
        let keys: Vec<_> = unkeyed.chain(event_keys(&work)).collect();
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
        let is_new = |item: &&LoggedWork| !known.contains(&item.key);
        let work: Vec<&LoggedWork> = news.work.iter().filter(is_new).collect();
        let end = news.ended_at.filter(|_| held.project.closed_on.is_none());
        let other_dates = u64::from(has_other_dates(&held.project, news, office));
        if work.is_empty() && end.is_none() {
            return Ok(Tally {
                same_cases: 1,
                other_dates,
                ..Tally::default()
            });
        }
        let (step, tally) = self.record(&held.project, (&work, end), (now, office));
        let keys: Vec<_> = event_keys(&work).collect();
        tx.save_takeover(office, &held, &step, &keys, now.at)
            .await?;
        Ok(Tally {
            grown_cases: 1,
            other_dates,
            ..tally
        })
    }

    fn record(
        &self,
        project: &Project,
        (work, ended_at): (&[&LoggedWork], Option<OffsetDateTime>),
        moment: (Moment, &Office),
    ) -> (Step, Tally) {
        let item = |item: &&LoggedWork| WorkItem {
            author: item
                .by
                .as_ref()
                .and_then(|name| self.cast.people.get(name))
                .copied(),
            at: item.at,
            activity: item.activity.as_str().to_owned(),
        };
        let tally = Tally {
            work: u64::try_from(work.len()).unwrap_or(u64::MAX),
            ends: u64::from(ended_at.is_some()),
            ..Tally::default()
        };
        let news = TakenOver {
            work: work.iter().map(item).collect(),
            ended_at,
        };
        (project.record_takeover(news, moment), tally)
    }
}

/// The work comes first in a step, so these are the keys of its first events.
fn event_keys(work: &[&LoggedWork]) -> impl Iterator<Item = Option<String>> {
    work.iter().map(|item| Some(item.key.clone()))
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
        Limit::WorkingDays { .. } | Limit::CalendarDays { .. } => None,
    });
    let has_other_end = match (project.closed_on, day(news.ended_at)) {
        (Some(kept), Some(said)) => kept != said,
        (None, _) | (_, None) => false,
    };
    kept != day(news.case.deadline_at) || has_other_end
}
