//! Who may do what to whose things: one table.

use alloc::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::scope::Scopes;
use crate::{
    id::{PersonId, UnitId},
    project::Project,
    stage::Stage,
};

/// What a person is to the zone. One person may hold several, but never two of the administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 投资者
    Investor,
    /// 承办人
    Officer,
    /// 单位负责人
    Head,
    /// 督办人员
    Supervisor,
    /// 效能办
    EfficacyOffice,
    /// 分管领导、两委
    Leader,
    /// 系统管理员
    SystemAdministrator,
    /// 安全管理员
    SecurityAdministrator,
    /// 审计管理员
    AuditAdministrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Investor,
        Self::Officer,
        Self::Head,
        Self::Supervisor,
        Self::EfficacyOffice,
        Self::Leader,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::AuditAdministrator,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Investor => "investor",
            Self::Officer => "officer",
            Self::Head => "head",
            Self::Supervisor => "supervisor",
            Self::EfficacyOffice => "efficacy_office",
            Self::Leader => "leader",
            Self::SystemAdministrator => "system_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::AuditAdministrator => "audit_administrator",
        }
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// True for the three administrators, of which no person may hold two.
    pub fn is_administrator(self) -> bool {
        matches!(
            self,
            Self::SystemAdministrator | Self::SecurityAdministrator | Self::AuditAdministrator
        )
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See a project, its stages and the public lines of its record.
    ReadProject,
    /// See internal notes and the people behind a stage.
    ReadInternal,
    /// Admit a project to the green channel.
    AdmitProject,
    /// Accept a stage: its clock starts.
    AcceptStage,
    /// Note progress on a stage.
    NoteProgress,
    /// Stop the clock of a stage.
    StopClock,
    /// Let the clock of a stage run again.
    ResumeClock,
    /// Say yes or no to a stop in the investor's court.
    AnswerStop,
    /// Look into a stop that the investor objects to.
    ReviewStop,
    /// Ask for more time for a stage.
    AskExtension,
    /// Decide upon more time for a stage.
    DecideExtension,
    /// Renew what a stage has issued.
    RenewValidity,
    /// Finish a stage.
    CompleteStage,
    /// Make somebody responsible for a stage.
    AssignStage,
    /// See one's own open stages.
    ReadDesk,
    /// See what is overdue and who was told.
    ReadBoard,
    /// Acknowledge an alert with an instruction and a new date.
    AcknowledgeAlert,
    /// Run the sweep by hand.
    RunSweep,
    /// Propose another working calendar, and see what it would move.
    ProposeCalendar,
    /// Approve or reject a working calendar that somebody else proposed.
    ApproveCalendar,
    /// Plan the works of a project month by month.
    PlanProgress,
    /// Report how far the works of a project are.
    ReportProgress,
    /// Give the reason for a missed promise.
    ExplainCard,
    /// Ask for a card to be taken back.
    AppealCard,
    /// Take a card back, or reject an appeal against it.
    DecideCard,
    /// Make and revoke the tokens of programs.
    ManageTokens,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 26] = [
        Self::ReadProject,
        Self::ReadInternal,
        Self::AdmitProject,
        Self::AcceptStage,
        Self::NoteProgress,
        Self::StopClock,
        Self::ResumeClock,
        Self::AnswerStop,
        Self::ReviewStop,
        Self::AskExtension,
        Self::DecideExtension,
        Self::RenewValidity,
        Self::CompleteStage,
        Self::AssignStage,
        Self::ReadDesk,
        Self::ReadBoard,
        Self::AcknowledgeAlert,
        Self::RunSweep,
        Self::ProposeCalendar,
        Self::ApproveCalendar,
        Self::PlanProgress,
        Self::ReportProgress,
        Self::ExplainCard,
        Self::AppealCard,
        Self::DecideCard,
        Self::ManageTokens,
    ];
}

/// How near somebody stands to a thing. A permission granted at one reach holds for every nearer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// The person's own stage or project.
    Own,
    /// A stage of the person's unit, or a project in which the unit has one.
    Unit,
    /// Anything in the person's zone.
    Zone,
}

/// What one role may do, by reach.
struct Grants {
    own: &'static [Permission],
    unit: &'static [Permission],
    zone: &'static [Permission],
}

/// The table of rights.
fn grants(role: Role) -> Grants {
    use Permission::{
        AcknowledgeAlert, AnswerStop, ApproveCalendar, DecideExtension, ProposeCalendar, ReadBoard,
        ReadInternal, ReadProject, ReviewStop, RunSweep,
    };
    let nothing = Grants {
        own: &[],
        unit: &[],
        zone: &[],
    };
    match role {
        Role::Investor => Grants {
            own: &[ReadProject, AnswerStop],
            ..nothing
        },
        Role::Officer => Grants {
            own: OFFICERS_OWN,
            unit: OFFICERS_UNIT,
            ..nothing
        },
        Role::Head => Grants {
            unit: HEADS_UNIT,
            ..nothing
        },
        Role::Supervisor => Grants {
            zone: &[
                ReadProject,
                ReadInternal,
                ReviewStop,
                ReadBoard,
                AcknowledgeAlert,
            ],
            ..nothing
        },
        Role::Leader => Grants {
            zone: &[
                ReadProject,
                ReadInternal,
                DecideExtension,
                ReadBoard,
                AcknowledgeAlert,
            ],
            ..nothing
        },
        Role::EfficacyOffice => Grants {
            zone: EFFICACY_OFFICES,
            ..nothing
        },
        Role::SystemAdministrator => Grants {
            zone: &[RunSweep, ProposeCalendar, ApproveCalendar],
            ..nothing
        },
        Role::SecurityAdministrator => Grants {
            zone: &[Permission::ManageTokens],
            ..nothing
        },
        Role::AuditAdministrator => nothing,
    }
}

