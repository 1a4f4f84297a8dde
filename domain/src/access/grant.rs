//! The table of rights: what each role may do, and how far.

use super::{Permission, Reach, Role};

/// What one role may do, by reach.
struct Grants {
    own: &'static [Permission],
    unit: &'static [Permission],
    zone: &'static [Permission],
}

/// The table of rights.
fn grants(role: Role) -> Grants {
    use Permission::{
        AcknowledgeAlert, AnswerStop, DecideExtension, KeepWebhook, ReadBoard, ReadCompanies,
        ReadInternal, ReadPeople, ReadProject, ReportAbsence, ReviewStop, SubscribeCalendar,
    };
    let nothing = Grants {
        own: &[],
        unit: &[],
        zone: &[],
    };
    match role {
        Role::Investor => Grants {
            own: &[ReadProject, AnswerStop, SubscribeCalendar, KeepWebhook],
            ..nothing
        },
        Role::Officer => Grants {
            own: OFFICERS_OWN,
            unit: OFFICERS_UNIT,
            zone: &[ReadPeople],
        },
        Role::Head => Grants {
            own: &[KeepWebhook],
            unit: HEADS_UNIT,
            zone: &[ReadPeople],
        },
        Role::Supervisor => Grants {
            own: &[KeepWebhook, ReportAbsence],
            zone: &[
                ReadProject,
                ReadInternal,
                ReviewStop,
                ReadBoard,
                AcknowledgeAlert,
                ReadPeople,
                ReadCompanies,
            ],
            ..nothing
        },
        Role::Leader => Grants {
            own: &[KeepWebhook, ReportAbsence],
            zone: &[
                ReadProject,
                ReadInternal,
                DecideExtension,
                ReadBoard,
                AcknowledgeAlert,
                ReadPeople,
                ReadCompanies,
            ],
            ..nothing
        },
        Role::EfficacyOffice => Grants {
            own: &[KeepWebhook, ReportAbsence],
            zone: EFFICACY_OFFICES,
            ..nothing
        },
        Role::SystemAdministrator => Grants {
            zone: SYSTEM_ADMINISTRATORS,
            ..nothing
        },
        Role::AuditAdministrator => Grants {
            zone: &[Permission::ReadAudit],
            ..nothing
        },
        // Whoever makes accounts does not say what they may do.
        Role::SecurityAdministrator => Grants {
            zone: SECURITY_ADMINISTRATORS,
            ..nothing
        },
    }
}

const SECURITY_ADMINISTRATORS: &[Permission] = &[
    Permission::ReadPeople,
    Permission::ManageRoles,
    Permission::ImportPeople,
    Permission::ManageTokens,
    Permission::EndSessions,
    Permission::ResetSecondFactor,
];
const SYSTEM_ADMINISTRATORS: &[Permission] = &[
    Permission::KeepWebhook,
    Permission::ApproveWebhook,
    Permission::RunSweep,
    Permission::ProposeCalendar,
    Permission::ApproveCalendar,
    Permission::ReadPeople,
    Permission::ManagePeople,
    Permission::ImportPeople,
    Permission::ReportAbsence,
];
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
    Permission::SubscribeCalendar,
    Permission::KeepWebhook,
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
    Permission::SubscribeCalendar,
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
    Permission::KeepPost,
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
    Permission::CorrectProject,
    // Its readers see every project anyway; administrators see none.
    Permission::ExportZone,
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
