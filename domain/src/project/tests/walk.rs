//! Whatever people try, in whatever order and with whatever dates, the project stays sound.

use alloc::collections::BTreeSet;

use proptest::prelude::*;
use time::{Date, Duration};
use uuid::Uuid;

use crate::{
    alert::Alert,
    clock::StopReason,
    event::{Fact, Visibility},
    id::{AlertId, PersonId, StageId},
    ladder::{self, FiredRung, Rung},
    lamp::Lamp,
    office::Office,
    project::{Accept, Acknowledge, Complete, Note, Project, Step, StopClock},
    refusal::Refusal,
    sample::{MONDAY, OFFICER, SUPERVISOR, admitted, morning, office, resumed, words},
    stage::{Stage, StageState},
};

/// One try: which act, on which stage, how many days away from today, how many days later.
type Try = (u8, usize, i64, i64);

fn any_tries() -> impl Strategy<Value = Vec<Try>> {
    let date = prop_oneof![Just(0_i64), -6_i64..=2];
    let try_ = (0_u8..9, 0_usize..7, date, 0_i64..4);
    prop::collection::vec(try_, 1..60)
}

struct Walk {
    office: Office,
    project: Project,
    today: Date,
    fired: Vec<(StageId, FiredRung)>,
    alerts: Vec<Alert>,
}

impl Walk {
    fn attempt(&self, (kind, place, days, _): Try) -> Result<Step, Refusal> {
        let stage = self
            .project
            .stages
            .get(place)
            .map_or(StageId(Uuid::nil()), |stage| stage.id);
        let on = self.today + Duration::days(days);
        let at = (morning(self.today, &self.office), &self.office);
        match kind {
            0 | 1 => {
                let officer = (kind == 0).then_some(OFFICER);
                self.project
                    .accept(stage, OFFICER, &Accept { on, officer }, at)
            }
            2 => {
                let note = Note {
                    text: words(),
                    visibility: Visibility::Public,
                    expected_on: (days != 0).then_some(on),
                };
                self.project.note(stage, OFFICER, note, at)
            }
            3 => {
                let is_listed = place != 2;
                let reason = if is_listed {
                    StopReason::Supplement
                } else {
                    StopReason::Hearing
                };
                let stop = StopClock {
                    reason,
                    on,
                    resumed_on: None,
                    expected_on: None,
                    text: words(),
                    late_reason: Some(words()),
                };
                self.project.stop(stage, OFFICER, stop, at)
            }
            4 => self.project.resume(stage, OFFICER, resumed(on), at),
            5 | 6 => {
                let result = words();
                self.project
                    .complete(stage, OFFICER, Complete { on, result }, at)
            }
            7 => self
                .project
                .assign(stage, SUPERVISOR, PersonId(Uuid::from_u128(77)), at),
            _ => {
                let Some(alert) = self.alerts.get(place) else {
                    return Err(Refusal::AlertOutdated);
                };
                let answer = Acknowledge {
                    instruction: words(),
                    new_date: on,
                };
                self.project.acknowledge(alert, SUPERVISOR, answer, at)
            }
        }
    }

    /// Fires what is due; asking again gives nothing, and nothing fires twice.
    fn sweep(&mut self) {
        for stage in &self.project.stages {
            let fired = |walk: &[(StageId, FiredRung)]| -> Vec<FiredRung> {
                let own = walk.iter().filter(|(id, _)| *id == stage.id);
                own.map(|(_, rung)| *rung).collect()
            };
            let ask = |fired: &[FiredRung]| {
                let (ladder, calendar) = (&self.office.ladder, &self.office.calendar);
                ladder::due_rungs(stage, ladder, calendar, self.today, fired).unwrap()
            };
            let due = ask(&fired(&self.fired));
            for (day, is_carried) in due
                .fire
                .iter()
                .map(|day| (day, false))
                .chain(due.carry.iter().map(|day| (day, true)))
            {
                let line = FiredRung {
                    rung: day.rung,
                    basis: day.basis,
                };
                assert!(
                    !self.fired.contains(&(stage.id, line)),
                    "{line:?} fired before"
                );
                assert!(day.on <= self.today);
                self.fired.push((stage.id, line));
                self.alerts
                    .insert(0, alert(&self.project, stage, line, (day.on, is_carried)));
            }
            let again = ask(&fired(&self.fired));
            assert!(again.fire.is_empty() && again.carry.is_empty());
            assert_eq!(again.next_on, due.next_on);
        }
    }
}

