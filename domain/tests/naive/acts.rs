//! Many random histories of acts: accept, stop, resume, more time, another calendar, finish.

use std::{fmt::Write, time::Instant};

use domain::calendar::china;

use crate::{
    border::date,
    choose::{self, Next, random_template},
    compare::{Both, Difference},
    counter,
    desk::Day,
    drive::{Drive, KINDS, Plan, Seen, World},
    history::Random,
    play::{calendars, setting},
    verdict::No,
};

/// Histories that `cargo test` plays.
const HISTORIES: u64 = 20_000;
/// Templates in play.
const PLANS: usize = 150;

/// Where a history begins: its template, its calendar, its first day.
#[derive(Debug, Clone, Copy)]
struct Start {
    plan: usize,
    calendar: usize,
    admitted_on: Day,
}

type Entry = (Day, Next);

struct Stock {
    worlds: Vec<World>,
    plans: Vec<Plan>,
}

impl Stock {
    fn new(random: &mut Random) -> Self {
        let world = |both: Both| World {
            office: counter::office(both.domain.clone()),
            both,
        };
        let worlds = calendars(random).into_iter().map(world).collect();
        let mainland = china::mainland();
        let mut plans = Vec::new();
        while plans.len() < PLANS {
            let clerk = random_template(random);
            let domain = counter::template(&clerk);
            // Only what a zone may publish.
            if domain.flaws(&mainland).is_empty() {
                plans.push(Plan { clerk, domain });
            }
        }
        Self { worlds, plans }
    }

    fn drive(&self, start: Start) -> Drive<'_> {
        let plan = &self.plans[start.plan];
        Drive::start(&self.worlds, plan, (start.admitted_on, start.calendar))
    }

    fn any_start(&self, random: &mut Random) -> Start {
        Start {
            plan: random.index(self.plans.len()),
            calendar: if random.one_in(2) {
                0
            } else {
                random.index(self.worlds.len())
            },
            // 2007-01-01 to 2026-12-31.
            admitted_on: random.between(2_454_102, 2_461_406),
        }
    }

    /// What differs when `entries` are played, if anything does.
    fn replay(&self, start: Start, entries: &[Entry]) -> Option<Difference> {
        let (mut drive, mut seen) = (self.drive(start), Seen::default());
        let mut played = entries.iter();
        played.find_map(|entry| drive.enter(*entry, &mut seen).err())
    }

    /// The entries without those that the difference can do without.
    fn shrunk(&self, start: Start, mut entries: Vec<Entry>) -> Vec<Entry> {
        let mut at = entries.len();
        while at > 0 {
            at -= 1;
            let mut fewer = entries.clone();
            fewer.remove(at);
            if self.replay(start, &fewer).is_some() {
                entries = fewer;
            }
        }
        entries
    }

    /// A history as people read it.
    fn told(&self, start: Start, entries: &[Entry]) -> String {
        let mut told = format!("{start:?} on {}\n", date(start.admitted_on));
        for (place, terms) in self.plans[start.plan].clerk.iter().enumerate() {
            let _ = writeln!(told, "S{place}: {terms:?}");
        }
        for (today, next) in entries {
            let _ = writeln!(told, "{} ({today}): {next:?}", date(*today));
        }
        told
    }
}

/// Plays one history; on a difference all that was entered.
fn play(stock: &Stock, random: &mut Random, seen: &mut Seen) -> Result<usize, (Start, Vec<Entry>)> {
    let start = stock.any_start(random);
    let mut drive = stock.drive(start);
    let mut entries = Vec::new();
    let mut today = start.admitted_on + random.between(0, 3);
    for _ in 0..random.between(8, 32) {
        // Of what is closed there is little more to say.
        if drive.record.closed_on().is_some() && random.one_in(3) {
            break;
        }
        let next = choose::next(random, &drive.record, (today, stock.worlds.len()));
        entries.push((today, next));
        if drive.enter((today, next), seen).is_err() {
            return Err((start, entries));
        }
        today += choose::pause(random, &drive.record, today);
    }
    Ok(entries.len())
}

#[test]
fn random_acts_are_taken_and_refused_as_the_rule_book_has_them() {
    let seed = setting("NAIVE_SEED", 20_261_123);
    let histories = setting("NAIVE_HISTORIES", HISTORIES);
    let stock = Stock::new(&mut Random(seed));
    let began = Instant::now();
    let (mut met, mut entered) = (Seen::default(), 0);
    for number in 0..histories {
        let mut random = Random(seed.wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95)));
        entered += play(&stock, &mut random, &mut met).unwrap_or_else(|(start, entries)| {
            let entries = stock.shrunk(start, entries);
            let difference = stock.replay(start, &entries).unwrap_or_default();
            panic!(
                "NAIVE_SEED={seed}, history {number}: {difference}\n{}",
                stock.told(start, &entries)
            )
        });
    }
    eprintln!(
        "{histories} histories, {entered} entries, seed {seed}, {:?}",
        began.elapsed()
    );
    eprintln!("{met:?}");
    assert_everything_was_met(&met, histories);
}

/// A generator that never gets anywhere would find no difference either.
fn assert_everything_was_met(seen: &Seen, histories: u64) {
    for kind in KINDS {
        let times = seen.taken.get(kind).copied().unwrap_or(0);
        assert!(
            times * 50 > histories,
            "{kind} was taken {times} times only"
        );
    }
    for no in No::ALL {
        let times = seen.refused.get(&no).copied().unwrap_or(0);
        assert!(
            times * 1_000 > histories,
            "{no:?} was met {times} times only"
        );
    }
    assert_eq!(seen.states.len(), 5, "{:?}", seen.states);
    assert_eq!(seen.lamps.len(), 8, "{:?}", seen.lamps);
    assert!(
        seen.replanned * 50 > histories,
        "another calendar moves dates"
    );
}
