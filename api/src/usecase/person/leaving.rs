//! Somebody leaves: what is open goes to somebody else.

use domain::{
    access::Role,
    id::{PersonId, ProjectId, StageId},
    office::Office,
    project::Patron,
    refusal::Refusal,
};
use persistence::{StoreError, Tx, directory::Directory};

use crate::{error::AppError, usecase::directory::Changing};

/// What somebody leaves behind in one project.
struct Left {
    project: ProjectId,
    stages: Vec<StageId>,
    patronages: Vec<Patron>,
}

/// The open work of a person, project by project.
async fn open_work(tx: &mut Tx, changing: Changing, id: PersonId) -> Result<Vec<Left>, StoreError> {
    let mut left = Vec::new();
    for project in tx.open_projects_of(changing.zone, id).await? {
        let held = tx.project_to_decide(changing.zone, project).await?;
        let stages = held.project.stages.iter();
        let open = stages.filter(|stage| stage.officer == Some(id) && stage.done_on.is_none());
        let patron = |of: Option<PersonId>, patron| (of == Some(id)).then_some(patron);
        let patronages = [
            patron(held.project.steward, Patron::Steward),
            patron(held.project.lead, Patron::Lead),
        ];
        left.push(Left {
            project,
            stages: open.map(|stage| stage.id).collect(),
            patronages: patronages.into_iter().flatten().collect(),
        });
    }
    Ok(left)
}

/// Hands everything that is open to `successor`, each by an act of its own in the record. Where something is
/// open somebody must take it.
pub(super) async fn hand_over(
    tx: &mut Tx,
    changing: Changing,
    id: PersonId,
    successor: Option<PersonId>,
) -> Result<(), AppError> {
    let left = open_work(tx, changing, id).await?;
    if left.is_empty() {
        return Ok(());
    }
    let Some(successor) = successor.filter(|successor| *successor != id) else {
        return Err(AppError::Refused(Refusal::PersonHasWork {
            stages: left.iter().map(|left| left.stages.len()).sum(),
            projects: left
                .iter()
                .filter(|left| !left.patronages.is_empty())
                .count(),
        }));
    };
    let zone = changing.zone;
    let directory = tx.directory(zone).await?;
    let known = directory.people.get(&successor);
    let is_staff = known.is_some_and(|person| {
        person.is_active && person.roles.iter().any(|role| *role != Role::Investor)
    });
    if !is_staff {
        return Err(Refusal::SuccessorUnfit.into());
    }
    let office = tx.office(zone).await?.office.clone();
    for left in left {
        hand_over_one(tx, changing, (&office, &directory), (successor, left)).await?;
    }
    Ok(())
}

async fn hand_over_one(
    tx: &mut Tx,
    changing: Changing,
    (office, directory): (&Office, &Directory),
    (successor, left): (PersonId, Left),
) -> Result<(), AppError> {
    let (zone, at) = (changing.zone, changing.at);
    let now = office.moment(at);
    let by = changing.by.unwrap_or(successor);
    for stage in left.stages {
        let held = tx.project_to_decide(zone, left.project).await?;
        let unit = held.project.stage(stage).map(|stage| stage.unit);
        let handles = |unit| {
            let roles = [Role::Officer, Role::Head].into_iter();
            roles
                .clone()
                .any(|role| directory.holds_in(successor, role, unit))
        };
        if !unit.is_some_and(handles) {
            return Err(Refusal::SuccessorUnfit.into());
        }
        let step = held.project.assign(stage, by, successor, (now, office))?;
        tx.save_step(office, &held, &step, at).await?;
    }
    for patron in left.patronages {
        let held = tx.project_to_decide(zone, left.project).await?;
        let step = held.project.entrust(patron, by, successor, (now, office))?;
        tx.save_step(office, &held, &step, at).await?;
    }
    Ok(())
}
