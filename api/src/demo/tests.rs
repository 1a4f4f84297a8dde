//! The demonstration on several days: an ordinary Monday, a day after Spring Festival, a Sunday, a day in
//! early January, and a day in a year without a published calendar.

mod show;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    clock::StopReason,
    event::{Fact, Visibility},
    lamp::Lamp,
    moment::Moment,
    progress::{ProgressLamp, Standing},
    project::Project,
    stage::{Stage, StageState},
    template::Phase,
};
use persistence::outbox::LetterState;
use time::{Date, macros::date};

use self::show::{Show, run, show};
use crate::{clock::Clock, error::AppError, ids::Ids, keys::Keys, serve::Parts};

const MONDAY: Date = date!(2026 - 11 - 23);
const AFTER_SPRING_FESTIVAL: Date = date!(2026 - 02 - 25);
const SUNDAY: Date = date!(2026 - 08 - 16);
const EARLY_JANUARY: Date = date!(2027 - 01 - 05);
const FAR_AHEAD: Date = date!(2029 - 05 - 09);

fn check(today: Date) {
    let show = show(today, 1);
    assert_eq!(show.projects.len(), 40);
    let (projects, stages) = show.counted(today);
    for lamp in Lamp::ALL {
        assert!(
            stages.get(&lamp).is_some_and(|count| *count >= 2),
            "{today}: {lamp:?} {stages:?}"
        );
    }
    for lamp in [
        Lamp::Green,
        Lamp::Blue,
        Lamp::Yellow,
        Lamp::Red,
        Lamp::Paused,
    ] {
        assert!(
            projects.get(&lamp).is_some_and(|count| *count >= 5),
            "{today}: {lamp:?} {projects:?}"
        );
    }
    let with_late = show
        .projects
        .iter()
        .filter(|project| project.stages.iter().any(Stage::is_done_late));
    assert!(with_late.count() >= 5, "{today}");
    let closed = show
        .projects
        .iter()
        .filter(|project| project.closed_on.is_some());
    assert_eq!(closed.count(), 2, "{today}");
    kinds_occur(&show, today);
    people_are_there(&show, today);
    letters_are_sent(&show, today);
    story_is_told(&show, today);
    works_are_a_little_behind(&show, today);
}

/// One project in construction shows what the lamp of progress is for.
fn works_are_a_little_behind(show: &Show, today: Date) {
    let (rules, calendar) = (&show.office.ladder.progress, &show.office.calendar);
    let stand = |project| Standing::of(project, rules, calendar, today);
    let works: Vec<Standing> = show.projects.iter().filter_map(stand).collect();
    let lamps: Vec<ProgressLamp> = works.iter().map(|works| works.lamp).collect();
    assert_eq!(lamps, [ProgressLamp::Yellow], "{today}: {works:?}");
}

fn kinds_occur(show: &Show, today: Date) {
    let open = || {
        show.projects
            .iter()
            .flat_map(|project| &project.stages)
            .filter(|stage| stage.is_open())
    };
    let phases: BTreeSet<Phase> = open().map(|stage| stage.phase).collect();
    assert_eq!(phases.len(), 5, "{today}: {phases:?}");
    let reasons: BTreeSet<StopReason> = open()
        .filter_map(|stage| stage.clock.as_ref()?.open_stop())
        .map(|stop| stop.reason)
        .collect();
    assert_eq!(reasons.len(), StopReason::ALL.len(), "{today}: {reasons:?}");
    let variants: BTreeSet<&str> = show
        .projects
        .iter()
        .map(|project| project.template.variant.as_str())
        .collect();
    assert_eq!(variants.len(), 2);
    assert!(show.projects.iter().all(Project::is_consistent));
    let last = show
        .projects
        .iter()
        .filter_map(|project| {
            project
                .stages
                .iter()
                .filter_map(|stage| stage.touched_on)
                .max()
        })
        .max();
    assert!(last.is_some_and(|last| last < today), "{today}: {last:?}");
}

fn people_are_there(show: &Show, today: Date) {
    for project in &show.projects {
        assert!(
            show.directory
                .people
                .contains_key(&project.steward.unwrap())
        );
        assert!(
            project
                .contacts
                .iter()
                .all(|id| show.directory.people.contains_key(id))
        );
        for stage in project.stages.iter().filter(|stage| stage.is_open()) {
            let has_head = show.directory.people.values().any(|person| {
                person.unit == Some(stage.unit) && person.roles.contains(&Role::Head)
            });
            assert!(has_head, "{today}: {} {}", project.code, stage.code);
            if stage.state != StageState::Ready {
                let officer = &show.directory.people[&stage.officer.unwrap()];
                assert_eq!(
                    officer.unit,
                    Some(stage.unit),
                    "{} {}",
                    project.code,
                    stage.code
                );
            }
        }
    }
    assert!(
        show.sown
            .personas
            .iter()
            .all(|id| show.directory.people.contains_key(id))
    );
    // Whoever tries the demonstration may be each of the three administrators, too.
    let personas = show.sown.personas.iter();
    let roles: std::collections::BTreeSet<_> = personas
        .flat_map(|id| &show.directory.people[id].roles)
        .copied()
        .collect();
    let all = domain::access::Role::ALL;
    assert!(all.iter().all(|role| roles.contains(role)), "{roles:?}");
}

fn letters_are_sent(show: &Show, today: Date) {
    assert!(show.letters.len() >= 20, "{today}: {}", show.letters.len());
    for letter in &show.letters {
        let is_told = matches!(letter.state, LetterState::Sent | LetterState::Cancelled);
        assert!(
            is_told,
            "{today}: {:?} {:?}",
            letter.state, letter.last_error
        );
        let settled_on = show.office.time.day_of(letter.settled_at.unwrap());
        assert!(settled_on < today, "{today}: {settled_on}");
        assert!(show.office.calendar.is_working(settled_on));
    }
    let sent = show
        .letters
        .iter()
        .filter(|letter| letter.state == LetterState::Sent);
    assert!(
        sent.clone().count() * 10 >= show.letters.len() * 9,
        "{today}"
    );
    assert!(sent.into_iter().all(|letter| letter.rendered.is_some()));
}

