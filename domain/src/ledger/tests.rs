use proptest::prelude::*;

use super::*;
use crate::{
    calendar::china,
    sample::{self, MONDAY, OFFICER, accept, admitted, id, march, morning, office, stage},
};

fn owners(ledger: &Ledger) -> Vec<(u32, Owner)> {
    ledger
        .spans
        .iter()
        .map(|span| (span.days(), span.owner))
        .collect()
}

#[test]
fn a_weekend_is_nobodys_and_a_stop_is_the_investors() {
    let office = office();
    let project = accept(&admitted(&office), "A", MONDAY);
    let at = (morning(march(4), &office), &office);
    let stopped = project
        .stop(id(&project, "A"), OFFICER, sample::supplement(march(4)), at)
        .unwrap()
        .project;
    let held = stage(&stopped, "A");
    let ledger = Ledger::of_stage(held, march(10), &china::mainland()).unwrap();
    // From Monday the second: Tuesday and Wednesday the unit's, Thursday and Friday the investor's, a
    // weekend, two days of the investor's again.
    let expected = [
        (2, Owner::Unit(held.unit)),
        (2, Owner::Investor),
        (2, Owner::Holiday),
        (2, Owner::Investor),
    ];
    assert_eq!(owners(&ledger), expected);
    assert_eq!(ledger.elapsed(), 8);
    assert_eq!(ledger.totals()[&Owner::Investor], 4);
}

#[test]
fn what_waits_for_others_has_no_ledger_and_what_is_ready_has_one() {
    let project = admitted(&office());
    let calendar = china::mainland();
    assert_eq!(
        Ledger::of_stage(stage(&project, "C"), march(4), &calendar),
        None
    );
    let ready = Ledger::of_stage(stage(&project, "A"), march(4), &calendar).unwrap();
    assert_eq!(
        ready.elapsed(),
        2,
        "nobody has accepted it, and the days are the unit's"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The ledger of a project has every day from admission to today, once.
    #[test]
    fn the_days_of_a_project_add_up(
        acts in prop::collection::vec((0_usize..6, 0_u8..5, 0_u8..9), 0..30),
    ) {
        let office = office();
        let mut project = admitted(&office);
        let mut day = MONDAY;
        for (place, act, days) in acts {
            day = crate::calendar::plus_days(day, days.into()).unwrap();
            let at = (morning(day, &office), &office);
            let stage = project.stages[place].id;
            let step = match act {
                0 | 1 => {
                    let accept = crate::project::Accept { on: day, officer: Some(OFFICER) };
                    project.accept(stage, OFFICER, &accept, at)
                }
                2 => project.stop(stage, OFFICER, sample::supplement(day), at),
                3 => project.resume(stage, OFFICER, sample::resumed(day), at),
                _ => {
                    let complete = crate::project::Complete { on: day, result: sample::words() };
                    project.complete(stage, OFFICER, complete, at)
                }
            };
            if let Ok(step) = step {
                project = step.project;
            }
        }
        let calendar = china::mainland();
        let ledger = Ledger::of_project(&project, day, &calendar);
        let end = project.closed_on.unwrap_or(day);
        prop_assert_eq!(ledger.until, end);
        let sum: u32 = ledger.totals().values().sum();
        prop_assert_eq!(sum, u32::try_from((end - MONDAY).whole_days()).unwrap());
        prop_assert_eq!(sum, ledger.elapsed());
        let mut next = MONDAY.next_day();
        for span in &ledger.spans {
            prop_assert_eq!(Some(span.first), next);
            next = span.last.next_day();
        }
        for stage in &project.stages {
            let Some(ledger) = Ledger::of_stage(stage, day, &calendar) else { continue };
            let sum: u32 = ledger.totals().values().sum();
            prop_assert_eq!(sum, ledger.elapsed());
        }
    }
}
