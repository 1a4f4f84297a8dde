//! Which part of which case is known from which morning on.
//!
//! One rule: a morning knows what happened before its local midnight. A case appears on the morning
//! after the day on which it started; what the other system says had happened even earlier is known then.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use domain::zone_time::ZoneTime;
use time::Date;

use crate::import::mapping::ImportedCase;

/// A day and what is new on its morning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morning {
    /// The day.
    pub day: Date,
    /// What is new, in the order of the cases.
    pub parts: Vec<Part>,
}

/// A part of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The case's place among the cases.
    pub case: usize,
    /// Which of its work is new.
    pub work: Range<usize>,
    /// True when its end is known.
    pub is_ended: bool,
}

/// Why a log has no mornings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMornings {
    /// It has no cases.
    NoCases,
    /// Its first and its last day lie too far apart.
    TooMany,
}

impl std::fmt::Display for NoMornings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCases => f.write_str("the log has no cases"),
            Self::TooMany => write!(
                f,
                "the first and the last day of the log lie more than {MORNINGS_MAX} days apart"
            ),
        }
    }
}

impl std::error::Error for NoMornings {}

/// Fifty years. A log beyond has a wrong date in it, and would be played for hours.
const MORNINGS_MAX: usize = 18_262;

/// Every calendar day from the first case's to the one after the last event or end.
pub fn mornings(cases: &[ImportedCase], time: &ZoneTime) -> Result<Vec<Morning>, NoMornings> {
    let mut parts: BTreeMap<Date, Vec<Part>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        for (day, part) in parts_of(at, case, time) {
            parts.entry(day).or_default().push(part);
        }
    }
    let (Some((&first, _)), Some((&last, _))) = (parts.first_key_value(), parts.last_key_value())
    else {
        return Err(NoMornings::NoCases);
    };
    let days = std::iter::successors(Some(first), |day| day.next_day());
    let days: Vec<Date> = days
        .take_while(|day| *day <= last)
        .take(MORNINGS_MAX + 1)
        .collect();
    if days.len() > MORNINGS_MAX {
        return Err(NoMornings::TooMany);
    }
    let morning = |day| Morning {
        day,
        parts: parts.remove(&day).unwrap_or_default(),
    };
    Ok(days.into_iter().map(morning).collect())
}

/// The parts of one case by the mornings on which they are new. Its work is in the order of time, so
/// each part is a range of it.
fn parts_of(at: usize, case: &ImportedCase, time: &ZoneTime) -> BTreeMap<Date, Part> {
    let known_from = |instant| {
        let day = time.day_of(instant);
        day.next_day().unwrap_or(day)
    };
    let first = known_from(case.started_at);
    let part = |work| Part {
        case: at,
        work,
        is_ended: false,
    };
    let mut parts = BTreeMap::from([(first, part(0..0))]);
    for (place, item) in case.work.iter().enumerate() {
        match parts.entry(known_from(item.at).max(first)) {
            Entry::Occupied(mut known) => known.get_mut().work.end = place + 1,
            Entry::Vacant(free) => {
                free.insert(part(place..place + 1));
            }
        }
    }
    if let Some(ended_at) = case.ended_at {
        let part = parts
            .entry(known_from(ended_at).max(first))
            .or_insert_with(|| part(0..0));
        part.is_ended = true;
    }
    parts
}

#[cfg(test)]
mod tests {
    use domain::text::Line;
    use time::{
        OffsetDateTime,
        macros::{date, datetime},
    };

    use super::*;
    use crate::import::mapping::LoggedWork;

    fn case(
        started_at: OffsetDateTime,
        work: &[OffsetDateTime],
        ended_at: Option<OffsetDateTime>,
    ) -> ImportedCase {
        let item = |&at: &OffsetDateTime| LoggedWork {
            key: at.to_string(),
            by: None,
            at,
            activity: Line::parse("check").unwrap(),
            due_at: None,
            mark: None,
        };
        ImportedCase {
            external_id: "17".into(),
            name: Line::parse("17").unwrap(),
            line: 1,
            responsible: None,
            department: None,
            started_at,
            deadline_at: None,
            planned_end_at: None,
            ended_at,
            work: work.iter().map(item).collect(),
        }
    }

