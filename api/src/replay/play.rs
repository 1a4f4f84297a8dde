//! Morning by morning, and the checks.

use std::{collections::BTreeSet, fmt, path::Path, sync::Arc};

use domain::{id::ZoneId, ladder::Rung, zone_time::ZoneTime};
use notifications::sweep::{Swept, sweep};
use persistence::{Store, StoreError, Tx};
use time::{Date, Duration, Time, macros::time};

use super::{
    founding::{MAIL_DOMAIN, add_superiors, founding},
    morning::{Morning, Part, mornings},
    post::PostOffice,
    report::{MorningFigures, Report},
};
use crate::{
    clock::Clock,
    error::AppError,
    ids::Ids,
    import::{
        error::ImportError,
        intake::{Intake, News, Tally},
        mapping::{ImportedCase, Mapping},
        roster::Source,
        takeover::{Survey, Wish, load, prepare},
    },
    usecase::zone::found,
};

/// How a log is to be played.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The local time of the log.
    pub zone_time: ZoneTime,
    /// Which attribute says what.
    pub mapping: Mapping,
    /// Working days without a sign of work after which the officer is asked.
    pub silence_days: u16,
}

/// Why a log could not be played to its end.
#[derive(Debug)]
pub enum ReplayError {
    /// The log cannot be taken over.
    Import(ImportError),
    /// The log has no days that could be played.
    Unplayable(String),
    /// It could not be stored.
    Kept(AppError),
    /// It was played, and something is wrong with what came of it.
    Proof(String),
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import(error) => write!(f, "{error}"),
            Self::Unplayable(reason) => f.write_str(reason),
            Self::Kept(error) => write!(f, "{error}"),
            Self::Proof(what) => write!(f, "the replay does not add up: {what}"),
        }
    }
}

impl std::error::Error for ReplayError {}

impl From<ImportError> for ReplayError {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl From<AppError> for ReplayError {
    fn from(error: AppError) -> Self {
        Self::Kept(error)
    }
}

impl From<StoreError> for ReplayError {
    fn from(error: StoreError) -> Self {
        Self::Kept(error.into())
    }
}

/// When the office opens: the morning's sweep.
const OPENING: Time = time!(09:00);
/// The name under which the log is kept.
const SOURCE: &str = "log";

/// Plays a log against an empty database whose tables are up to date.
///
/// `watch` hears how many of how many mornings are over. What is wrong with the file is found first.
pub async fn replay(
    store: &Store,
    file: &Path,
    wishes: Wishes,
    watch: &mut dyn FnMut(usize, usize),
) -> Result<Report, ReplayError> {
    let (survey, cases) = load(file, &wishes.mapping)?;
    let unplayable = |reason: &dyn fmt::Display| {
        ReplayError::Unplayable(format!("{}: {reason}", file.display()))
    };
    let mornings = mornings(&cases, &wishes.zone_time).map_err(|reason| unplayable(&reason))?;
    let mut play = Play::found(store, (wishes, survey, cases), &mornings).await?;
    let mut report = Report {
        cases: 0,
        closed: 0,
        closed_late: 0,
        closed_late_cases: Vec::new(),
        mornings: Vec::with_capacity(mornings.len()),
        alerts_by_rung: Rung::ALL.map(|rung| (rung.code(), 0)).into(),
        mails: 0,
    };
    let total = mornings.len();
    let last = mornings.last().map(|morning| morning.day);
    for morning in mornings {
        report.mornings.push(play.morning(morning).await?);
        watch(report.mornings.len(), total);
    }
    if let Some(after) = last.and_then(Date::next_day) {
        play.check_settled(after).await?;
    }
    play.sum_up(report).await
}

/// A replay on its way.
struct Play<'a> {
    store: &'a Store,
    zone: ZoneId,
    time: ZoneTime,
    clock: Clock,
    cases: Arc<Vec<ImportedCase>>,
    intake: Intake,
    post: PostOffice,
    tally: Tally,
}

impl<'a> Play<'a> {
    /// Founds the zone on the first morning, with everybody whom the log names and their superiors.
    async fn found(
        store: &'a Store,
        (wishes, survey, cases): (Wishes, Survey, Vec<ImportedCase>),
        mornings: &[Morning],
    ) -> Result<Self, ReplayError> {
        let (Some(first), Some(last)) = (mornings.first(), mornings.last()) else {
            return Err(ReplayError::Unplayable("no mornings".to_owned()));
        };
        let ids = Ids::counted();
        let time = wishes.zone_time;
        let at = time.start_of(first.day);
        let founding = founding(time.name().to_owned(), (first.day, last.day), &ids);
        let zone = founding.id;
        let source = Source::parse(SOURCE).map_err(ReplayError::Unplayable)?;
        let wish = Wish {
            zone,
            source,
            mapping: wishes.mapping,
            silence_days: Some(wishes.silence_days),
            mail_domain: Some(MAIL_DOMAIN.to_owned()),
            ids: ids.clone(),
            at,
        };
        let its_ids = ids.clone();
        store
            .write(async move |tx| found(tx, founding, &its_ids, at).await)
            .await?;
        let (intake, _) = prepare(store, &wish, survey).await?;
        let (cast, its_ids) = (intake.cast.clone(), ids.clone());
        let units: BTreeSet<_> = cast.units.values().copied().chain([cast.records]).collect();
        store
            .write(async move |tx| add_superiors(tx, zone, units, (&its_ids, at)).await)
            .await?;
        Ok(Self {
            store,
            zone,
            time,
            clock: Clock::fixed(at),
            cases: Arc::new(cases),
            intake,
            post: PostOffice::new(zone, ids.key(at)),
            tally: Tally::default(),
        })
    }

