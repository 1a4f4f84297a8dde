//! The acts on one stage.

use domain::{
    access::{Actor, Permission, Role},
    event::Author,
    extension::ExtensionReason,
    id::{PersonId, ProjectId, StageId, ZoneId},
    ladder::Rung,
    moment::Moment,
    office::Office,
    project::{
        Accept, AnswerStop, AskExtension, Complete, DecideExtension, Note, Project, Renew, Resume,
        ReviewStop, ReviseStop, Step, StopClock,
    },
    refusal::Refusal,
    stage::Stage,
    text::Prose,
};
use persistence::{
    Tx,
    alert::alert_id,
    project::{Held, Saved},
};
use serde::{Deserialize, Serialize};
use time::Date;

use super::look::{Seen, Surroundings};
use crate::{
    app::App,
    error::{AppError, Change},
    http::respond::Edition,
    view::{
        consequence::{ConsequenceView, consequence_view},
        setting::Viewer,
    },
};

/// More time, as somebody asks for it.
#[derive(Debug, Clone)]
pub struct ExtensionWish {
    /// Days, in the unit of the promise.
    pub days: u16,
    /// Why, from the closed list.
    pub reason: ExtensionReason,
    /// Why, in own words.
    pub text: Prose,
}

/// What somebody says to a request for more time.
#[derive(Debug, Clone)]
pub struct ExtensionVerdict {
    /// True for yes.
    pub is_granted: bool,
    /// Why.
    pub text: Option<Prose>,
}

/// What an officer wants to do with a stage.
#[derive(Debug, Clone)]
pub enum Act {
    /// The clock starts; the actor becomes responsible if nobody is.
    Accept(Accept),
    /// A sign of work.
    Note(Note),
    /// The clock stops.
    Stop(StopClock),
    /// The clock runs again.
    Resume(Resume),
    /// The investor answers a stop in its court.
    AnswerStop(AnswerStop),
    /// An open stop gets another expected end.
    ReviseStop(ReviseStop),
    /// A supervisor looks into a stop that the investor objects to.
    ReviewStop(ReviewStop),
    /// What a stage has issued is renewed.
    Renew(Renew),
    /// More time is asked for.
    AskExtension(ExtensionWish),
    /// More time is granted or refused.
    DecideExtension(ExtensionVerdict),
    /// The stage is finished.
    Complete(Complete),
    /// Somebody becomes responsible.
    Assign(PersonId),
}

impl Act {
    /// What the actor must be allowed to do.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Accept(_) => Permission::AcceptStage,
            Self::Note(_) => Permission::NoteProgress,
            Self::Stop(_) | Self::ReviseStop(_) => Permission::StopClock,
            Self::Resume(_) => Permission::ResumeClock,
            Self::AnswerStop(_) => Permission::AnswerStop,
            Self::ReviewStop(_) => Permission::ReviewStop,
            Self::Renew(_) => Permission::RenewValidity,
            Self::AskExtension(_) => Permission::AskExtension,
            Self::DecideExtension(_) => Permission::DecideExtension,
            Self::Complete(_) => Permission::CompleteStage,
            Self::Assign(_) => Permission::AssignStage,
        }
    }

    /// Whom it names as responsible; those who accept a stage themselves are known to work in its unit.
    fn named_officer(&self, by: PersonId) -> Option<PersonId> {
        match self {
            Self::Assign(officer) => Some(*officer),
            Self::Accept(accept) => accept.officer.filter(|officer| *officer != by),
            Self::Note(_)
            | Self::Stop(_)
            | Self::Resume(_)
            | Self::AnswerStop(_)
            | Self::ReviseStop(_)
            | Self::ReviewStop(_)
            | Self::Renew(_)
            | Self::AskExtension(_)
            | Self::DecideExtension(_)
            | Self::Complete(_) => None,
        }
    }

    fn decide(
        self,
        project: &Project,
        (stage, actor): (StageId, &Actor),
        deciders: Vec<(PersonId, Role)>,
        at: (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let by = actor.person;
        match self {
            Self::AnswerStop(answer) => project.answer_stop(stage, by, answer, at),
            Self::ReviseStop(revise) => project.revise_stop(stage, by, revise, at),
            Self::ReviewStop(review) => project.review_stop(stage, by, review, at),
            Self::Renew(renew) => project.renew(stage, by, &renew, at),
            Self::AskExtension(wish) => {
                let ask = AskExtension {
                    days: wish.days,
                    reason: wish.reason,
                    text: wish.text,
                    is_by_head: actor.holds(Role::Head),
                    deciders,
                };
                project.ask_extension(stage, by, ask, at)
            }
            Self::DecideExtension(verdict) => {
                let decide = DecideExtension {
                    is_granted: verdict.is_granted,
                    text: verdict.text,
                    roles: actor.roles.clone(),
                };
                project.decide_extension(stage, by, decide, at)
            }
            Self::Accept(accept) => project.accept(stage, by, &accept, at),
            Self::Note(note) => project.note(stage, by, note, at),
            Self::Stop(stop) => project.stop(stage, by, stop, at),
            Self::Resume(resume) => project.resume(stage, by, resume, at),
            Self::Complete(complete) => project.complete(stage, by, complete, at),
            Self::Assign(officer) => project.assign(stage, by, officer, at),
        }
    }
}

