//! How a project enters the green channel.

use alloc::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    event::Author,
    id::StageId,
    project::{Admission, AdmissionFlaw, Project, Step},
    sample::{MONDAY, admission, march, morning, office, template},
    stage::StageState,
    template::PlanFlaw,
};

fn admit(admission: Admission) -> Result<Step, AdmissionFlaw> {
    let office = office();
    let at = (morning(march(4), &office), &office);
    let mut keys = (1..).map(|bits| StageId(Uuid::from_u128(bits)));
    let new_stage = || keys.next().unwrap();
    Project::admit(admission, &template(), new_stage, Author::System, at)
}

#[test]
fn stages_that_wait_for_nothing_are_ready_from_the_day_of_admission() {
    let step = admit(admission(MONDAY)).unwrap();
    let project = &step.project;
    let ready: Vec<&str> = project
        .stages
        .iter()
        .filter(|stage| stage.state == StageState::Ready)
        .map(|stage| stage.code.as_str())
        .collect();
    assert_eq!(ready, ["A", "D"]);
    assert_eq!(project.stages[0].touched_on, Some(MONDAY));
    let kinds: Vec<&str> = step.events.iter().map(|event| event.fact.kind()).collect();
    assert_eq!(kinds, ["project_admitted", "stage_ready", "stage_ready"]);
    assert!(
        step.events[0].is_late_entry,
        "recorded two working days later"
    );
    assert_eq!(project.template.variant, "standard");
}

#[test]
fn an_admission_that_cannot_be_planned_says_why() {
    let check = |spoil: fn(&mut Admission), expected: AdmissionFlaw| {
        let mut asked = admission(MONDAY);
        spoil(&mut asked);
        assert_eq!(admit(asked).unwrap_err(), expected, "{expected}");
    };
    check(
        |asked| asked.admitted_on = march(5),
        AdmissionFlaw::InFuture { on: march(5) },
    );
    check(
        |asked| asked.units = BTreeMap::new(),
        AdmissionFlaw::UnmappedUnit {
            unit: "office".into(),
        },
    );
    check(
        |asked| asked.variant = "fast".into(),
        AdmissionFlaw::Plan(PlanFlaw::UnknownVariant {
            variant: "fast".into(),
        }),
    );
    check(
        |asked| asked.traits = BTreeSet::from(["domestic".into()]),
        AdmissionFlaw::Plan(PlanFlaw::UnknownTrait {
            code: "domestic".into(),
        }),
    );
}
