//! Who may do what to whose things: one table.

use alloc::collections::BTreeSet;

use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 33] = [
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
        Self::ReadPeople,
        Self::ManagePeople,
        Self::ManageRoles,
        Self::ImportPeople,
        Self::ReportAbsence,
        Self::ReadCompanies,
        Self::ManageCompanies,
        Self::AssignSteward,
    ];

    /// True for what changes nothing.
    fn is_reading(self) -> bool {
        matches!(
            self,
            Self::ReadProject | Self::ReadInternal | Self::ReadDesk | Self::ReadBoard
        )
    }
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
        AcknowledgeAlert, AnswerStop, ApproveCalendar, DecideExtension, ImportPeople, ManagePeople,
        ManageRoles, ProposeCalendar, ReadBoard, ReadCompanies, ReadInternal, ReadPeople,
        ReadProject, ReportAbsence, ReviewStop, RunSweep,
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
            zone: &[ReadPeople],
        },
        Role::Head => Grants {
            unit: HEADS_UNIT,
            zone: &[ReadPeople],
            ..nothing
        },
        Role::Supervisor => Grants {
            zone: &[
                ReadProject,
                ReadInternal,
                ReviewStop,
                ReadBoard,
                AcknowledgeAlert,
                ReadPeople,
                ReadCompanies,
            ],
            own: &[ReportAbsence],
            ..nothing
        },
        Role::Leader => Grants {
            zone: &[
                ReadProject,
                ReadInternal,
                DecideExtension,
                ReadBoard,
                AcknowledgeAlert,
                ReadPeople,
                ReadCompanies,
            ],
            own: &[ReportAbsence],
            ..nothing
        },
        Role::EfficacyOffice => Grants {
            zone: EFFICACY_OFFICES,
            own: &[ReportAbsence],
            ..nothing
        },
        Role::SystemAdministrator => Grants {
            zone: &[
                RunSweep,
                ProposeCalendar,
                ApproveCalendar,
                ReadPeople,
                ManagePeople,
                ImportPeople,
                ReportAbsence,
            ],
            ..nothing
        },
        // Whoever makes accounts does not say what they may do.
        Role::SecurityAdministrator => Grants {
            zone: &[ReadPeople, ManageRoles, ImportPeople],
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
    Permission::ReportAbsence,
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
    Permission::ReportAbsence,
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
    Permission::ReadPeople,
    Permission::ReadCompanies,
    Permission::ManageCompanies,
    Permission::AssignSteward,
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
    /// With which roles, in the unit where the person works and in the zone.
    pub roles: BTreeSet<Role>,
    /// Of which unit.
    pub unit: Option<UnitId>,
    /// Posts in other units (兼任); each of these roles counts in its own unit only.
    pub posts: BTreeSet<(UnitId, Role)>,
    /// Those who are away today and for whom the person stands in: what is theirs is the person's own.
    pub stands_in_for: BTreeSet<PersonId>,
}

impl Actor {
    /// Somebody with these roles in one unit, who stands in for nobody.
    pub fn new(person: PersonId, roles: BTreeSet<Role>, unit: Option<UnitId>) -> Self {
        Self {
            person,
            roles,
            unit,
            posts: BTreeSet::new(),
            stands_in_for: BTreeSet::new(),
        }
    }

    /// The farthest reach that any of the roles gives for `permission`.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        self.posted_roles()
            .filter_map(|(_, role)| reach(role, permission))
            .max()
    }

    /// The units in which the actor may do this to everything.
    pub fn units(&self, permission: Permission) -> BTreeSet<UnitId> {
        self.posted_roles()
            .filter(|(_, role)| reach(*role, permission) >= Some(Reach::Unit))
            .filter_map(|(unit, _)| unit)
            .collect()
    }

    /// Every role with the unit in which it counts: the roles at home, then those of other posts.
    fn posted_roles(&self) -> impl Iterator<Item = (Option<UnitId>, Role)> {
        let at_home = self.roles.iter().map(|&role| (self.unit, role));
        let elsewhere = self.posts.iter().map(|&(unit, role)| (Some(unit), role));
        at_home.chain(elsewhere)
    }

    /// True when `role` is held, at home or in another unit.
    pub fn holds(&self, role: Role) -> bool {
        self.posted_roles().any(|(_, held)| held == role)
    }

    /// True for everybody who works in or for the zone: investors alone are guests.
    pub fn is_staff(&self) -> bool {
        self.posted_roles().any(|(_, role)| role != Role::Investor)
    }

    /// True when the actor may do this at all, to something.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission).is_some()
    }

    /// True when the actor may do this to a stage.
    ///
    /// Stewards and contacts may read the stages of their project, and contacts answer stops; to work on one it
    /// must be their own, or that of an absent colleague for whom they stand in.
    pub fn may_on_stage(&self, permission: Permission, project: &Project, stage: &Stage) -> bool {
        let reads_own = permission.is_reading() && self.is_investor_or_steward(project);
        let answers_own =
            permission == Permission::AnswerStop && project.contacts.contains(&self.person);
        let is_own = self.is_or_stands_in_for(stage.officer) || reads_own || answers_own;
        self.covers(permission, is_own, |unit| unit == stage.unit)
    }

    /// True when the actor may do this to a project.
    pub fn may_on_project(&self, permission: Permission, project: &Project) -> bool {
        let mut stages = project.stages.iter();
        let is_own = self.is_investor_or_steward(project)
            || stages.any(|stage| self.is_or_stands_in_for(stage.officer));
        let has_stage = |unit| project.stages.iter().any(|stage| stage.unit == unit);
        self.covers(permission, is_own, has_stage)
    }

    /// True when the actor may do this to a person of this unit.
    pub fn may_on_person(
        &self,
        permission: Permission,
        person: PersonId,
        unit: Option<UnitId>,
    ) -> bool {
        self.covers(permission, person == self.person, |own| unit == Some(own))
    }

    fn is_or_stands_in_for(&self, other: Option<PersonId>) -> bool {
        other.is_some_and(|other| other == self.person || self.stands_in_for.contains(&other))
    }

    /// The lead official reads with the right of a leader; who stands in for a steward reads as the steward.
    fn is_investor_or_steward(&self, project: &Project) -> bool {
        self.is_or_stands_in_for(project.steward) || project.contacts.contains(&self.person)
    }

    /// One role must cover the thing: what is in its unit does not help a role that counts elsewhere.
    fn covers(
        &self,
        permission: Permission,
        is_own: bool,
        is_units: impl Fn(UnitId) -> bool,
    ) -> bool {
        self.posted_roles()
            .any(|(unit, role)| match reach(role, permission) {
                None => false,
                Some(Reach::Own) => is_own,
                Some(Reach::Unit) => is_own || unit.is_some_and(&is_units),
                Some(Reach::Zone) => true,
            })
    }
}

#[cfg(test)]
mod tests;
