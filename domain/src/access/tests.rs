use alloc::collections::BTreeSet;

use super::*;
use crate::{
    id::{PersonId, UnitId},
    sample,
};

/// The table of rights, printed whole, so that a change of one cell is seen in review.
#[test]
fn the_table_of_rights() {
    let letter = |role, permission| match reach(role, permission) {
        None => '.',
        Some(Reach::Own) => 'o',
        Some(Reach::Unit) => 'u',
        Some(Reach::Zone) => 'z',
    };
    let rows: alloc::vec::Vec<alloc::string::String> = Role::ALL
        .iter()
        .map(|&role| {
            Permission::ALL
                .iter()
                .map(|&permission| letter(role, permission))
                .collect()
        })
        .collect();
    assert_eq!(
        rows,
        [
            // read project, read internal, admit, accept, note, stop, resume, answer a stop, review one, ask
            // for an extension, decide upon one, renew, complete, assign, desk, board, keep the post, acknowledge, sweep,
            // propose and approve a calendar, plan and report progress, explain a card, appeal against one,
            // decide upon one, read the security record, subscribe to a calendar, keep and approve a webhook, manage tokens, see people, manage them, their roles, import, report an absence, see companies, manage them, assign a steward, correct a project, end sessions, reset a second factor, export the zone
            "o......o...................oo..............",
            "uu.uooo..o.oo.u.......ooo..oo..z...o.......",
            "uu.uuuu..uuuuuuu.u...uuuu..uo..z...u.......",
            "zz......z......z.z..........o..z...oz......",
            "zzz.....z.z..z.zzzzzzz...z..o..z...ozzzz..z",
            "zz........z....z.z..........o..z...oz......",
            "..................zzz.......zz.zz.zz.......",
            "..............................zz.zz.....zz.",
            "..........................z................",
        ]
    );
}