    fn played(cases: &[ImportedCase]) -> Vec<Morning> {
        mornings(cases, &ZoneTime::named("Europe/Amsterdam").unwrap()).unwrap()
    }

    fn part(case: usize, work: Range<usize>, is_ended: bool) -> Part {
        Part {
            case,
            work,
            is_ended,
        }
    }

    #[test]
    fn a_morning_knows_what_happened_before_its_local_midnight() {
        let case = case(
            datetime!(2011-10-11 21:59:59 UTC),
            &[
                datetime!(2011-10-11 21:59:59.999 UTC),
                datetime!(2011-10-11 22:00 UTC),
                datetime!(2011-10-12 9:00 UTC),
            ],
            Some(datetime!(2011-10-14 9:00 UTC)),
        );
        let mornings = played(&[case]);
        let found: Vec<_> = mornings
            .iter()
            .map(|morning| (morning.day, morning.parts.as_slice()))
            .collect();
        assert_eq!(
            found,
            [
                (date!(2011 - 10 - 12), &[part(0, 0..1, false)][..]),
                (date!(2011 - 10 - 13), &[part(0, 1..3, false)][..]),
                (date!(2011 - 10 - 14), &[][..]),
                (date!(2011 - 10 - 15), &[part(0, 0..0, true)][..]),
            ]
        );
    }

    #[test]
    fn a_case_that_ended_before_it_started_appears_once_and_closed() {
        let case = case(
            datetime!(2011-10-11 9:00 UTC),
            &[datetime!(2011-10-09 9:00 UTC)],
            Some(datetime!(2011-10-10 9:00 UTC)),
        );
        let mornings = played(&[case]);
        assert_eq!(mornings.len(), 1);
        assert_eq!(mornings[0].day, date!(2011 - 10 - 12));
        assert_eq!(mornings[0].parts, [part(0, 0..1, true)]);
    }

    #[test]
    fn work_after_the_end_has_a_morning_of_its_own() {
        let case = case(
            datetime!(2011-10-11 9:00 UTC),
            &[
                datetime!(2011-10-11 9:00 UTC),
                datetime!(2011-10-13 9:00 UTC),
            ],
            Some(datetime!(2011-10-11 10:00 UTC)),
        );
        let mornings = played(&[case]);
        assert_eq!(mornings[0].parts, [part(0, 0..1, true)]);
        assert_eq!(mornings[2].parts, [part(0, 1..2, false)]);
        assert_eq!(mornings.len(), 3);
    }

    #[test]
    fn every_day_between_the_first_and_the_last_is_a_morning() {
        let early = case(datetime!(2011-03-25 9:00 UTC), &[], None);
        let late = case(datetime!(2011-03-30 9:00 UTC), &[], None);
        let mornings = played(&[late, early]);
        assert_eq!(mornings.len(), 6, "summer time begins in between");
        assert_eq!(mornings[0].parts, [part(1, 0..0, false)]);
        assert_eq!(mornings[5].parts, [part(0, 0..0, false)]);
    }

    #[test]
    fn all_work_of_a_case_is_played_once() {
        let hours = |count: i64| datetime!(2011-10-11 9:00 UTC) + time::Duration::hours(7 * count);
        let work: Vec<_> = (0..50).map(hours).collect();
        let mornings = played(&[case(hours(3), &work, Some(hours(20)))]);
        let played: Vec<usize> = mornings
            .iter()
            .flat_map(|morning| &morning.parts)
            .flat_map(|part| part.work.clone())
            .collect();
        assert_eq!(played, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_log_without_cases_or_with_a_stray_year_has_no_mornings() {
        let time = ZoneTime::named("Europe/Amsterdam").unwrap();
        assert_eq!(mornings(&[], &time), Err(NoMornings::NoCases));
        let stray = case(
            datetime!(2011-10-11 9:00 UTC),
            &[datetime!(2111-10-11 9:00 UTC)],
            None,
        );
        assert_eq!(mornings(&[stray], &time), Err(NoMornings::TooMany));
    }
}
