//! The worker's part of a change of calendar: first what would move, then, once it is approved, moving it.
//!
//! It goes through the open projects in the order of their keys, a few in each transaction, and keeps the last one with
//! them: whatever ends it, the next turn goes on behind that project, and nothing is done twice.

use domain::{
    calendar::{CalendarRef, ProposalState, WorkCalendar},
    event::Author,
    id::{ProjectId, ProposalId},
    ladder,
    office::Office,
    progress::ProgressDays,
    project::{CalendarStep, Moved, Project},
    stage::Stage,
};
use notifications::recipient::Staff;
use persistence::{
    StoreError, Tx,
    calendar::{Move, Pass, Progress, ProposalHeader},
    outbox::calendar_letter,
    project::Held,
};
use time::OffsetDateTime;

use crate::app::App;

/// How much is done at a time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Projects of one transaction: enough to be quick, few enough that requests get in between.
    pub projects: i64,
    /// Transactions of one turn: then the sweep and the letters have their turn too.
    pub batches: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            projects: 40,
            batches: 50,
        }
    }
}

/// What a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planned {
    /// Projects that were looked at.
    pub projects: usize,
    /// Stages that would move, or have moved.
    pub moved: usize,
    /// Letters that were queued at the end.
    pub queued: usize,
    /// True when something is left for the next turn.
    pub has_more: bool,
}

/// What became of one batch.
enum Batch {
    /// So many projects were looked at and so many stages moved; more may follow.
    Done(usize, usize),
    /// No project is left.
    Last,
    /// Another worker has the proposal, or somebody has decided about it.
    Lost,
}

/// Goes on with the proposal that is at work, if there is one.
pub async fn advance(app: &App, pace: Pace) -> Result<Planned, StoreError> {
    let mut planned = Planned::default();
    let zone = app.zone;
    let at_work = app
        .store
        .read(async |tx: &mut Tx| tx.proposal_at_work(zone).await)
        .await?;
    let Some(header) = at_work else {
        return Ok(planned);
    };
    let calendar = app
        .store
        .read(async |tx: &mut Tx| tx.proposal(zone, header.id).await)
        .await?
        .calendar;
    planned.has_more = true;
    for _batch in 0..pace.batches {
        let batch = if header.state == ProposalState::Approved {
            apply(app, &header, pace.projects).await?
        } else {
            preview(app, (header.id, &calendar), pace.projects).await?
        };
        match batch {
            Batch::Done(projects, moved) => {
                planned.projects += projects;
                planned.moved += moved;
            }
            Batch::Last if header.state == ProposalState::Approved => {
                planned.queued = finish(app, header.id).await?;
                return Ok(planned);
            }
            Batch::Last | Batch::Lost => return Ok(planned),
        }
    }
    Ok(planned)
}

/// What a few projects would move. They are read on a connection of their own; only the list is written.
async fn preview(
    app: &App,
    (id, calendar): (ProposalId, &WorkCalendar),
    limit: i64,
) -> Result<Batch, StoreError> {
    let zone = app.zone;
    let (begun, moves, projects, last) = app
        .store
        .read(async |tx: &mut Tx| {
            let header = tx.proposal_header(zone, id).await?;
            let cursor = header.progress.cursor;
            let held = tx.open_projects(zone, cursor, limit).await?;
            let moves = held.iter().flat_map(|held| {
                listed(&held.project, held.project.moves_under(calendar), calendar)
            });
            let moves: Vec<Move> = moves.collect();
            let last = held.last().map(|held| held.project.id);
            Ok::<_, StoreError>((header.progress, moves, held.len(), last))
        })
        .await?;
    app.store
        .write(async move |tx: &mut Tx| {
            let state = ProposalState::Previewing;
            let Some(progress) = tx.take_proposal(zone, id, state).await? else {
                return Ok(Batch::Lost);
            };
            if progress.cursor != begun.cursor {
                return Ok(Batch::Lost);
            }
            let Some(last) = last else {
                let done = (ProposalState::Previewed, progress);
                tx.keep_progress(zone, id, done, None).await?;
                return Ok(Batch::Last);
            };
            tx.keep_moves(zone, id, Pass::Preview, &moves).await?;
            let progress = Progress {
                previewed: progress.previewed + number(moves.len()),
                ..behind(progress, last, projects)
            };
            tx.keep_progress(zone, id, (state, progress), None).await?;
            Ok(Batch::Done(projects, moves.len()))
        })
        .await
}

/// Plans a few projects anew: their stages, their record, the list of what moved and the place where to go on change
/// together or not at all.
async fn apply(app: &App, header: &ProposalHeader, limit: i64) -> Result<Batch, StoreError> {
    let (zone, at) = (app.zone, app.now());
    let id = header.id;
    let change = CalendarStep {
        name: header.calendar.name.clone(),
        from: header.base.version,
        to: header.calendar.version,
    };
    let (base, author) = (header.base.clone(), author(header));
    app.store
        .write(async move |tx: &mut Tx| {
            let state = ProposalState::Approved;
            let Some(progress) = tx.take_proposal(zone, id, state).await? else {
                return Ok(Batch::Lost);
            };
            let office = tx.office(zone).await?.office.clone();
            let before = before(tx, &office, &base).await?;
            let held = tx
                .open_projects_to_decide(zone, progress.cursor, limit)
                .await?;
            let Some(last) = held.last().map(|held| held.project.id) else {
                return Ok(Batch::Last);
            };
            let mut moves = Vec::new();
            for held in &held {
                moves.extend(replan(tx, held, (author, &change), (&before, &office), at).await?);
            }
            tx.keep_moves(zone, id, Pass::Applied, &moves).await?;
            let progress = Progress {
                moved: progress.moved + number(moves.len()),
                ..behind(progress, last, held.len())
            };
            tx.keep_progress(zone, id, (state, progress), None).await?;
            Ok(Batch::Done(held.len(), moves.len()))
        })
        .await
}

