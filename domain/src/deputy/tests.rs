use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

use super::*;

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

const MONDAY: Date = date!(2026 - 03 - 02);

fn absence(who: u128, from_on: Date, until_on: Date, substitute: Option<u128>) -> Absence {
    Absence {
        id: AbsenceId(Uuid::from_u128(who)),
        person: person(who),
        from_on,
        until_on,
        reason: AbsenceReason::Leave,
        substitute: substitute.map(person),
    }
}

/// Ten people; deputies and absences of the day as pairs, and who is expected to stand in for person 1.
fn check(deputies: &[(u128, u128)], away: &[(u128, Option<u128>)], expected: Option<u128>) {
    let absences: Vec<Absence> = away
        .iter()
        .map(|&(who, substitute)| absence(who, MONDAY, MONDAY, substitute))
        .collect();
    let deputies = deputies
        .iter()
        .map(|&(who, deputy)| (person(who), person(deputy)))
        .collect();
    let roster = Roster::of(MONDAY, (1..=9).map(person).collect(), deputies, &absences);
    assert_eq!(roster.stand_in(person(1)), expected.map(person), "{away:?}");
}

#[test]
fn who_stands_in() {
    let b = &[(1, 2)][..];
    check(b, &[], None);
    check(b, &[(2, None)], None);
    check(b, &[(1, None)], Some(2));
    check(&[], &[(1, None)], None);
    // A named substitute comes before the deputy.
    check(b, &[(1, Some(3))], Some(3));
    // Who stands in for the substitute comes before the deputy.
    check(b, &[(1, Some(3)), (3, Some(4))], Some(4));
    check(&[(1, 2), (3, 5)], &[(1, Some(3)), (3, None)], Some(5));
    // A dead end leads back to the deputy.
    check(b, &[(1, Some(3)), (3, None)], Some(2));
    check(b, &[(1, Some(3)), (3, None), (2, None)], None);
    // From deputy to deputy.
    check(
        &[(1, 2), (2, 3), (3, 4)],
        &[(1, None), (2, None), (3, None)],
        Some(4),
    );
    // A circle ends.
    check(&[(1, 2), (2, 1)], &[(1, None), (2, None)], None);
    check(
        &[(1, 2), (2, 3), (3, 2)],
        &[(1, None), (2, None), (3, None)],
        None,
    );
    check(&[(1, 1)], &[(1, Some(1))], None);
    // Who has left stands in for nobody, and is nobody's own stand-in's deputy either.
    check(&[(1, 99), (99, 2)], &[(1, None)], None);
}

#[test]
fn an_absence_counts_from_its_first_day_to_its_last() {
    let away = absence(1, date!(2026 - 03 - 02), date!(2026 - 03 - 06), Some(2));
    let days = [
        (date!(2026 - 03 - 01), None),
        (date!(2026 - 03 - 02), Some(person(2))),
        (date!(2026 - 03 - 06), Some(person(2))),
        (date!(2026 - 03 - 07), None),
    ];
    for (on, expected) in days {
        let working = (1..=2).map(person).collect();
        let roster = Roster::of(on, working, BTreeMap::new(), [&away]);
        assert_eq!(roster.stand_in(person(1)), expected, "{on}");
        let count = usize::from(expected.is_some());
        assert_eq!(roster.stands_in_for(person(2)).len(), count, "{on}");
        let reached: Vec<PersonId> = roster.reached_by(person(1)).collect();
        assert_eq!(reached.len(), 1 + count, "{on}");
    }
    let next = absence(1, date!(2026 - 03 - 06), date!(2026 - 03 - 09), None);
    let later = absence(1, date!(2026 - 03 - 07), date!(2026 - 03 - 09), None);
    assert!(away.overlaps(&next) && next.overlaps(&away));
    assert!(!away.overlaps(&later) && !later.overlaps(&away));
}

#[test]
fn every_reason_has_its_code() {
    for reason in AbsenceReason::ALL {
        assert_eq!(AbsenceReason::of_code(reason.code()), Some(reason));
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
    }
    assert_eq!(AbsenceReason::of_code("holiday"), None);
}

/// Ten posts, each with any deputy or none, any of them away with any substitute or none.
fn rosters() -> impl Strategy<Value = Roster> {
    let someone = || proptest::option::of(0_u128..12);
    let post = (any::<bool>(), someone(), someone());
    proptest::collection::vec(post, 10).prop_map(|posts| {
        let mut roster = Roster {
            working: (0..10).map(person).collect(),
            ..Roster::default()
        };
        for (who, (is_away, substitute, deputy)) in (0..).map(person).zip(posts) {
            if is_away {
                roster.away.insert(who, substitute.map(person));
            }
            roster
                .deputies
                .extend(deputy.map(|deputy| (who, person(deputy))));
        }
        roster
    })
}

/// Whether anybody who is there can be reached from `from` at all: the slow and obvious way, level by level.
fn somebody_is_reachable(roster: &Roster, from: PersonId) -> bool {
    let mut reached = BTreeSet::from([from]);
    for _ in 0..12 {
        let mut wider = reached.clone();
        for who in reached.iter().filter(|who| roster.is_away(**who)) {
            wider.extend(roster.deputies.get(who));
            wider.extend(roster.away.get(who).copied().flatten());
        }
        reached = wider;
    }
    let mut reached = reached.iter();
    reached.any(|who| roster.working.contains(who) && !roster.is_away(*who))
}

proptest! {
    /// However deputies and substitutes point at each other: it ends, it names nobody who is away or has left,
    /// it names somebody whenever there is somebody, and it names the same one again.
    #[test]
    fn somebody_who_is_there_stands_in_whenever_there_is_one(roster in rosters()) {
        for who in (0..12).map(person) {
            let found = roster.stand_in(who);
            prop_assert_eq!(found, roster.clone().stand_in(who));
            if let Some(found) = found {
                prop_assert!(roster.is_away(who));
                prop_assert!(roster.working.contains(&found) && !roster.is_away(found));
                prop_assert!(found != who);
                prop_assert!(roster.stands_in_for(found).contains(&who));
            } else {
                prop_assert!(!roster.is_away(who) || !somebody_is_reachable(&roster, who));
            }
        }
    }
}
