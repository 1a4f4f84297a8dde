//! What may be done to a stage, and why not.

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission},
    clock::StopReason,
    event::Visibility,
    extension::ExtensionReason,
    id::StageId,
    project::{
        Accept, AnswerStop, AskExtension, Complete, DecideExtension, Note, Project, Renew, Resume,
        ReviewStop, ReviseStop, Step, StopClock,
    },
    refusal::Refusal,
    stage::Stage,
    text::Prose,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::setting::Setting;

/// An act of an officer or a head on one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 受理
    Accept,
    /// 记录进展
    Note,
    /// 暂停计时
    Stop,
    /// 恢复计时
    Resume,
    /// 答复停表
    AnswerStop,
    /// 调整停表
    ReviseStop,
    /// 复核停表
    ReviewStop,
    /// 证照延期
    Renew,
    /// 申请延期
    AskExtension,
    /// 审批延期
    DecideExtension,
    /// 办结
    Complete,
    /// 指派承办人
    Assign,
}

impl Action {
    /// Every act, in the order of the work.
    pub const ALL: [Self; 12] = [
        Self::Accept,
        Self::Note,
        Self::Stop,
        Self::Resume,
        Self::AnswerStop,
        Self::ReviewStop,
        Self::DecideExtension,
        Self::Complete,
        Self::ReviseStop,
        Self::AskExtension,
        Self::Renew,
        Self::Assign,
    ];

    /// The stable code, as in the address of its form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Note => "note",
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::AnswerStop => "answer_stop",
            Self::ReviseStop => "revise_stop",
            Self::ReviewStop => "review_stop",
            Self::Renew => "renew",
            Self::AskExtension => "ask_extension",
            Self::DecideExtension => "decide_extension",
            Self::Complete => "complete",
            Self::Assign => "assign",
        }
    }

    /// The act of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// True for what may move a date.
    pub fn moves_dates(self) -> bool {
        match self {
            Self::Accept
            | Self::Note
            | Self::Stop
            | Self::Resume
            | Self::ReviseStop
            | Self::ReviewStop
            | Self::Renew
            | Self::AskExtension
            | Self::DecideExtension
            | Self::Complete => true,
            Self::AnswerStop | Self::Assign => false,
        }
    }

    /// The right it needs.
    pub fn permission(self) -> Permission {
        match self {
            Self::Accept => Permission::AcceptStage,
            Self::Note => Permission::NoteProgress,
            Self::Stop | Self::ReviseStop => Permission::StopClock,
            Self::Resume => Permission::ResumeClock,
            Self::AnswerStop => Permission::AnswerStop,
            Self::ReviewStop => Permission::ReviewStop,
            Self::Renew => Permission::RenewValidity,
            Self::AskExtension => Permission::AskExtension,
            Self::DecideExtension => Permission::DecideExtension,
            Self::Complete => Permission::CompleteStage,
            Self::Assign => Permission::AssignStage,
        }
    }
}

/// Whether an act is possible now, for the one who looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllowedAction {
    /// The act.
    pub action: Action,
    /// True when it would be taken.
    pub allowed: bool,
    /// Why not.
    pub reason: Option<Reason>,
    /// What would follow if it were done today.
    pub consequence: Option<Consequence>,
}

/// Why not: the code of a refusal, or `access.denied`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RefusalReason)]
pub struct Reason {
    /// The stable code.
    pub code: String,
    /// The parameters of the sentence.
    pub arguments: BTreeMap<String, String>,
}

impl Reason {
    /// The reason without parameters.
    pub fn plain(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            arguments: BTreeMap::new(),
        }
    }
}

impl From<&Refusal> for Reason {
    fn from(refusal: &Refusal) -> Self {
        let arguments = refusal.arguments().into_iter();
        Self {
            code: refusal.code().to_owned(),
            arguments: arguments
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }
}

/// What would follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Consequence {
    /// The last day under the promise afterwards.
    pub due_on: Option<Date>,
    /// True when the stage would be finished after its promise.
    pub is_late: bool,
}

/// The reason code for want of the right.
pub const ACCESS_DENIED: &str = "access.denied";
/// The reason code where the template allows no stop at all.
pub const NO_STOP_ALLOWED: &str = "stage.stop.none_allowed";

