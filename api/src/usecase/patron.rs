//! Who looks after a project: its steward and its lead official.

use domain::{
    access::{Actor, Permission, Role},
    id::PersonId,
    project::Patron,
};
use persistence::Tx;

use super::{
    project::ProjectName,
    stage::{Decided, require_version},
};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
};

/// Makes `person` the steward or lead official of a project, based on a version of the project.
pub async fn entrust(
    app: &App,
    actor: Actor,
    (project, based_on): (ProjectName, i64),
    (patron, person): (Patron, PersonId),
) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    let decided = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let office = tx.office(zone).await?.office.clone();
            let id = project.resolve(tx, zone).await?;
            let held = tx.project_to_decide(zone, id).await?;
            if !actor.may_on_project(Permission::ReadProject, &held.project) {
                return Err(AppError::Absent);
            }
            if !actor.may_on_project(Permission::AssignSteward, &held.project) {
                return Err(AppError::Forbidden(Permission::AssignSteward));
            }
            require_version(tx, zone, &held, based_on).await?;
            let fits = tx.find_actor(zone, person).await?;
            if !fits.is_some_and(|candidate| is_fit(patron, &candidate)) {
                let field = match patron {
                    Patron::Steward => "steward",
                    Patron::Lead => "lead",
                };
                let flaw = FieldFlaw::of(field, "project.patron_unfit");
                return Err(AppError::Flawed(vec![flaw]));
            }
            let now = office.moment(at);
            let step = held
                .project
                .entrust(patron, actor.person, person, (now, &office))?;
            let saved = tx.save_step(&office, &held, &step, now.at).await?;
            Ok::<_, AppError>(Decided::of(held.project.id, saved, now.today))
        })
        .await?;
    app.poke.poke();
    Ok(decided)
}

/// A steward works on projects; a lead official is one who leads: a leader, or the head of a unit.
fn is_fit(patron: Patron, candidate: &Actor) -> bool {
    match patron {
        Patron::Steward => candidate.is_staff() && candidate.may(Permission::ReadProject),
        Patron::Lead => candidate.holds(Role::Leader) || candidate.holds(Role::Head),
    }
}
