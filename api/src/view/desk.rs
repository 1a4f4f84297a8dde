//! The officer's inbox.

use domain::{lamp::Lamp, stage::StageState};
use serde::Serialize;
use time::Date;

use super::{card::CardRow, days::Remaining, row::StageRow};

/// What waits for an officer, the most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskView {
    /// In the order of urgency; empty ones are there too.
    pub sections: Vec<DeskSection>,
    /// The nearest date among all rows.
    pub next: Option<StageRow>,
    /// Cards whose reason is asked for, the most urgent first.
    pub cards: Vec<CardRow>,
}

/// One part of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskSection {
    /// Which.
    pub kind: DeskKind,
    /// Its rows, the most urgent first.
    pub rows: Vec<StageRow>,
}

/// The parts of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskKind {
    /// The promise is missed.
    Overdue,
    /// Due today or at risk.
    DueSoon,
    /// Ready to be accepted.
    Ready,
    /// Running in time.
    Running,
    /// The clock stands.
    Stopped,
    /// Finished this week.
    Done,
}

impl DeskKind {
    /// Every part, in the order of urgency.
    pub const ALL: [Self; 6] = [
        Self::Overdue,
        Self::DueSoon,
        Self::Ready,
        Self::Running,
        Self::Stopped,
        Self::Done,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    /// The part in which a row belongs; `None` for one that is not shown.
    fn of(row: &StageRow, today: Date) -> Option<Self> {
        match (row.state, row.lamp) {
            (StageState::Waiting, _) => None,
            (StageState::Ready, _) => Some(Self::Ready),
            (StageState::Stopped, _) => Some(Self::Stopped),
            (StageState::Done, _) => {
                let monday = today.monday_based_week();
                let is_this_week = row.actual_on.is_some_and(|on| {
                    on.monday_based_week() == monday && on.year() == today.year()
                });
                is_this_week.then_some(Self::Done)
            }
            (StageState::Running, Lamp::Yellow | Lamp::Red) => Some(Self::Overdue),
            (StageState::Running, Lamp::Blue) => Some(Self::DueSoon),
            (
                StageState::Running,
                Lamp::NotStarted | Lamp::Done | Lamp::DoneLate | Lamp::Green | Lamp::Paused,
            ) => Some(if row.remaining == Some(Remaining::Today) {
                Self::DueSoon
            } else {
                Self::Running
            }),
        }
    }
}

impl DeskView {
    /// The rows of one part.
    pub fn count(&self, kind: DeskKind) -> usize {
        self.sections
            .iter()
            .find(|section| section.kind == kind)
            .map_or(0, |section| section.rows.len())
    }

    /// What needs the officer now: overdue, due soon, ready to accept.
    pub fn urgent_count(&self) -> usize {
        self.count(DeskKind::Overdue) + self.count(DeskKind::DueSoon) + self.count(DeskKind::Ready)
    }
}

/// Sorts rows into the inbox. Rows that wait, and those finished before this week, are left out.
pub fn desk_view(rows: Vec<StageRow>, today: Date) -> DeskView {
    let mut sections: Vec<DeskSection> = DeskKind::ALL
        .into_iter()
        .map(|kind| DeskSection {
            kind,
            rows: Vec::new(),
        })
        .collect();
    let next = rows
        .iter()
        .filter(|row| row.state == StageState::Running)
        .min_by_key(|row| row.promised_on.unwrap_or(Date::MAX))
        .cloned();
    for row in rows {
        let kind = DeskKind::of(&row, today);
        if let Some(section) = sections
            .iter_mut()
            .find(|section| Some(section.kind) == kind)
        {
            section.rows.push(row);
        }
    }
    for section in &mut sections {
        section.rows.sort_by_key(|row| {
            let by = row.promised_on.or(row.since).unwrap_or(Date::MAX);
            (std::cmp::Reverse(row.is_mine), by, row.project.code.clone())
        });
    }
    DeskView {
        sections,
        next,
        cards: Vec::new(),
    }
}