/// What a decision left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The project.
    pub project: ProjectId,
    /// Its edition now.
    pub edition: Edition,
}

impl Decided {
    pub(super) fn of(project: ProjectId, saved: Saved, today: Date) -> Self {
        let Saved { version, line } = saved;
        let edition = Edition {
            version,
            line,
            today,
        };
        Self { project, edition }
    }
}

/// Does `act` on a stage for `actor`, based on version `based_on` of the project.
pub async fn act(
    app: &App,
    actor: Actor,
    stage: StageId,
    based_on: i64,
    act: Act,
) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    let decided = app
        .store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let held = tx.stage_project_to_decide(zone, stage).await?;
            let now = office.moment(at);
            let prepared = (stage, based_on, act);
            let step = decide(tx, (&office, now), &held, &actor, prepared).await?;
            let saved = tx.save_step(&office, &held, &step, now.at).await?;
            if let Some(said) = &step.acknowledgement {
                // Whoever looks into a stop answers the alert that asked for it.
                let stops = held.project.stage(stage).map_or(0, Stage::stop_count);
                let alert = alert_id(zone, stage, Rung::StopObjected, stops);
                tx.settle_alert(zone, alert, said).await?;
            }
            Ok::<_, AppError>(Decided::of(held.project.id, saved, now.today))
        })
        .await?;
    app.poke.poke();
    Ok(decided)
}

/// What `act` on a stage would do, under the same rules; nothing is kept.
pub async fn rehearse(
    app: &App,
    actor: Actor,
    stage: StageId,
    based_on: i64,
    act: Act,
) -> Result<Seen<ConsequenceView>, AppError> {
    app.store
        .read(async move |tx: &mut Tx| {
            let project = tx.project_of_stage(app.zone, stage).await?;
            let held = tx.project(app.zone, project).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let (office, now) = (&surroundings.zone.office, surroundings.now);
            let prepared = (stage, based_on, act);
            let step = decide(tx, (office, now), &held, &actor, prepared).await?;
            let viewer = Viewer::Person(actor);
            let templates = [held.template.clone()];
            let setting = surroundings.setting(&viewer, &templates);
            let view = consequence_view(&held.project, stage, &step, &setting);
            Ok(Seen::of(&held, view.ok_or(AppError::Absent)?, surroundings))
        })
        .await
}

