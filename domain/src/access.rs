//! Who may do what to whose things: one table, in `grant`. Who asks, and how near they stand, is in `actor`.

mod actor;
mod grant;
mod scope;

use serde::{Deserialize, Serialize};

pub use self::{actor::Actor, grant::reach, scope::Scopes};

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
    /// See letters that were lost, take note of them, have them sent once more.
    KeepPost,
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
    /// Read and take away the security record.
    ReadAudit,
    /// Have due dates fetched by a calendar program.
    SubscribeCalendar,
    /// Have events sent to an address, and look after it.
    KeepWebhook,
    /// Say that events may be sent to an address that somebody asks for.
    ApproveWebhook,
    /// Make and revoke the tokens of programs.
    ManageTokens,
    /// See who is who in the zone, and who is away.
    ReadPeople,
    /// Add, change and close units and accounts; see mail addresses.
    ManagePeople,
    /// Say what somebody is to the zone.
    ManageRoles,
    /// Bring in units and people from a file.
    ImportPeople,
    /// Enter that somebody is away, and who stands in.
    ReportAbsence,
    /// See the companies that invest.
    ReadCompanies,
    /// Add and change companies.
    ManageCompanies,
    /// Make somebody steward or lead official of a project.
    AssignSteward,
    /// Put right what is wrong about a project after its admission.
    CorrectProject,
    /// End the sessions of others.
    EndSessions,
    /// Take somebody's authenticator away, together with another administrator.
    ResetSecondFactor,
    /// Take away all that the zone has, mail addresses and internal notes too.
    ExportZone,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 43] = [
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
        Self::KeepPost,
        Self::AcknowledgeAlert,
        Self::RunSweep,
        Self::ProposeCalendar,
        Self::ApproveCalendar,
        Self::PlanProgress,
        Self::ReportProgress,
        Self::ExplainCard,
        Self::AppealCard,
        Self::DecideCard,
        Self::ReadAudit,
        Self::SubscribeCalendar,
        Self::KeepWebhook,
        Self::ApproveWebhook,
        Self::ManageTokens,
        Self::ReadPeople,
        Self::ManagePeople,
        Self::ManageRoles,
        Self::ImportPeople,
        Self::ReportAbsence,
        Self::ReadCompanies,
        Self::ManageCompanies,
        Self::AssignSteward,
        Self::CorrectProject,
        Self::EndSessions,
        Self::ResetSecondFactor,
        Self::ExportZone,
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

#[cfg(test)]
mod tests;
