//! An alert (督办): one rung that fired for one stage under one basis.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{
    clock::{Clock, ClockStop},
    id::{AlertId, PersonId, ProjectId, StageId},
    ladder::Rung,
    stage::{Stage, StageState},
    text::Prose,
    validity::Validity,
};

/// One rung that fired. Unique by stage, basis and rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Key.
    pub id: AlertId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which stage.
    pub stage: StageId,
    /// Which rung.
    pub rung: Rung,
    /// Under which basis.
    pub basis: u32,
    /// The day from which it was due.
    pub due_on: Date,
    /// When the sweep found it.
    pub fired_at: OffsetDateTime,
    /// True when the rung was only carried over to a moved deadline and nobody was told again.
    pub is_carried: bool,
    /// What a supervisor said to it.
    pub acknowledgement: Option<Acknowledgement>,
}

impl Alert {
    /// True while the alert still speaks of `stage` as it is: the stage is not finished, and neither its
    /// deadline nor, for silence, its last sign of work has moved since.
    pub fn stands(&self, stage: &Stage) -> bool {
        let basis = match self.rung {
            Rung::StopExpired if stage.state != StageState::Stopped => return false,
            Rung::StopExpired => stage.stop_basis(),
            Rung::StopObjected if to_review(stage).is_none() => return false,
            Rung::StopObjected => stage.stop_count(),
            Rung::DecisionLate if stage.extension.is_none() => return false,
            Rung::DecisionLate => stage.extension_requests,
            Rung::Expiring => stage.validity.map_or(0, Validity::basis),
            Rung::Silence => stage.touches,
            Rung::Remind | Rung::Yellow | Rung::Red | Rung::Leadership => stage.deadline.version,
        };
        stage.state != StageState::Done && basis == self.basis
    }

    /// True while people should hear of the alert: it stands, and nothing freezes its rung.
    pub fn is_urgent(&self, stage: &Stage) -> bool {
        let is_frozen = match self.rung {
            Rung::StopExpired | Rung::StopObjected | Rung::DecisionLate | Rung::Expiring => false,
            Rung::Silence | Rung::Remind => stage.state == StageState::Stopped,
            Rung::Yellow | Rung::Red | Rung::Leadership => {
                stage.state == StageState::Stopped || stage.extension.is_some()
            }
        };
        self.stands(stage) && !is_frozen
    }
}

fn to_review(stage: &Stage) -> Option<&ClockStop> {
    stage.clock.as_ref().and_then(Clock::stop_to_review)
}

/// What a supervisor says to an alert: an instruction and a new date, never a bare "seen".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Who.
    pub by: PersonId,
    /// On which day.
    pub on: Date,
    /// What is to be done.
    pub instruction: Prose,
    /// By when. Until the end of this day no higher rung fires.
    pub new_date: Date,
}