fn story_is_told(show: &Show, today: Date) {
    let story = show.story();
    assert!(
        story.code.as_str().ends_with("-0001"),
        "{today}: {}",
        story.code
    );
    let lamps: BTreeMap<&str, Lamp> = story
        .stages
        .iter()
        .map(|stage| stage.code.as_str())
        .zip(show.lamps(story, today))
        .collect();
    assert_eq!(
        (lamps["C02"], lamps["C03"], lamps["P02"]),
        (Lamp::DoneLate, Lamp::Blue, Lamp::Yellow),
        "{today}"
    );
    let late = lamps.values().filter(|lamp| **lamp == Lamp::DoneLate);
    assert_eq!(late.count(), 1, "{today}: {lamps:?}");
    let zone = show.sown.zone;
    let kinds: Vec<&str> = run(show.store.read(async |tx| {
        let events = tx.events(zone, story.id, Visibility::Internal, 500).await?;
        let drawings = story
            .stages
            .iter()
            .find(|stage| stage.code == "C02")
            .unwrap()
            .id;
        let of_drawings = events
            .into_iter()
            .rev()
            .filter(|line| line.event.stage == Some(drawings));
        Ok::<_, AppError>(
            of_drawings
                .map(|line| {
                    assert!(!line.event.is_late_entry);
                    let fact = line.event.fact;
                    if let Fact::RungFired { rung, .. } = fact {
                        return rung.code();
                    }
                    fact.kind()
                })
                .collect(),
        )
    }));
    let mut places = kinds.iter();
    for kind in [
        "stage_accepted",
        "clock_stopped",
        "clock_resumed",
        "remind",
        "yellow",
        "red",
        "card_explained",
        "alert_acknowledged",
        "stage_completed",
    ] {
        assert!(
            places.any(|known| *known == kind),
            "{today}: {kind} in {kinds:?}"
        );
    }
}

#[test]
fn an_ordinary_monday_shows_every_lamp() {
    check(MONDAY);
}

#[test]
fn the_weeks_around_spring_festival_show_every_lamp() {
    check(AFTER_SPRING_FESTIVAL);
}

#[test]
fn a_sunday_shows_every_lamp() {
    check(SUNDAY);
}

#[test]
fn a_year_without_a_published_calendar_shows_every_lamp() {
    check(EARLY_JANUARY);
    check(FAR_AHEAD);
}

#[test]
fn the_same_seed_and_day_give_the_same_data() {
    let told = |seed| {
        let show = show(MONDAY, seed);
        let bytes: Vec<_> = show
            .letters
            .iter()
            .map(|letter| (letter.id, letter.settled_at, letter.rendered.clone()))
            .collect();
        let codes = (
            show.sown.story_code.clone(),
            show.sown.story_query_code.printed(),
        );
        (show.projects, bytes, codes, show.sown.personas)
    };
    assert!(told(1) == told(1));
    assert!(told(1).0 != told(2).0);
}

#[test]
fn a_step_ahead_goes_to_the_next_working_morning_and_tells_what_fired() {
    let show = show(MONDAY, 1);
    let start = show.office.time.at_time(MONDAY, time::macros::time!(14:00));
    let memory = notifications::mailer::Memory::default();
    let ids = Ids::counted();
    let parts = Parts {
        zone: show.sown.zone,
        clock: Clock::fixed(start),
        ids,
        keys: Keys::new([7; 32]),
        public_url: "http://127.0.0.1:8077".into(),
        from_address: "green-channel@demo.example".into(),
        limits: notifications::deliver::Limits::default(),
        allowed_networks: Vec::new(),
        sign_in: crate::config::SignIn::without_factors(),
        oidc: None,
        demo: Some(super::Demo {
            personas: show.sown.personas.clone(),
            story_code: show.sown.story_code.clone(),
            story_query_code: show.sown.story_query_code.clone(),
            mailer: std::sync::Arc::new(notifications::mailer::Mailer::Memory(memory.clone())),
        }),
        security_contact: None,
        gate: crate::gate::GateSettings::default(),
    };
    let app =
        crate::serve::assemble(show.store.clone(), parts, crate::worker::Poke::default()).unwrap();
    let around = run(crate::usecase::look::surroundings(&app));
    assert_eq!(
        super::personas(&app, &around.directory).len(),
        show.sown.personas.len()
    );
    let mut today = MONDAY;
    let mut fired = 0;
    for _ in 0..5 {
        let advanced = run(super::advance(&app));
        assert_eq!(
            advanced.today,
            show.office.calendar.working_day_after(today, 1).unwrap().on
        );
        today = advanced.today;
        let now: Moment = show.office.moment(app.now());
        assert_eq!(now.today, today);
        // What is told in a digest, or no more after a higher rung, does not go alone.
        assert!(
            (1..=advanced.queued).contains(&advanced.sent),
            "{advanced:?}"
        );
        fired += advanced.fired.len();
    }
    assert_eq!(today, date!(2026 - 11 - 30));
    assert!(fired > 10);
    let states = run(show
        .store
        .read(async |tx| Ok::<_, AppError>(tx.letters_by_state(show.sown.zone).await?)));
    assert!(
        !states.contains_key(&LetterState::Dead) && !states.contains_key(&LetterState::Pending),
        "{states:?}"
    );
    assert!(memory.letters().len() > 10);
}