const OFFICERS_OWN: &[Permission] = &[
    Permission::NoteProgress,
    Permission::StopClock,
    Permission::ResumeClock,
    Permission::AskExtension,
    Permission::RenewValidity,
    Permission::CompleteStage,
    Permission::ReportProgress,
    Permission::ExplainCard,
    Permission::AppealCard,
];
const OFFICERS_UNIT: &[Permission] = &[
    Permission::ReadProject,
    Permission::ReadInternal,
    Permission::ReadDesk,
    Permission::AcceptStage,
];
const HEADS_UNIT: &[Permission] = &[
    Permission::ReadProject,
    Permission::ReadInternal,
    Permission::ReadDesk,
    Permission::AcceptStage,
    Permission::NoteProgress,
    Permission::StopClock,
    Permission::ResumeClock,
    Permission::AskExtension,
    Permission::DecideExtension,
    Permission::RenewValidity,
    Permission::CompleteStage,
    Permission::AssignStage,
    Permission::ReadBoard,
    Permission::AcknowledgeAlert,
    Permission::PlanProgress,
    Permission::ReportProgress,
    Permission::ExplainCard,
    Permission::AppealCard,
];
const EFFICACY_OFFICES: &[Permission] = &[
    Permission::ReadProject,
    Permission::ReadInternal,
    Permission::AdmitProject,
    Permission::ReviewStop,
    Permission::DecideExtension,
    Permission::AssignStage,
    Permission::ReadBoard,
    Permission::AcknowledgeAlert,
    Permission::RunSweep,
    Permission::ProposeCalendar,
    Permission::ApproveCalendar,
    Permission::PlanProgress,
    Permission::DecideCard,
];

/// How far `role` may go with `permission`; `None` for not at all.
pub fn reach(role: Role, permission: Permission) -> Option<Reach> {
    let grants = grants(role);
    [
        (Reach::Zone, grants.zone),
        (Reach::Unit, grants.unit),
        (Reach::Own, grants.own),
    ]
    .into_iter()
    .find_map(|(reach, granted)| granted.contains(&permission).then_some(reach))
}

/// Somebody who wants something, with the rights the database gives at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// With which roles.
    pub roles: BTreeSet<Role>,
    /// Of which unit.
    pub unit: Option<UnitId>,
    /// What the token at hand is good for; `None` for somebody who signed in, whose roles alone decide.
    pub scopes: Option<Scopes>,
}

impl Actor {
    /// The farthest reach that any of the roles gives for `permission`, if the token at hand is good for it.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        if !self.is_in_scope(permission) {
            return None;
        }
        self.roles
            .iter()
            .filter_map(|&role| reach(role, permission))
            .max()
    }

    /// True for everybody who works in or for the zone: investors alone are guests.
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|&role| role != Role::Investor)
    }

    /// True when the actor may do this at all, to something.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission).is_some()
    }

    /// True when the actor may do this to a stage.
    ///
    /// Stewards and contacts may read the stages of their project, and contacts answer stops; to work on one it
    /// must be their own.
    pub fn may_on_stage(&self, permission: Permission, project: &Project, stage: &Stage) -> bool {
        let reads_own = permission.is_reading() && self.is_investor_or_steward(project);
        let answers_own =
            permission == Permission::AnswerStop && project.contacts.contains(&self.person);
        let is_own = stage.officer == Some(self.person) || reads_own || answers_own;
        let is_units = self.unit == Some(stage.unit);
        self.covers(permission, is_own, is_units)
    }

    /// True when the actor may do this to a project.
    pub fn may_on_project(&self, permission: Permission, project: &Project) -> bool {
        let is_own = self.is_investor_or_steward(project)
            || project
                .stages
                .iter()
                .any(|stage| stage.officer == Some(self.person));
        let is_units = project
            .stages
            .iter()
            .any(|stage| self.unit == Some(stage.unit));
        self.covers(permission, is_own, is_units)
    }

    fn is_investor_or_steward(&self, project: &Project) -> bool {
        project.steward == Some(self.person) || project.contacts.contains(&self.person)
    }

    fn covers(&self, permission: Permission, is_own: bool, is_units: bool) -> bool {
        match self.reach(permission) {
            None => false,
            Some(Reach::Own) => is_own,
            Some(Reach::Unit) => is_own || is_units,
            Some(Reach::Zone) => true,
        }
    }
}

mod scope;

#[cfg(test)]
mod tests;
