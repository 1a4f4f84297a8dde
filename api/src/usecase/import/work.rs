//! A file as a job of the worker: looked at as a whole, then taken some rows at a time.
//!
//! The steps of a job are the rows, and after them the deputies that rows of people name: these may stand further
//! below. Before each batch the rows are looked at again, by the rights of that moment.

use domain::access::{Actor, Permission};
use persistence::{Tx, import::KeptImport, job::KeptJob};
use time::OffsetDateTime;

use super::{
    Document, ImportKind, ImportState, Letting, Plan, note_committed, people, plan, read,
    require_commit, units, whole, written,
};
use crate::{
    error::AppError,
    ids::Ids,
    usecase::{
        directory::require,
        job::{JobKind, JobState},
    },
};

/// By whom, when and how much of a job is done at a time.
pub(in crate::usecase) struct Shift {
    pub(in crate::usecase) zone: domain::id::ZoneId,
    pub(in crate::usecase) at: OffsetDateTime,
    pub(in crate::usecase) ids: Ids,
    /// Whoever asked, with the rights of this moment.
    pub(in crate::usecase) actor: Actor,
    /// Steps of one batch.
    pub(in crate::usecase) steps: usize,
}

/// Does the next batch of a job and says in `job` how far it is then. What is wrong with rows ends the job; a
/// refusal is the caller's to keep.
pub(in crate::usecase) async fn advance(
    tx: &mut Tx,
    shift: Shift,
    (job, kind): (&mut KeptJob, JobKind),
) -> Result<(), AppError> {
    let letting = Letting {
        zone: shift.zone,
        at: shift.at,
        actor: shift.actor,
        ids: shift.ids,
    };
    require(&letting.actor, Permission::ImportPeople)?;
    let mut kept = tx.import_to_commit(letting.zone, job.import).await?;
    tx.hold_directory(letting.zone).await?;
    let is_first = job.done == 0;
    let (plan, document) = look(tx, &letting, (&kept, is_first)).await?;
    let rows = document.rows.len();
    job.total = whole(rows + deputy_rows(&document).count());
    job.flaws = whole(document.error_count);
    if document.error_count > 0 {
        let state = if is_first {
            ImportState::Flawed
        } else {
            ImportState::Stopped
        };
        let end = match kind {
            JobKind::ImportCheck => JobState::Done,
            JobKind::ImportCommit => JobState::Failed,
        };
        job.failure = (end == JobState::Failed).then(|| "import.flawed".to_owned());
        keep(tx, &letting, (&mut kept, state), &document).await?;
        end.close(job, letting.at);
        return Ok(());
    }
    match kind {
        JobKind::ImportCheck => {
            keep(tx, &letting, (&mut kept, ImportState::Checked), &document).await?;
            job.total = whole(rows);
            job.done = job.total;
        }
        JobKind::ImportCommit => {
            require_commit(&letting.actor, &kept, &document)?;
            if is_first {
                let state = ImportState::Committing;
                keep(tx, &letting, (&mut kept, state), &document).await?;
            }
            let from = usize::try_from(job.done).unwrap_or(usize::MAX);
            take(tx, &letting, (plan, &document), (from, shift.steps)).await?;
            job.done = job.total.min(whole(from.saturating_add(shift.steps)));
            if job.done == job.total {
                note_committed(tx, &letting, (kept, &document)).await?;
            }
        }
    }
    if job.done == job.total {
        JobState::Done.close(job, letting.at);
    }
    Ok(())
}

/// What the rows ask for now. What the file does as a whole was counted when nothing of it was taken yet, and so was
/// whether it gives roles.
async fn look(
    tx: &mut Tx,
    letting: &Letting,
    (kept, is_first): (&KeptImport, bool),
) -> Result<(Plan, Document), AppError> {
    let kind = ImportKind::of_code(&kept.kind).ok_or(AppError::Absent)?;
    let before = read(&kept.body)?;
    let directory = tx.directory(letting.zone).await?;
    let (plan, mut document) = plan(kind, before.rows, &directory);
    if !is_first {
        document.counts = before.counts;
        document.has_roles = before.has_roles;
    }
    Ok((plan, document))
}

async fn keep(
    tx: &mut Tx,
    letting: &Letting,
    (kept, state): (&mut KeptImport, ImportState),
    document: &Document,
) -> Result<(), AppError> {
    state.code().clone_into(&mut kept.state);
    kept.done = kept.total;
    kept.body = written(document)?;
    Ok(tx.save_import(letting.zone, kept).await?)
}

/// The rows that name a deputy, in their order; those of units name none.
fn deputy_rows(document: &Document) -> impl Iterator<Item = usize> {
    let rows = document.rows.iter().enumerate();
    rows.filter(|(_, row)| row.cell("deputy").is_some())
        .map(|(at, _)| at)
}

/// Takes `steps` steps from `from` on.
async fn take(
    tx: &mut Tx,
    letting: &Letting,
    (plan, document): (Plan, &Document),
    (from, steps): (usize, usize),
) -> Result<(), AppError> {
    let changing = letting.changing();
    match plan {
        Plan::Units(planned) => {
            let part = planned.into_iter().skip(from).take(steps).collect();
            units::apply(tx, changing, &letting.ids, part).await
        }
        Plan::People(mut planned) => {
            let rows = document.rows.len();
            // A batch across the border does both: the last people first.
            let until = from.saturating_add(steps);
            let (first, last) = (from.saturating_sub(rows), until.saturating_sub(rows));
            let wanted: Vec<usize> = deputy_rows(document).take(last).skip(first).collect();
            let named = wanted
                .iter()
                .filter_map(|at| planned.get_mut(*at)?.take_deputy());
            let named = named.collect();
            let part = planned.into_iter().skip(from).take(steps);
            people::apply_people(tx, changing, &letting.ids, part).await?;
            people::name_deputies(tx, changing, named).await
        }
    }
}

/// What becomes of a file whose job has broken off.
pub(in crate::usecase) async fn stop(
    tx: &mut Tx,
    (zone, job): (domain::id::ZoneId, &KeptJob),
) -> Result<(), AppError> {
    let mut kept = tx.import_to_commit(zone, job.import).await?;
    ImportState::Stopped.code().clone_into(&mut kept.state);
    Ok(tx.save_import(zone, &kept).await?)
}
