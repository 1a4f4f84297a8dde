use super::*;
use crate::sample;

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
            // for an extension, decide upon one, renew, complete, assign, desk, board, acknowledge, sweep,
            // propose and approve a calendar, plan and report progress, explain a card, appeal against one,
            // decide upon one, end sessions, reset a second factor
            "o......o...................",
            "uu.uooo..o.oo.u......ooo...",
            "uu.uuuu..uuuuuuuu...uuuu...",
            "zz......z......zz..........",
            "zzz.....z.z..z.zzzzzz...z..",
            "zz........z....zz..........",
            ".................zzz.......",
            ".........................zz",
            "...........................",
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
    Actor {
        person,
        roles: roles.iter().copied().collect(),
        unit,
    }
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
