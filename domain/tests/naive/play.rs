//! Many random histories, each looked at on several days.

use std::{collections::BTreeMap, env, time::Instant};

use domain::calendar::china;

use crate::{
    border,
    compare::{Both, Case},
    desk::Calendar,
    history::{History, Random, random_facts},
    model::Lamp,
};

/// Histories that `cargo test` plays.
const HISTORIES: u64 = 200_000;
/// Calendars in play: that of mainland China, and random ones.
const CALENDARS: usize = 60;
/// On how many days each history is looked at.
const LOOKS: usize = 3;

pub(crate) fn setting(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().unwrap())
}

pub(crate) fn calendars(random: &mut Random) -> Vec<Both> {
    let mainland = china::mainland();
    let mut all = vec![Both {
        model: Calendar::of(&border::facts(&mainland)),
        domain: mainland,
    }];
    while all.len() < CALENDARS {
        let facts = random_facts(random);
        let domain = border::calendar(&facts);
        assert_eq!(
            border::facts(&domain).free,
            facts.free,
            "lost at the border"
        );
        all.push(Both {
            model: Calendar::of(&facts),
            domain,
        });
    }
    all
}

#[test]
fn random_histories_read_as_the_rule_book_has_them() {
    let seed = setting("NAIVE_SEED", 20_261_122);
    let histories = setting("NAIVE_HISTORIES", HISTORIES);
    let calendars = calendars(&mut Random(seed));
    let began = Instant::now();
    let mut lamps: BTreeMap<Lamp, u32> = BTreeMap::new();
    for number in 0..histories {
        let mut random = Random(seed.wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95)));
        let history = History::random(&mut random, &calendars);
        for look in 0..LOOKS {
            // The last look is at what is long past.
            let late = if look + 1 == LOOKS { 30 } else { 0 };
            let today = history.any_day(&mut random) + late;
            let known = history.known_on(today);
            let calendar = &calendars[history.calendar_on(today)];
            let mut case = Case::new(&known, today, calendar);
            let lamp = case.compare(&mut random).unwrap_or_else(|difference| {
                panic!(
                    "NAIVE_SEED={seed}, history {number}, calendar {}, today {}: {difference}\n\
                     {known:#?}\n{history:?}",
                    history.calendar_on(today),
                    border::date(today),
                )
            });
            *lamps.entry(lamp).or_default() += 1;
        }
    }
    eprintln!(
        "{histories} histories, {LOOKS} looks each, seed {seed}, {:?}",
        began.elapsed()
    );
    eprintln!("{lamps:?}");
    // A generator that never gets anywhere would find no difference either.
    let looks = histories * u64::try_from(LOOKS).unwrap();
    for (lamp, seen) in lamps {
        assert!(
            u64::from(seen) * 400 > looks,
            "{lamp:?} was seen {seen} times only"
        );
    }
}
