//! Answering an alert.

use domain::{
    access::{Actor, Permission},
    id::AlertId,
    project::Acknowledge,
};

use super::stage::{Decided, held_for, require_version};
use crate::{app::App, error::AppError};

/// Answers an alert for `actor`, based on version `based_on` of the project.
pub async fn acknowledge(
    app: &App,
    actor: Actor,
    alert: AlertId,
    based_on: i64,
    acknowledge: Acknowledge,
) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    app.store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let alert = tx.alert(zone, alert).await?;
            let permission = Permission::AcknowledgeAlert;
            let held = held_for(tx, (zone, alert.stage), &actor, permission).await?;
            // Read again: the project is ours now, so nobody can have answered in between.
            let alert = tx.alert(zone, alert.id).await?;
            require_version(tx, zone, &held, based_on).await?;
            let now = office.moment(at);
            let step =
                held.project
                    .acknowledge(&alert, actor.person, acknowledge, (now, &office))?;
            let saved = tx.save_step(&office, &held, &step, now.at).await?;
            if let Some(said) = &step.acknowledgement {
                tx.acknowledge_alert(zone, alert.id, said).await?;
            }
            Ok(Decided::of(held.project.id, saved, now.today))
        })
        .await
}