fn alert(
    project: &Project,
    stage: &Stage,
    line: FiredRung,
    (on, is_carried): (Date, bool),
) -> Alert {
    Alert {
        id: AlertId(Uuid::nil()),
        project: project.id,
        stage: stage.id,
        rung: line.rung,
        basis: line.basis,
        due_on: on,
        fired_at: time::OffsetDateTime::UNIX_EPOCH,
        is_carried,
        acknowledgement: None,
    }
}

fn assert_sound(project: &Project) {
    assert!(project.is_consistent());
    let done: BTreeSet<u16> = project
        .stages
        .iter()
        .filter(|stage| stage.state == StageState::Done)
        .map(|stage| stage.ordinal)
        .collect();
    for stage in &project.stages {
        let is_free = stage.after.iter().all(|before| done.contains(before));
        assert_eq!(
            stage.state == StageState::Waiting,
            !is_free,
            "{}",
            stage.code
        );
        let deadline = &stage.deadline;
        let is_late = stage
            .done_on
            .zip(deadline.last_due_on)
            .is_some_and(|(on, due)| on > due);
        assert_eq!(stage.is_done_late(), is_late);
        assert_eq!(deadline.version == 0, deadline.last_due_on.is_none());
        // They may overlap: one that is entered late may begin before another that is over.
        let stops = || stage.clock.iter().flat_map(|clock| &clock.stops);
        for stop in stops() {
            assert!(stop.resumed_on.is_none_or(|on| on >= stop.stopped_on));
        }
        let open = stops().filter(|stop| stop.resumed_on.is_none()).count();
        assert_eq!(open, usize::from(stage.state == StageState::Stopped));
    }
    let last = project
        .stages
        .iter()
        .filter_map(|stage| stage.done_on)
        .max();
    assert!(project.closed_on.is_none() || project.closed_on == last);
}

fn assert_moved_in_the_open(before: &Project, step: &Step) {
    assert!(!step.events.is_empty(), "every act leaves a line");
    for (old, new) in before.stages.iter().zip(&step.project.stages) {
        let (was, is) = (&old.deadline, &new.deadline);
        assert!(was.first_due_on.is_none() || is.first_due_on == was.first_due_on);
        let has_moved = is.last_due_on != was.last_due_on;
        assert_eq!(is.version, was.version + u32::from(has_moved));
        let says_so = step.events.iter().any(|event| {
            event.stage == Some(new.id)
                && matches!(&event.fact, Fact::DeadlineMoved { old, new, version }
                    if *old == was.last_due_on && *new == is.last_due_on && *version == is.version)
        });
        assert_eq!(says_so, has_moved && was.last_due_on.is_some());
        assert!(new.touches >= old.touches);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_acts_leaves_a_sound_project(tries in any_tries()) {
        let office = office();
        let mut walk = Walk {
            project: admitted(&office),
            office,
            today: MONDAY,
            fired: Vec::new(),
            alerts: Vec::new(),
        };
        for attempt in tries {
            let before = walk.project.clone();
            let answer = walk.attempt(attempt);
            prop_assert_eq!(&before, &walk.project, "an act changes a copy, a refusal nothing");
            if let Ok(step) = answer {
                assert_moved_in_the_open(&before, &step);
                walk.project = step.project;
            }
            assert_sound(&walk.project);
            walk.sweep();
            for stage in &walk.project.stages {
                let _any = Lamp::of(stage, &walk.office.ladder, &walk.office.calendar, walk.today);
            }
            walk.today += Duration::days(attempt.3);
        }
        let told: BTreeSet<(StageId, Rung, u32)> =
            walk.fired.iter().map(|(id, line)| (*id, line.rung, line.basis)).collect();
        prop_assert_eq!(told.len(), walk.fired.len());
    }
}
