//! Putting right what is wrong about a project after its admission.

use domain::{
    access::{Actor, Permission},
    metadata::{KEYS_MAX, TooManyEntries},
    moment::Moment,
    office::Office,
    project::{Correction, Step},
};
use persistence::{
    Tx,
    project::{Held, Saved},
};

use super::{
    look::{Seen, Surroundings},
    project::ProjectName,
    stage::{Decided, require_version},
};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    view::history::{ChangeView, changes},
};

/// What somebody wants to put right, and about which version of which project.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The project.
    pub project: ProjectName,
    /// The version that was looked at.
    pub based_on: i64,
    /// What is to be another.
    pub correction: Correction,
}

/// Puts right what is wrong about a project. Where everything is as wished already, nothing is written and the
/// version stays.
pub async fn correct(app: &App, actor: Actor, wish: Wish) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    app.store
        .write_once(async move |tx: &mut Tx| {
            let office = tx.office(zone).await?.office.clone();
            let now = office.moment(at);
            let id = wish.project.resolve(tx, zone).await?;
            let held = tx.project_to_decide(zone, id).await?;
            let step = decide(tx, (&office, now), (&held, &actor), wish).await?;
            let saved = match step {
                Some(step) => tx.save_step(&office, &held, &step, now.at).await?,
                None => Saved {
                    version: held.version,
                    line: held.chain.seq,
                },
            };
            Ok::<_, AppError>(Decided::of(id, saved, now.today))
        })
        .await
}

/// What a correction would change, under the same rules; nothing is kept.
pub async fn rehearse(
    app: &App,
    actor: Actor,
    wish: Wish,
) -> Result<Seen<Vec<ChangeView>>, AppError> {
    app.store
        .read(async move |tx: &mut Tx| {
            let id = wish.project.resolve(tx, app.zone).await?;
            let held = tx.project(app.zone, id).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let at = (&surroundings.zone.office, surroundings.now);
            let step = decide(tx, at, (&held, &actor), wish).await?;
            let people = &surroundings.directory.people;
            let name_of = |id| people.get(&id).map(|person| person.name.clone());
            let events = step.iter().flat_map(|step| &step.events);
            let view = events
                .filter_map(|event| changes(&event.fact, name_of))
                .flatten()
                .collect();
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

/// Who may, on which version, with which people; then the rule itself.
async fn decide(
    tx: &mut Tx,
    (office, now): (&Office, Moment),
    (held, actor): (&Held, &Actor),
    wish: Wish,
) -> Result<Option<Step>, AppError> {
    let project = &held.project;
    if !actor.may_on_project(Permission::ReadProject, project) {
        return Err(AppError::Absent);
    }
    if !actor.may_on_project(Permission::CorrectProject, project) {
        return Err(AppError::Forbidden(Permission::CorrectProject));
    }
    require_version(tx, office.zone, held, wish.based_on).await?;
    let contacts = wish.correction.contacts.iter().flatten();
    // Who is one already may have left since; whoever is named anew must be here.
    for new in contacts.filter(|id| !project.contacts.contains(id)) {
        if tx.find_actor(office.zone, *new).await?.is_none() {
            let flaw = FieldFlaw::of("contacts", "validation.choice");
            return Err(AppError::Flawed(vec![flaw]));
        }
    }
    let step = project.correct(actor.person, wish.correction, (now, office));
    step.map_err(|TooManyEntries| {
        AppError::Flawed(vec![FieldFlaw {
            arguments: vec![("max", KEYS_MAX.to_string())],
            ..FieldFlaw::of("metadata", "project.metadata_full")
        }])
    })
}