#[test]
fn administrators_are_three_and_every_role_has_its_code() {
    let administrators = Role::ALL.into_iter().filter(|role| role.is_administrator());
    assert_eq!(administrators.count(), 3);
    for role in Role::ALL {
        assert_eq!(Role::of_code(role.code()), Some(role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.code());
    }
    assert_eq!(Role::of_code("administrator"), None);
}

fn actor(person: PersonId, roles: &[Role], unit: Option<UnitId>) -> Actor {
    Actor::new(person, roles.iter().copied().collect(), unit)
}

/// Who stands how near to a stage, and what that lets them do.
#[test]
fn what_one_may_do_to_a_stage_depends_on_how_near_one_stands() {
    const STRANGER: PersonId = PersonId(uuid::Uuid::from_u128(8));
    const ELSEWHERE: Option<UnitId> = Some(UnitId(uuid::Uuid::from_u128(99)));
    use Permission::{AcceptStage, AssignStage, CompleteStage, ReadInternal, ReadProject};
    use sample::{COLLEAGUE, OFFICER, SUPERVISOR, UNIT};
    let mut project = sample::accept(&sample::admitted(&sample::office()), "A", sample::MONDAY);
    project.steward = Some(SUPERVISOR);
    project.contacts.insert(STRANGER);
    let project = project;
    let check = |who: Actor, expected: [bool; 5]| {
        let held = sample::stage(&project, "A");
        let asked = [
            ReadProject,
            ReadInternal,
            AcceptStage,
            CompleteStage,
            AssignStage,
        ];
        let found = asked.map(|permission| who.may_on_stage(permission, &project, held));
        assert_eq!(found, expected, "{who:?}");
        assert_eq!(who.may_on_project(ReadProject, &project), expected[0]);
    };
    let (yes, no) = (true, false);
    let at_home = Some(UNIT);
    check(
        actor(OFFICER, &[Role::Officer], at_home),
        [yes, yes, yes, yes, no],
    );
    check(
        actor(COLLEAGUE, &[Role::Officer], at_home),
        [yes, yes, yes, no, no],
    );
    check(actor(COLLEAGUE, &[Role::Head], at_home), [yes; 5]);
    // The officer of a stage stays so after moving to another unit.
    check(
        actor(OFFICER, &[Role::Officer], ELSEWHERE),
        [yes, yes, yes, yes, no],
    );
    check(actor(COLLEAGUE, &[Role::Officer], ELSEWHERE), [no; 5]);
    check(actor(COLLEAGUE, &[Role::Head], ELSEWHERE), [no; 5]);
    check(actor(COLLEAGUE, &[Role::Officer], None), [no; 5]);
    // A steward of another unit looks after the project and handles none of its stages.
    check(
        actor(SUPERVISOR, &[Role::Officer], ELSEWHERE),
        [yes, yes, no, no, no],
    );
    check(
        actor(SUPERVISOR, &[Role::Head], ELSEWHERE),
        [yes, yes, no, no, no],
    );
    // Contacts of the investor read their own project and nothing internal.
    check(
        actor(STRANGER, &[Role::Investor], None),
        [yes, no, no, no, no],
    );
    check(actor(COLLEAGUE, &[Role::Investor], None), [no; 5]);
    check(
        actor(STRANGER, &[Role::Supervisor], None),
        [yes, yes, no, no, no],
    );
    check(
        actor(STRANGER, &[Role::EfficacyOffice], None),
        [yes, yes, no, no, yes],
    );
    check(
        actor(OFFICER, &[Role::AuditAdministrator], at_home),
        [no; 5],
    );
    check(actor(OFFICER, &[], at_home), [no; 5]);
}

#[test]
fn a_permission_has_one_code_and_a_code_one_permission() {
    let codes: BTreeSet<_> = Permission::ALL.iter().map(|known| known.code()).collect();
    assert_eq!(codes.len(), Permission::ALL.len());
    for permission in Permission::ALL {
        assert_eq!(Permission::of_code(&permission.code()), Some(permission));
    }
    assert_eq!(Permission::ReadProject.code(), "read_project");
    for strange in ["", "ReadProject", "read project", "everything", "*"] {
        assert_eq!(Permission::of_code(strange), None, "{strange}");
    }
}

/// A token never gives more than its scopes, and never more than the roles.
#[test]
fn the_rights_of_a_token_are_what_scopes_and_roles_have_in_common() {
    let person = sample::OFFICER;
    for role in Role::ALL {
        for scope in Permission::ALL {
            let signed_in = actor(person, &[role], None);
            let by_token = Actor {
                scopes: Some([scope].into()),
                ..signed_in.clone()
            };
            for asked in Permission::ALL {
                let expected = signed_in.reach(asked).filter(|_| asked == scope);
                assert_eq!(
                    by_token.reach(asked),
                    expected,
                    "{role:?} {scope:?} {asked:?}"
                );
            }
        }
    }
}

/// A post elsewhere counts there and nowhere else, and does not lend the roles of home to the other unit.
#[test]
fn a_post_in_another_unit_counts_there_only() {
    const ELSEWHERE: UnitId = UnitId(uuid::Uuid::from_u128(99));
    use Permission::{AcceptStage, AssignStage, CompleteStage};
    use sample::{COLLEAGUE, UNIT};
    let project = sample::accept(&sample::admitted(&sample::office()), "A", sample::MONDAY);
    let held = sample::stage(&project, "A");
    let check = |roles: &[Role], home, posts: &[(UnitId, Role)], expected: [bool; 3]| {
        let mut who = actor(COLLEAGUE, roles, Some(home));
        who.posts = posts.iter().copied().collect();
        let asked = [AcceptStage, CompleteStage, AssignStage];
        let found = asked.map(|permission| who.may_on_stage(permission, &project, held));
        assert_eq!(found, expected, "{who:?}");
    };
    check(&[Role::Officer], ELSEWHERE, &[], [false; 3]);
    check(
        &[Role::Officer],
        ELSEWHERE,
        &[(UNIT, Role::Officer)],
        [true, false, false],
    );
    check(
        &[Role::Officer],
        ELSEWHERE,
        &[(UNIT, Role::Head)],
        [true; 3],
    );
    check(
        &[Role::Head],
        ELSEWHERE,
        &[(UNIT, Role::Officer)],
        [true, false, false],
    );
    check(
        &[Role::Officer],
        UNIT,
        &[(ELSEWHERE, Role::Head)],
        [true, false, false],
    );
    check(&[], ELSEWHERE, &[(UNIT, Role::Head)], [true; 3]);
    let mut who = actor(COLLEAGUE, &[Role::Officer], Some(ELSEWHERE));
    who.posts = BTreeSet::from([(UNIT, Role::Head)]);
    assert_eq!(who.units(AssignStage), BTreeSet::from([UNIT]));
    assert_eq!(who.units(AcceptStage), BTreeSet::from([UNIT, ELSEWHERE]));
    assert_eq!(who.reach(AssignStage), Some(Reach::Unit));
    assert!(who.holds(Role::Head) && !who.holds(Role::Leader));
}

/// Whoever stands in acts on what is the absent colleague's, with their own role.
#[test]
fn a_stand_in_acts_on_what_is_the_absent_officers() {
    const ELSEWHERE: UnitId = UnitId(uuid::Uuid::from_u128(99));
    use Permission::{CompleteStage, ReadInternal};
    use sample::{COLLEAGUE, OFFICER, SUPERVISOR};
    let mut project = sample::accept(&sample::admitted(&sample::office()), "A", sample::MONDAY);
    project.steward = Some(SUPERVISOR);
    let held = sample::stage(&project, "A");
    let check = |role, absent: &[PersonId], expected: [bool; 2]| {
        let mut who = actor(COLLEAGUE, &[role], Some(ELSEWHERE));
        who.stands_in_for = absent.iter().copied().collect();
        let asked = [CompleteStage, ReadInternal];
        let found = asked.map(|permission| who.may_on_stage(permission, &project, held));
        assert_eq!(found, expected, "{who:?}");
        assert_eq!(who.may_on_project(ReadInternal, &project), expected[1]);
    };
    check(Role::Officer, &[], [false, false]);
    check(Role::Officer, &[OFFICER], [true, true]);
    check(Role::Officer, &[SUPERVISOR], [false, true]);
    check(Role::Head, &[OFFICER], [true, true]);
    check(Role::Investor, &[OFFICER], [false, false]);
}

#[test]
fn absences_are_entered_by_oneself_the_head_and_the_administrator() {
    const ELSEWHERE: UnitId = UnitId(uuid::Uuid::from_u128(99));
    use sample::{COLLEAGUE, OFFICER, UNIT};
    let check = |role, unit, expected: [bool; 2]| {
        let who = actor(COLLEAGUE, &[role], Some(unit));
        let found = [COLLEAGUE, OFFICER]
            .map(|person| who.may_on_person(Permission::ReportAbsence, person, Some(UNIT)));
        assert_eq!(found, expected, "{who:?}");
    };
    check(Role::Officer, UNIT, [true, false]);
    check(Role::Head, UNIT, [true, true]);
    check(Role::Head, ELSEWHERE, [true, false]);
    check(Role::Leader, ELSEWHERE, [true, false]);
    check(Role::SystemAdministrator, ELSEWHERE, [true, true]);
    check(Role::SecurityAdministrator, UNIT, [false, false]);
    check(Role::Investor, UNIT, [false, false]);
}

#[test]
fn a_stop_is_answered_by_a_contact_of_its_project_and_by_nobody_else() {
    const CONTACT: PersonId = PersonId(uuid::Uuid::from_u128(8));
    use sample::{COLLEAGUE, OFFICER, UNIT};
    let mut project = sample::accept(&sample::admitted(&sample::office()), "A", sample::MONDAY);
    project.contacts.insert(CONTACT);
    let project = project;
    let held = sample::stage(&project, "A");
    for (who, expected) in [
        (actor(CONTACT, &[Role::Investor], None), true),
        (actor(COLLEAGUE, &[Role::Investor], None), false),
        (actor(OFFICER, &[Role::Officer], Some(UNIT)), false),
        (actor(CONTACT, &[Role::Leader], None), false),
    ] {
        let answers = who.may_on_stage(Permission::AnswerStop, &project, held);
        assert_eq!(answers, expected, "{who:?}");
    }
}

#[test]
fn investors_alone_are_guests_and_what_no_role_gives_nobody_may() {
    use sample::OFFICER;
    let staff = |roles: &[Role]| actor(OFFICER, roles, None).is_staff();
    assert!(!staff(&[]) && !staff(&[Role::Investor]));
    assert!(staff(&[Role::Officer]) && staff(&[Role::Investor, Role::Officer]));
    let may = |role, permission| actor(OFFICER, &[role], None).may(permission);
    assert!(may(Role::Officer, Permission::ReadDesk));
    assert!(!may(Role::Investor, Permission::ReadDesk));
    assert!(!may(Role::AuditAdministrator, Permission::ReadProject));
}