/// Who may, on which version, with which people; then the rule itself.
async fn decide(
    tx: &mut Tx,
    (office, now): (&Office, Moment),
    held: &Held,
    actor: &Actor,
    (stage, based_on, act): (StageId, i64, Act),
) -> Result<Step, AppError> {
    let zone = office.zone;
    require_right(held, stage, actor, act.permission())?;
    require_version(tx, zone, held, based_on).await?;
    if let Some(officer) = act.named_officer(actor.person) {
        require_colleague(tx, zone, held, stage, officer).await?;
    }
    let deciders = if matches!(act, Act::AskExtension(_)) {
        deciders(tx, zone, held, stage).await?
    } else {
        Vec::new()
    };
    Ok(act.decide(&held.project, (stage, actor), deciders, (now, office))?)
}

/// Who may have to decide upon more time for a stage.
async fn deciders(
    tx: &mut Tx,
    zone: ZoneId,
    held: &Held,
    stage: StageId,
) -> Result<Vec<(PersonId, Role)>, AppError> {
    let unit = held.project.stage(stage).map(|stage| stage.unit);
    let directory = tx.directory(zone).await?;
    let mut deciding = Vec::new();
    for person in directory.people.values().filter(|person| person.is_active) {
        // In the order of the roles.
        let is_own_head = unit.is_some_and(|unit| directory.holds_in(person.id, Role::Head, unit));
        let others = [Role::EfficacyOffice, Role::Leader].into_iter();
        let others = others.filter(|role| person.roles.contains(role));
        let roles = is_own_head.then_some(Role::Head).into_iter().chain(others);
        deciding.extend(roles.map(|role| (person.id, role)));
    }
    Ok(deciding)
}

/// The project of a stage, if the actor may see it and do this.
pub(super) async fn held_for(
    tx: &mut Tx,
    (zone, stage): (ZoneId, StageId),
    actor: &Actor,
    permission: Permission,
) -> Result<Held, AppError> {
    let held = tx.stage_project_to_decide(zone, stage).await?;
    require_right(&held, stage, actor, permission)?;
    Ok(held)
}

/// What is not the asker's does not exist; what the asker may not do is said so.
fn require_right(
    held: &Held,
    stage: StageId,
    actor: &Actor,
    permission: Permission,
) -> Result<(), AppError> {
    if !actor.may_on_project(Permission::ReadProject, &held.project) {
        return Err(AppError::Absent);
    }
    let target = held.project.stage(stage).ok_or(AppError::Absent)?;
    if !actor.may_on_stage(permission, &held.project, target) {
        return Err(AppError::Forbidden(permission));
    }
    Ok(())
}

/// Refuses a decision that was prepared on an older version, and says who was faster.
pub(super) async fn require_version(
    tx: &mut Tx,
    zone: ZoneId,
    held: &Held,
    based_on: i64,
) -> Result<(), AppError> {
    if held.version == based_on {
        return Ok(());
    }
    let visibility = domain::event::Visibility::Internal;
    let last = tx
        .events(zone, held.project.id, visibility, LINES_READ_FOR_AUTHOR)
        .await?;
    let author = last.iter().find_map(|line| match line.event.author {
        Author::Person(id) => Some(id),
        Author::System | Author::Import => None,
    });
    let by = match author {
        Some(id) => Some(tx.person(zone, id).await?.name),
        None => None,
    };
    Err(AppError::Stale(Change {
        version: held.version,
        by,
        at: held.updated_at,
    }))
}

/// Lines read back to find who made the last decision; the sweep's lines stand in between.
const LINES_READ_FOR_AUTHOR: i64 = 20;

/// Whoever becomes responsible must be an officer or the head in the unit of the stage.
async fn require_colleague(
    tx: &mut Tx,
    zone: ZoneId,
    held: &Held,
    stage: StageId,
    officer: PersonId,
) -> Result<(), AppError> {
    let unit = held.project.stage(stage).map(|stage| stage.unit);
    let directory = tx.directory(zone).await?;
    let works = unit.is_some_and(|unit| {
        let mut roles = [Role::Officer, Role::Head].into_iter();
        roles.any(|role| directory.holds_in(officer, role, unit))
    });
    if works {
        Ok(())
    } else {
        Err(Refusal::ForeignOfficer.into())
    }
}
