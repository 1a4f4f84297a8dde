//! The edition of a thing that somebody may see, without reading what is shown of it: enough to answer
//! "nothing has changed".

use domain::{
    access::{Permission, Reach},
    id::{AlertId, CardId, StageId},
};
use persistence::Tx;

use super::{may_see, project::edition};
use crate::{
    app::App, error::AppError, http::respond::Edition, usecase::project::ProjectName,
    view::setting::Viewer,
};

/// A thing of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// The project itself.
    Project(ProjectName),
    /// One of its stages.
    Stage(StageId),
    /// An alert about one of its stages.
    Alert(AlertId),
    /// A card about one of its stages.
    Card(CardId),
}

/// The edition of a thing that the viewer may see: that of its project.
pub async fn edition_of(app: &App, thing: Thing, viewer: &Viewer) -> Result<Edition, AppError> {
    let (zone, thing) = match thing {
        Thing::Project(name) => return edition(app, &name, viewer).await,
        thing @ (Thing::Stage(_) | Thing::Alert(_) | Thing::Card(_)) => (app.zone, thing),
    };
    let sees_all = |permission| {
        let actor = viewer.actor();
        actor.is_some_and(|actor| actor.reach(permission) == Some(Reach::Zone))
    };
    app.store
        .read(async |tx: &mut Tx| {
            let (id, stage) = match &thing {
                Thing::Project(name) => (name.resolve(tx, zone).await?, None),
                Thing::Stage(stage) => (tx.project_of_stage(zone, *stage).await?, None),
                Thing::Card(card) => (tx.card(zone, *card).await?.project, None),
                Thing::Alert(alert) => {
                    let alert = tx.alert(zone, *alert).await?;
                    (alert.project, Some(alert.stage))
                }
            };
            let permission = match stage {
                Some(_) => Permission::ReadBoard,
                None => Permission::ReadProject,
            };
            if !sees_all(permission) {
                let held = tx.project(zone, id).await?;
                let oversees = |stage| {
                    let target = held.project.stage(stage);
                    let actor = viewer.actor().zip(target);
                    actor.is_some_and(|(actor, target)| {
                        actor.may_on_stage(permission, &held.project, target)
                    })
                };
                if !stage.map_or_else(|| may_see(viewer, None, &held), oversees) {
                    return Err(AppError::Absent);
                }
            }
            let (version, line) = tx.project_version(zone, id).await?;
            let today = tx.office(zone).await?.office.time.day_of(app.now());
            Ok(Edition {
                version,
                line,
                today,
            })
        })
        .await
}