    /// Learns what happened before the day, sweeps, delivers, and counts.
    async fn morning(&mut self, morning: Morning) -> Result<MorningFigures, ReplayError> {
        let day = morning.day;
        self.clock.set(self.time.start_of(day));
        self.learn(morning.parts).await?;
        self.clock.set(self.time.at_time(day, OPENING));
        let (swept, mailed) = self.turn().await?;
        let zone = self.zone;
        let (counted, overdue) = self
            .store
            .read(async move |tx: &mut Tx| {
                let counted = tx.open_and_overdue(zone, day).await?;
                Ok::<_, StoreError>((counted, tx.overdue_sources(zone, day).await?))
            })
            .await?;
        Ok(MorningFigures {
            day,
            open: counted.0,
            overdue: counted.1,
            overdue_cases: self.names(&overdue),
            escalated: swept.fired.len(),
            mailed,
        })
    }

    /// Takes over what is new, all of a morning in one transaction.
    async fn learn(&mut self, parts: Vec<Part>) -> Result<(), ReplayError> {
        if parts.is_empty() {
            return Ok(());
        }
        let (cases, intake, at) = (self.cases.clone(), self.intake.clone(), self.clock.now());
        let tally = self
            .store
            .write(async move |tx| {
                let news = parts.into_iter().filter_map(|part| news(&cases, part));
                intake.take(tx, news, at).await
            })
            .await?;
        self.tally.add(tally);
        Ok(())
    }

    /// One turn of the worker, in which every rung that fires must be heard and every letter leave.
    async fn turn(&mut self) -> Result<(Swept, usize), ReplayError> {
        let swept = sweep(self.store, self.zone, self.clock.now()).await?;
        let mailed = self.post.deliver(self.store, &self.clock).await?;
        let is_heard = swept.unheard == 0 && swept.gaps == 0 && swept.queued == mailed;
        if is_heard {
            return Ok((swept, mailed));
        }
        let (gaps, unheard, queued) = (swept.gaps, swept.unheard, swept.queued);
        Err(ReplayError::Proof(format!(
            "at {}: {gaps} stage(s) without an answer of the calendar, {unheard} alert(s) unheard, \
             {queued} letter(s) queued and {mailed} sent",
            self.clock.now()
        )))
    }

    /// In the last moment before the day `after` nothing may be left to tell.
    async fn check_settled(&mut self, after: Date) -> Result<(), ReplayError> {
        let end = self.time.start_of(after) - Duration::MICROSECOND;
        self.clock.set(end);
        self.check_complete()?;
        let (swept, mailed) = self.turn().await?;
        if swept.fired.is_empty() && mailed == 0 {
            return Ok(());
        }
        Err(ReplayError::Proof(format!(
            "a last sweep fired {} alert(s) and sent {mailed} letter(s)",
            swept.fired.len()
        )))
    }

    /// All that the log says must have been taken over, once.
    fn check_complete(&self) -> Result<(), ReplayError> {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let ended = self.cases.iter().filter(|case| case.has_end());
        let work = self.cases.iter().map(|case| case.work.len());
        let logged = (
            count(self.cases.len()),
            count(work.sum()),
            count(ended.count()),
        );
        let tally = self.tally;
        let taken = (tally.new_cases, tally.work, tally.ends);
        if taken == logged {
            return Ok(());
        }
        Err(ReplayError::Proof(format!(
            "the log has {logged:?} cases, events and ends; {taken:?} were taken over"
        )))
    }

    async fn sum_up(self, mut report: Report) -> Result<Report, ReplayError> {
        let zone = self.zone;
        let (closed, late, alerts) = self
            .store
            .read(async move |tx: &mut Tx| {
                let (closed, late) = tx.closed_late_sources(zone).await?;
                Ok::<_, StoreError>((closed, late, tx.alerts_by_rung(zone).await?))
            })
            .await?;
        report.cases = self.tally.new_cases;
        report.closed = closed;
        report.closed_late_cases = self.names(&late);
        report.closed_late = report.closed_late_cases.len();
        let counted = alerts.into_iter().map(|(rung, count)| (rung.code(), count));
        report.alerts_by_rung.extend(counted);
        report.mails = self.post.mails();
        Ok(report)
    }

    /// The names in the log of cases by their keys here, sorted.
    fn names(&self, keys: &[String]) -> Vec<String> {
        let source = &self.intake.source;
        let mut names: Vec<String> = keys
            .iter()
            .filter_map(|key| source.name(key))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names
    }
}

/// What a part says of its case.
fn news(cases: &[ImportedCase], part: Part) -> Option<News<'_>> {
    let case = cases.get(part.case)?;
    Some(News {
        case,
        work: case.work.get(part.work)?,
        ended_at: case.ended_at.filter(|_| part.is_ended),
    })
}
