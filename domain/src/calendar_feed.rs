//! What a calendar program hears that fetches due dates again and again: what is new, what has changed, and
//! what is gone.
//!
//! A program knows an entry by its key and takes a later one only under a higher sequence number (RFC 5545,
//! 3.8.7.4). So what was said before is kept, and each fetch says what has changed since.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use time::{Date, Duration, OffsetDateTime};

use crate::id::StageId;

/// How long an entry that is gone is still named, so that programs which fetch seldom take it away.
pub const CANCELLED_KEPT: Duration = Duration::days(90);

/// What a feed has said of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The stage.
    pub stage: StageId,
    /// The last day of its promise; of an entry that is gone, the day that it named last.
    pub due_on: Date,
    /// Counts up with each change.
    pub sequence: u32,
    /// True when there is no such date any more.
    pub is_cancelled: bool,
    /// A fingerprint of what the entry said.
    pub print: String,
    /// When it last changed.
    pub changed_at: OffsetDateTime,
}

/// A due date as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDate {
    /// The stage.
    pub stage: StageId,
    /// The last day of its promise.
    pub due_on: Date,
    /// A fingerprint of what the entry says.
    pub print: String,
}

/// What a fetch makes of what was said before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Renewal {
    /// All that the feed says now, by stage.
    pub entries: Vec<Entry>,
    /// Those of them that are new or have changed and must be kept.
    pub changed: Vec<Entry>,
    /// Stages of which the feed says nothing any more.
    pub dropped: Vec<StageId>,
}

/// What the feed says at `now`, when it said `said` before and `due` are the dates.
pub fn renew(said: Vec<Entry>, due: Vec<DueDate>, now: OffsetDateTime) -> Renewal {
    let mut due: BTreeMap<StageId, DueDate> =
        due.into_iter().map(|date| (date.stage, date)).collect();
    let mut renewal = Renewal::default();
    for old in said {
        match due.remove(&old.stage) {
            Some(date) => renewal.say(said_again(old, date, now)),
            None if !old.is_cancelled => renewal.say((
                Entry {
                    sequence: old.sequence.saturating_add(1),
                    is_cancelled: true,
                    changed_at: now,
                    ..old
                },
                true,
            )),
            None if now - old.changed_at > CANCELLED_KEPT => renewal.dropped.push(old.stage),
            None => renewal.say((old, false)),
        }
    }
    for date in due.into_values() {
        renewal.say((
            Entry {
                stage: date.stage,
                due_on: date.due_on,
                sequence: 0,
                is_cancelled: false,
                print: date.print,
                changed_at: now,
            },
            true,
        ));
    }
    renewal
        .entries
        .sort_by_key(|entry| (entry.due_on, entry.stage));
    renewal
}

/// The entry of a date that was named before, and whether it has changed.
fn said_again(old: Entry, date: DueDate, now: OffsetDateTime) -> (Entry, bool) {
    let is_same = !old.is_cancelled && old.due_on == date.due_on && old.print == date.print;
    if is_same {
        return (old, false);
    }
    let entry = Entry {
        stage: old.stage,
        due_on: date.due_on,
        sequence: old.sequence.saturating_add(1),
        is_cancelled: false,
        print: date.print,
        changed_at: now,
    };
    (entry, true)
}

impl Renewal {
    fn say(&mut self, (entry, is_changed): (Entry, bool)) {
        if is_changed {
            self.changed.push(entry.clone());
        }
        self.entries.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    const MONDAY: OffsetDateTime = datetime!(2026-03-02 01:00 UTC);

    fn due(stage: u128, due_on: Date, print: &str) -> DueDate {
        let stage = StageId(Uuid::from_u128(stage));
        DueDate {
            stage,
            due_on,
            print: print.into(),
        }
    }

    fn told(renewal: &Renewal) -> Vec<(u128, Date, u32, bool)> {
        let told = |entry: &Entry| {
            let stage = entry.stage.0.as_u128();
            (stage, entry.due_on, entry.sequence, entry.is_cancelled)
        };
        renewal.entries.iter().map(told).collect()
    }

    #[test]
    fn each_change_counts_up_and_nothing_else_does() {
        let (ninth, tenth) = (date!(2026 - 03 - 09), date!(2026 - 03 - 10));
        let first = renew(
            Vec::new(),
            vec![due(1, ninth, "a"), due(2, tenth, "b")],
            MONDAY,
        );
        assert_eq!(told(&first), [(1, ninth, 0, false), (2, tenth, 0, false)]);
        assert_eq!(first.changed.len(), 2);
        let later = MONDAY + Duration::hours(4);
        let same = renew(
            first.entries.clone(),
            vec![due(1, ninth, "a"), due(2, tenth, "b")],
            later,
        );
        assert_eq!(same.entries, first.entries);
        assert!(same.changed.is_empty() && same.dropped.is_empty());
        // One moves, one is renamed: both count up; then one is gone, and comes back.
        let moved = renew(
            same.entries,
            vec![due(1, tenth, "a"), due(2, tenth, "c")],
            later,
        );
        assert_eq!(told(&moved), [(1, tenth, 1, false), (2, tenth, 1, false)]);
        assert!(moved.changed.iter().all(|entry| entry.changed_at == later));
        let gone = renew(moved.entries, vec![due(2, tenth, "c")], later);
        assert_eq!(told(&gone), [(1, tenth, 2, true), (2, tenth, 1, false)]);
        assert_eq!(gone.changed.len(), 1);
        let back = renew(
            gone.entries,
            vec![due(1, tenth, "a"), due(2, tenth, "c")],
            later,
        );
        assert_eq!(told(&back), [(1, tenth, 3, false), (2, tenth, 1, false)]);
    }

    #[test]
    fn what_is_gone_is_named_for_ninety_days() {
        let ninth = date!(2026 - 03 - 09);
        let first = renew(Vec::new(), vec![due(1, ninth, "a")], MONDAY);
        let gone = renew(first.entries, Vec::new(), MONDAY);
        for (days, is_named) in [(0, true), (90, true), (91, false)] {
            let later = renew(
                gone.entries.clone(),
                Vec::new(),
                MONDAY + Duration::days(days),
            );
            assert_eq!(later.entries.len(), usize::from(is_named), "{days}");
            assert_eq!(later.dropped.len(), usize::from(!is_named), "{days}");
            assert!(later.changed.is_empty());
        }
    }
}