/// Who approved is who moves the dates.
fn author(header: &ProposalHeader) -> Author {
    header.decided_by.map_or(Author::System, Author::Person)
}

/// The office as it counted before the change.
async fn before(tx: &mut Tx, office: &Office, base: &CalendarRef) -> Result<Office, StoreError> {
    let calendar = tx.calendar(office.zone, &base.name, base.version).await?;
    Ok(Office {
        calendar,
        ..office.clone()
    })
}

/// Plans one project anew; gives what moved.
async fn replan(
    tx: &mut Tx,
    held: &Held,
    (author, change): (Author, &CalendarStep),
    (before, office): (&Office, &Office),
    at: OffsetDateTime,
) -> Result<Vec<Move>, StoreError> {
    let now = office.moment(at);
    let step = held.project.replan(author, change, (now, office));
    let after = step.as_ref().map_or(&held.project, |step| &step.project);
    // Where no date moves, a day on which somebody is to be told may: silence is counted in working days.
    let unchanged = held.project.stages.iter().zip(&after.stages);
    let looks: Vec<_> = unchanged
        .filter(|(old, new)| old == new)
        .filter_map(|(stage, _)| next_look(held.project.id, stage, (before, office)))
        .collect();
    tx.set_next_checks(office.zone, &looks).await?;
    let behind = |office: &Office| {
        ProgressDays::of(&held.project, &office.ladder.progress, &office.calendar)
    };
    let days = behind(office);
    if behind(before) != days {
        tx.set_progress_days(office.zone, held.project.id, days)
            .await?;
    }
    let Some(step) = &step else {
        return Ok(Vec::new());
    };
    tx.save_step(office, held, step, now.at).await?;
    let moved = held.project.moves_to(&step.project);
    Ok(listed(&held.project, moved, &office.calendar).collect())
}

/// When the sweep must look at a stage, if the calendar makes that another day.
fn next_look(
    project: ProjectId,
    stage: &Stage,
    (before, office): (&Office, &Office),
) -> Option<(ProjectId, u16, Option<OffsetDateTime>)> {
    let on = |office: &Office| {
        ladder::next_check_on(stage, &office.ladder, &office.calendar).unwrap_or_default()
    };
    let (old, new) = (on(before), on(office));
    let look_at = new.map(|day| office.time.start_of(day));
    (old != new).then_some((project, stage.ordinal, look_at))
}

/// Every stage is planned: those concerned are told, each by one letter.
async fn finish(app: &App, id: ProposalId) -> Result<usize, StoreError> {
    let (zone, at) = (app.zone, app.now());
    let (people, not_before) = app
        .store
        .read(async |tx: &mut Tx| {
            let concerned = tx.concerned(zone, id).await?;
            let directory = tx.directory(zone).await?;
            let office = tx.office(zone).await?;
            let today = office.office.time.day_of(at);
            let people = Staff::of(&directory, today).concerned(&concerned);
            Ok::<_, StoreError>((people, office.office.letter_time(at)))
        })
        .await?;
    app.store
        .write(async move |tx: &mut Tx| {
            let state = ProposalState::Approved;
            let Some(progress) = tx.take_proposal(zone, id, state).await? else {
                return Ok(0);
            };
            let letters: Vec<_> = people
                .into_iter()
                .map(|person| calendar_letter(zone, id, person, not_before))
                .collect();
            let queued = tx.queue_letters(zone, &letters, at).await?;
            let done = (ProposalState::Applied, progress);
            tx.keep_progress(zone, id, done, Some(at)).await?;
            Ok(queued)
        })
        .await
}

/// Moves as a list has them, each with its distance in working days of `calendar`.
fn listed<'a>(
    project: &'a Project,
    moved: Vec<Moved>,
    calendar: &'a WorkCalendar,
) -> impl Iterator<Item = Move> + use<'a> {
    moved.into_iter().map(|moved| Move {
        project: project.id,
        moved,
        working_days: distance(&moved, calendar),
    })
}

/// By how many working days the due day moves; negative for earlier.
fn distance(moved: &Moved, calendar: &WorkCalendar) -> Option<i32> {
    let (old, new) = moved.old.zip(moved.new)?;
    let days = |from, to| i32::try_from(calendar.working_days_after(from, to)).ok();
    if new >= old {
        days(old, new)
    } else {
        days(new, old).map(|days| -days)
    }
}

fn behind(progress: Progress, last: ProjectId, projects: usize) -> Progress {
    Progress {
        cursor: Some(last),
        done: progress.done + number(projects),
        ..progress
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
