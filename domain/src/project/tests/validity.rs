//! A permit that dies unless it is used: what begins with its issue, who hears of it, how often it is renewed.

use super::super::*;
use crate::{
    ladder::{Rung, rung_days},
    lamp::Lamp,
    sample::{self, OFFICER, accept, id, march, morning, office, stage, words},
    template::{Template, ValidityRule},
};
use time::macros::date;

/// B must be done within three months of A; told ten working days before; renewed twice.
fn template() -> Template {
    let mut template = sample::template();
    let of_b = template.stages.iter_mut().find(|stage| stage.code == "B");
    let of_b = of_b.unwrap();
    (of_b.promised, of_b.statutory, of_b.silence_days) = (None, None, None);
    of_b.validity = Some(ValidityRule {
        of: "A".into(),
        months: 3,
        remind_days: 10,
        renewals_max: 2,
        citation: "Construction Law, art. 9".into(),
        is_verified: true,
    });
    template
}

/// A issued on Monday 9 March 2026.
fn issued() -> Project {
    let office = office();
    let project = accept(&sample::admit(&template(), &office), "A", march(2));
    let at = (morning(march(9), &office), &office);
    let (on, result) = (march(9), words());
    let complete = Complete { on, result };
    let done = project.complete(id(&project, "A"), OFFICER, complete, at);
    done.unwrap().project
}

fn renew(project: &Project, on: Date) -> Result<Step, Refusal> {
    let office = office();
    let at = (morning(on, &office), &office);
    let text = words();
    project.renew(id(project, "A"), OFFICER, &Renew { on, text }, at)
}

/// When people are told that it expires, and under which basis.
fn told(project: &Project) -> Vec<(Date, u32)> {
    let office = office();
    let days = rung_days(stage(project, "B"), &office.ladder, &office.calendar).unwrap();
    let days = days.iter().filter(|day| day.rung == Rung::Expiring);
    days.map(|day| (day.on, day.basis)).collect()
}

#[test]
fn the_time_runs_from_the_issue_whether_or_not_anybody_accepts() {
    let project = issued();
    let held = stage(&project, "B");
    assert_eq!(held.state, StageState::Ready);
    assert_eq!(held.validity.unwrap().expires_on, date!(2026 - 06 - 09));
    // Ten working days before Tuesday 9 June 2026, by hand: the 26th of May.
    assert_eq!(told(&project), [(date!(2026 - 05 - 26), 1)]);
}

#[test]
fn accepted_it_is_due_with_the_expiry_however_late_it_was_accepted() {
    let project = accept(&issued(), "B", date!(2026 - 04 - 20));
    let held = stage(&project, "B");
    assert_eq!(held.deadline.due_on, Some(date!(2026 - 06 - 09)));
    assert_eq!(held.deadline.statutory_due_on, held.deadline.due_on);
    let office = office();
    let lamp = |on| Lamp::of(held, &office.ladder, &office.calendar, on);
    assert_ne!(lamp(date!(2026 - 06 - 09)), Lamp::Red);
    assert_eq!(lamp(date!(2026 - 06 - 10)), Lamp::Red, "void is void");
}

#[test]
fn it_is_renewed_twice_from_expiry_to_expiry_and_watched_each_time() {
    let project = accept(&issued(), "B", march(10));
    let once = renew(&project, date!(2026 - 06 - 09)).unwrap();
    let kinds: Vec<&str> = once.events.iter().map(|event| event.fact.kind()).collect();
    assert_eq!(kinds[..2], ["validity_renewed", "deadline_moved"]);
    let held = stage(&once.project, "B");
    assert_eq!(held.deadline.due_on, Some(date!(2026 - 09 - 09)));
    assert_eq!(told(&once.project)[0].1, 2);
    let twice = renew(&once.project, date!(2026 - 06 - 09)).unwrap().project;
    assert_eq!(
        stage(&twice, "B").deadline.due_on,
        Some(date!(2026 - 12 - 09))
    );
    let thrice = renew(&twice, date!(2026 - 06 - 10)).unwrap_err();
    assert_eq!(thrice, Refusal::RenewalsUsedUp { renewals_max: 2 });
}

#[test]
fn what_is_void_what_is_used_and_what_was_never_issued_is_not_renewed() {
    let project = issued();
    let over = renew(&project, date!(2026 - 06 - 10)).unwrap_err();
    let expires_on = date!(2026 - 06 - 09);
    assert_eq!(over, Refusal::ValidityOver { expires_on });
    let fresh = sample::admit(&template(), &office());
    assert_eq!(
        renew(&fresh, march(2)).unwrap_err(),
        Refusal::NothingToRenew
    );
    let used = accept(&project, "B", march(10));
    let office = office();
    let at = (morning(march(11), &office), &office);
    let (on, result) = (march(11), words());
    let used = used.complete(id(&used, "B"), OFFICER, Complete { on, result }, at);
    let used = used.unwrap().project;
    assert_eq!(
        renew(&used, march(12)).unwrap_err(),
        Refusal::NothingToRenew
    );
    assert_eq!(told(&used), [], "what is used is not watched");
}