/// Every act with its answer. Whoever lacks the right learns nothing about the rule behind it.
pub fn allowed_actions(
    project: &Project,
    stage: &Stage,
    setting: &Setting<'_>,
) -> Vec<AllowedAction> {
    let answer = |action: Action| {
        let actor = setting
            .viewer
            .actor()
            .filter(|actor| actor.may_on_stage(action.permission(), project, stage));
        let tried = match actor {
            None => Err(Reason::plain(ACCESS_DENIED)),
            Some(actor) => {
                let tried = rehearse(action, project, stage, setting, actor);
                let consequence = |step: Option<Step>| consequence(&step?, stage);
                tried.map(consequence).map_err(|refusal| {
                    // The rehearsal asks for the first allowed reason: refused means there is none.
                    if matches!(refusal, Refusal::StopReasonNotAllowed { .. }) {
                        Reason::plain(NO_STOP_ALLOWED)
                    } else {
                        Reason::from(&refusal)
                    }
                })
            }
        };
        match tried {
            Ok(consequence) => AllowedAction {
                action,
                allowed: true,
                reason: None,
                consequence,
            },
            Err(reason) => AllowedAction {
                action,
                allowed: false,
                reason: Some(reason),
                consequence: None,
            },
        }
    };
    Action::ALL.into_iter().map(answer).collect()
}

/// The step that `action` would be today; `None` if it is not possible, or changes no date.
pub(super) fn rehearsed(
    action: Action,
    project: &Project,
    stage: StageId,
    setting: &Setting<'_>,
) -> Option<Step> {
    let stage = project.stage(stage)?;
    let actor = setting.viewer.actor()?;
    let may = actor.may_on_stage(action.permission(), project, stage);
    let tried = may.then(|| rehearse(action, project, stage, setting, actor))?;
    tried.ok().flatten()
}

/// Does it on paper, today.
fn rehearse(
    action: Action,
    project: &Project,
    stage: &Stage,
    setting: &Setting<'_>,
    actor: &Actor,
) -> Result<Option<Step>, Refusal> {
    let (id, by, today) = (stage.id, actor.person, setting.now.today);
    let when = (setting.now, setting.office);
    let Ok(text) = Prose::parse("-") else {
        return Ok(None);
    };
    let step = match action {
        Action::Accept => {
            let accept = Accept {
                on: today,
                officer: None,
            };
            project.accept(id, by, &accept, when)?
        }
        Action::Note => {
            let note = Note {
                text,
                visibility: Visibility::Internal,
                expected_on: None,
            };
            project.note(id, by, note, when)?
        }
        Action::Stop => project.stop(id, by, stopped(stage, today, text), when)?,
        Action::Resume => {
            let resume = Resume {
                on: today,
                text: None,
                late_reason: None,
            };
            project.resume(id, by, resume, when)?
        }
        Action::AnswerStop => {
            let (agrees, text) = (true, None);
            project.answer_stop(id, by, AnswerStop { agrees, text }, when)?
        }
        Action::ReviseStop => project.revise_stop(id, by, one_day_later(today, text), when)?,
        Action::ReviewStop => {
            let is_upheld = true;
            project.review_stop(id, by, ReviewStop { is_upheld, text }, when)?
        }
        Action::Renew => project.renew(id, by, &Renew { on: today, text }, when)?,
        Action::AskExtension => project.ask_extension(id, by, one_day_more(text), when)?,
        Action::DecideExtension => {
            let decide = DecideExtension {
                is_granted: true,
                text: None,
                roles: actor.roles.clone(),
            };
            project.decide_extension(id, by, decide, when)?
        }
        Action::Complete => {
            let (on, result) = (today, text);
            project.complete(id, by, Complete { on, result }, when)?
        }
        Action::Assign => {
            return match stage.done_on {
                Some(done_on) => Err(Refusal::StageFinished { done_on }),
                None => Ok(None),
            };
        }
    };
    Ok(Some(step))
}

/// A stop today for the first reason that the stage allows.
fn stopped(stage: &Stage, today: Date, text: Prose) -> StopClock {
    let first = stage.terms.stops.first().copied();
    StopClock {
        reason: first.unwrap_or(StopReason::ForceMajeure),
        on: today,
        resumed_on: None,
        expected_on: None,
        text,
        late_reason: None,
    }
}

/// The soonest end that a stop may be given.
fn one_day_later(today: Date, text: Prose) -> ReviseStop {
    ReviseStop {
        expected_on: today.next_day().unwrap_or(today),
        text,
    }
}

/// The smallest extension.
fn one_day_more(text: Prose) -> AskExtension {
    AskExtension {
        days: 1,
        reason: ExtensionReason::Other,
        text,
        is_by_head: false,
        deciders: Vec::new(),
    }
}

fn consequence(step: &Step, stage: &Stage) -> Option<Consequence> {
    let after = step.project.stage(stage.id)?;
    Some(Consequence {
        due_on: after.deadline.due_on,
        is_late: after.is_done_late(),
    })
}
