//! The demonstration: a zone with forty projects whose past was really played, on a temporary database.
//!
//! | question | file |
//! |---|---|
//! | Who works there? | `people` |
//! | Which projects are there, and where does each hang today? | `projects`, `story` |
//! | Which stage was accepted and finished when? | `course` |
//! | Who did what on which day, in which words? | `script`, `words` |
//! | How far are works planned and reported? | `works` |
//! | Which calendar is proposed? | `proposal` |
//! | How does it get into the database? | `play`, [`seed`] |
//! | How is it started? | [`cli`] |
//!
//! Nothing is written past the rules: projects are admitted, accepted, stopped and finished by the same
//! methods as everywhere, at moments that lie in the past, and the sweep of each past morning fires the
//! alerts and sends the letters.

pub mod cli;
mod course;
mod days;
mod dice;
mod people;
mod play;
mod projects;
mod proposal;
mod script;
pub mod seed;
mod story;
mod words;
mod works;

use std::sync::Arc;

use domain::{
    alert::Alert,
    code::{ProjectCode, QueryCode},
    id::PersonId,
    office::Person,
};
use notifications::{mailer::Mailer, sweep};
use persistence::{Tx, person::Directory};
use time::{Date, OffsetDateTime, Time, macros::time};

use crate::{app::App, error::AppError, web::frame::Persona, worker};

/// What the demonstration adds to an application.
#[derive(Clone)]
pub struct Demo {
    /// Whom one may become, in the order of the switch.
    pub personas: Vec<PersonId>,
    /// The number of the project that is told as a story.
    pub story_code: ProjectCode,
    /// Its query code.
    pub story_query_code: QueryCode,
    /// Where letters go; for [`advance`].
    pub mailer: Arc<Mailer>,
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demo")
            .field("personas", &self.personas.len())
            .field("story_code", &self.story_code)
            .finish_non_exhaustive()
    }
}

/// Whom one may become, in the order of the switch; nobody outside the demonstration, and nobody who has
/// left.
pub fn personas(app: &App, directory: &Directory) -> Vec<Persona> {
    let ids = app.demo.as_ref().map_or(&[][..], |demo| &demo.personas);
    let people = ids.iter().filter_map(|id| directory.people.get(id));
    let persona = |person: &Person| {
        let unit = person.unit.and_then(|unit| directory.units.get(&unit));
        Some(Persona {
            id: person.id,
            name: person.name.clone(),
            role: person.roles.last().copied()?,
            unit: unit.map(|unit| unit.name.clone()),
        })
    };
    people
        .filter(|person| person.is_active)
        .filter_map(persona)
        .collect()
}

/// What a step ahead in time did.
#[derive(Debug, Clone)]
pub struct Advanced {
    /// The day it is now.
    pub today: Date,
    /// The alerts that fired.
    pub fired: Vec<Alert>,
    /// Letters that were queued.
    pub queued: usize,
    /// Letters that went out.
    pub sent: usize,
}

/// When a day of the demonstration begins: in office hours, so that letters go at once.
const MORNING: Time = time!(09:00);

/// Moves the clock of the demonstration to the morning of the zone's next working day and does what the
/// worker does then, before it returns. Outside the demonstration there is nothing to move: absent.
pub async fn advance(app: &App) -> Result<Advanced, AppError> {
    let demo = app.demo.as_ref().ok_or(AppError::Absent)?;
    let zone = app.zone;
    let office = app
        .store
        .read(async |tx: &mut Tx| tx.office(zone).await)
        .await?;
    let office = &office.office;
    let next = office
        .calendar
        .working_day_after(office.time.day_of(app.now()), 1)
        .map_err(|error| AppError::Broken {
            cause: error.to_string(),
        })?;
    let at: OffsetDateTime = office.time.at_time(next.on, MORNING);
    // Swept before the clock moves: the worker, which looks every few seconds, cannot take the alerts
    // away from this answer.
    let swept = sweep::sweep(&app.store, zone, at).await?;
    // And written down, so that a day that was skipped is not taken for an outage.
    app.store
        .write(async move |tx: &mut Tx| tx.note_sweep(zone, at).await)
        .await?;
    app.clock.set(at);
    let turn = worker::turn(app, &demo.mailer, app.ids.key(at)).await?;
    Ok(Advanced {
        today: next.on,
        fired: swept.fired.into_iter().chain(turn.swept.fired).collect(),
        queued: swept.queued + turn.swept.queued,
        sent: turn.delivered.sent,
    })
}

#[cfg(test)]
mod tests;
