//! Deputies and absences: who stands in for whom.

use domain::{
    access::{Actor, Permission},
    deputy::{self, Absence, AbsenceReason},
    id::{AbsenceId, PersonId},
    office::Person,
    refusal::Refusal,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{Tx, directory::Directory};
use time::{Date, Duration};

use super::directory::{Changing, require_entry};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
};

/// Days on which somebody will be away.
#[derive(Debug, Clone, Copy)]
pub struct NewAbsence {
    /// The first day.
    pub from_on: Date,
    /// The last day; it counts.
    pub until_on: Date,
    /// Why.
    pub reason: AbsenceReason,
    /// Who stands in on these days.
    pub substitute: Option<PersonId>,
}

/// A year and a day: whoever is away for longer has another post.
const ABSENCE_DAYS_MAX: Duration = Duration::days(366);

/// The person, if the actor may say when they are away.
fn person_of<'a>(
    actor: &Actor,
    directory: &'a Directory,
    id: PersonId,
) -> Result<&'a Person, AppError> {
    let known = directory.people.get(&id);
    let person = known
        .filter(|person| person.is_active)
        .ok_or(AppError::Absent)?;
    if actor.may_on_person(Permission::ReportAbsence, id, person.unit) {
        Ok(person)
    } else {
        Err(AppError::Forbidden(Permission::ReportAbsence))
    }
}

fn require_fit(
    directory: &Directory,
    person: PersonId,
    (field, candidate): (&'static str, PersonId),
) -> Result<(), AppError> {
    let flaw = |code| AppError::Flawed(vec![FieldFlaw::of(field, code)]);
    let known = directory.people.get(&candidate);
    let known = known.ok_or_else(|| flaw("validation.choice"))?;
    deputy::fit(person, known).map_err(|unfit| flaw(unfit.code()))
}

/// Enters an absence.
pub async fn report(
    app: &App,
    actor: Actor,
    person: PersonId,
    new: NewAbsence,
) -> Result<AbsenceId, AppError> {
    let (zone, at) = (app.zone, app.now());
    let absence = Absence {
        id: AbsenceId(app.ids.key(at)),
        person,
        from_on: new.from_on,
        until_on: new.until_on,
        reason: new.reason,
        substitute: new.substitute,
    };
    app.store
        .write_once(async move |tx| {
            tx.hold_directory(zone).await?;
            let today = tx.office(zone).await?.office.time.day_of(at);
            let directory = tx.directory(zone).await?;
            person_of(&actor, &directory, person)?;
            require_sound(&absence, today)?;
            if let Some(substitute) = absence.substitute {
                require_fit(&directory, person, ("substitute", substitute))?;
            }
            let mut others = directory.absences.iter();
            if let Some(other) =
                others.find(|other| other.person == person && other.overlaps(&absence))
            {
                return Err(AppError::Refused(Refusal::AbsenceOverlaps {
                    from: other.from_on,
                    until: other.until_on,
                }));
            }
            tx.add_absence(zone, &absence).await?;
            let by = Some(actor.person);
            record(tx, Changing { zone, by, at }, &absence, "entered").await?;
            Ok::<_, AppError>(absence.id)
        })
        .await
}

fn require_sound(absence: &Absence, today: Date) -> Result<(), AppError> {
    let flaw = |field, code| Err(AppError::Flawed(vec![FieldFlaw::of(field, code)]));
    if absence.until_on < absence.from_on {
        flaw("until_on", "absence.backwards")
    } else if absence.until_on < today {
        flaw("until_on", "absence.in_past")
    } else if absence.until_on - absence.from_on > ABSENCE_DAYS_MAX {
        flaw("until_on", "absence.too_long")
    } else {
        Ok(())
    }
}

/// What becomes of an absence: its days stay in the record, the reason does not go there.
async fn record(
    tx: &mut Tx,
    changing: Changing,
    absence: &Absence,
    change: &str,
) -> Result<(), AppError> {
    let told = |event: SecurityEvent| {
        event
            .on(absence.person)
            .with("change", change)
            .with("from", absence.from_on)
            .with("until", absence.until_on)
    };
    let thing = absence.person.0;
    Ok(changing
        .record(tx, thing, told, SecurityAct::AbsenceChanged)
        .await?)
}

/// Somebody is there again, or does not go at all: an absence that has begun ends the day before today, one
/// that has not is taken back. Based on a version of the person.
pub async fn end(
    app: &App,
    actor: Actor,
    (person, based_on): (PersonId, i64),
    id: AbsenceId,
) -> Result<(), AppError> {
    let (zone, at) = (app.zone, app.now());
    app.store
        .write_once(async move |tx| {
            tx.hold_directory(zone).await?;
            let today = tx.office(zone).await?.office.time.day_of(at);
            let directory = tx.directory(zone).await?;
            person_of(&actor, &directory, person)?;
            require_entry(tx, zone, person.0, based_on).await?;
            let mut absences = directory.absences.iter();
            let absence = absences
                .find(|absence| absence.id == id && absence.person == person)
                .ok_or(AppError::Absent)?;
            if absence.until_on < today {
                let until = absence.until_on;
                return Err(AppError::Refused(Refusal::AbsenceOver { until }));
            }
            let by = Some(actor.person);
            let changing = Changing { zone, by, at };
            let yesterday = today.previous_day();
            if let Some(yesterday) = yesterday.filter(|day| *day >= absence.from_on) {
                tx.end_absence(zone, id, yesterday).await?;
                record(tx, changing, absence, "ended").await
            } else {
                tx.remove_absence(zone, id).await?;
                record(tx, changing, absence, "taken_back").await
            }
        })
        .await
}

/// Makes somebody the deputy of a person, or nobody. Based on a version of the person.
pub async fn name_deputy(
    app: &App,
    actor: Actor,
    (person, based_on): (PersonId, i64),
    deputy: Option<PersonId>,
) -> Result<(), AppError> {
    let (zone, at) = (app.zone, app.now());
    app.store
        .write_once(async move |tx| {
            tx.hold_directory(zone).await?;
            let directory = tx.directory(zone).await?;
            person_of(&actor, &directory, person)?;
            require_entry(tx, zone, person.0, based_on).await?;
            let by = Some(actor.person);
            name_in(tx, Changing { zone, by, at }, person, deputy).await
        })
        .await
}

pub(super) async fn name_in(
    tx: &mut Tx,
    changing: Changing,
    person: PersonId,
    deputy: Option<PersonId>,
) -> Result<(), AppError> {
    let directory = tx.directory(changing.zone).await?;
    if let Some(deputy) = deputy {
        require_fit(&directory, person, ("deputy", deputy))?;
    }
    if directory.deputies.get(&person).copied() == deputy {
        return Ok(());
    }
    tx.set_deputy(changing.zone, person, deputy).await?;
    let told = |event: SecurityEvent| {
        let event = event.on(person);
        match deputy {
            Some(deputy) => event.with("deputy", deputy),
            None => event,
        }
    };
    Ok(changing
        .record(tx, person.0, told, SecurityAct::DeputyChanged)
        .await?)
}
