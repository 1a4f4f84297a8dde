//! What a head or a supervisor sees: the lamp matrix, what is overdue, what waits for an answer.

use std::collections::BTreeMap;

use domain::{ladder::Rung, lamp::Lamp, stage::StageState, template::Phase};
use serde::Serialize;

use super::{
    alert::AlertView,
    calendar::Coverage,
    card::CardRow,
    days::{Certainty, Remaining},
    name::UnitView,
    progress::BehindRow,
    row::StageRow,
};

/// The board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoardView {
    /// Open stages by lamp, grave first; lamps without a stage are left out.
    pub lamps: Vec<LampCount>,
    /// The phases that occur, in order.
    pub phases: Vec<Phase>,
    /// One row per unit.
    pub matrix: Vec<MatrixRow>,
    /// Stages past their promise, the longest first.
    pub overdue: Vec<OverdueRow>,
    /// Alerts that wait for an answer, one per stage, the highest rung first.
    pub waiting: Vec<AlertView>,
    /// How many open stages have a deadline that the calendar cannot give.
    pub unknown_count: usize,
    /// How far the calendar reaches.
    pub coverage: Option<Coverage>,
    /// Projects whose works are behind, the worst first.
    pub behind: Vec<BehindRow>,
    /// Cards with an appeal that waits for its decision, the oldest first.
    pub appeals: Vec<CardRow>,
    /// Cards whose reason was not given in time, the longest due first.
    pub unexplained: Vec<CardRow>,
}

/// How many stages show a lamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LampCount {
    /// The lamp.
    pub lamp: Lamp,
    /// How many.
    pub count: usize,
}

/// One unit's row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixRow {
    /// The unit.
    pub unit: UnitView,
    /// One cell per phase of the board.
    pub cells: Vec<MatrixCell>,
}

/// The open stages of one unit in one phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixCell {
    /// The phase.
    pub phase: Phase,
    /// By lamp, grave first; empty where there is none.
    pub lamps: Vec<LampCount>,
}

impl MatrixCell {
    /// The gravest lamp.
    pub fn worst(&self) -> Option<Lamp> {
        self.lamps.first().map(|count| count.lamp)
    }

    /// How many stages.
    pub fn total(&self) -> usize {
        self.lamps.iter().map(|count| count.count).sum()
    }
}

/// A stage past its promise, with who was told when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverdueRow {
    /// The stage.
    pub row: StageRow,
    /// Which rungs fired, oldest first.
    pub alerts: Vec<AlertView>,
}

/// Builds the board from the stages and alerts that the one who looks may see.
pub fn board_view(rows: &[StageRow], alerts: &[AlertView]) -> BoardView {
    let open: Vec<&StageRow> = rows
        .iter()
        .filter(|row| !matches!(row.state, StageState::Waiting | StageState::Done))
        .collect();
    let phases: Vec<Phase> = Phase::ALL
        .into_iter()
        .filter(|phase| open.iter().any(|row| row.phase == *phase))
        .collect();
    let current = alerts.iter().filter(|alert| !alert.is_outdated);
    let is_objection = |alert: &AlertView| alert.rung == Rung::StopObjected;
    let mut highest: BTreeMap<(&str, bool), &AlertView> = BTreeMap::new();
    let waits = |alert: &&AlertView| alert.rung >= Rung::Yellow || is_objection(alert);
    for alert in current.filter(waits) {
        // A higher card takes the place of the lower one: one answer is enough. An objection asks for another.
        let of = (alert.stage.id.as_str(), is_objection(alert));
        let held = highest.entry(of).or_insert(alert);
        if alert.rung > held.rung {
            *held = alert;
        }
    }
    let mut waiting: Vec<AlertView> = highest
        .into_values()
        .filter(|alert| alert.acknowledgement.is_none())
        .cloned()
        .collect();
    waiting.sort_by_key(|alert| (std::cmp::Reverse(alert.rung), alert.fired_at));
    BoardView {
        lamps: lamp_counts(open.iter().map(|row| row.lamp)),
        matrix: matrix(&open, &phases),
        phases,
        overdue: overdue(&open, alerts),
        waiting,
        unknown_count: open
            .iter()
            .filter(|row| row.certainty == Certainty::Unknown)
            .count(),
        coverage: None,
        behind: Vec::new(),
        appeals: Vec::new(),
        unexplained: Vec::new(),
    }
}

fn matrix(open: &[&StageRow], phases: &[Phase]) -> Vec<MatrixRow> {
    let mut units: BTreeMap<(String, String), &UnitView> = BTreeMap::new();
    for row in open {
        units.insert((row.unit.code.clone(), row.unit.id.clone()), &row.unit);
    }
    let row_of = |unit: &UnitView| MatrixRow {
        unit: unit.clone(),
        cells: phases
            .iter()
            .map(|&phase| MatrixCell {
                phase,
                lamps: lamp_counts(
                    open.iter()
                        .filter(|row| row.phase == phase && row.unit.id == unit.id)
                        .map(|row| row.lamp),
                ),
            })
            .collect(),
    };
    units.into_values().map(row_of).collect()
}

fn lamp_counts(lamps: impl Iterator<Item = Lamp>) -> Vec<LampCount> {
    let mut counts: BTreeMap<Lamp, usize> = BTreeMap::new();
    for lamp in lamps {
        *counts.entry(lamp).or_default() += 1;
    }
    let grave_first = counts.into_iter().rev();
    grave_first
        .map(|(lamp, count)| LampCount { lamp, count })
        .collect()
}

fn overdue(open: &[&StageRow], alerts: &[AlertView]) -> Vec<OverdueRow> {
    let late = open
        .iter()
        .filter(|row| matches!(row.remaining, Some(Remaining::Over(_))));
    let mut rows: Vec<OverdueRow> = late
        .map(|row| {
            let of_stage = alerts.iter().filter(|alert| alert.stage.id == row.stage.id);
            let mut fired: Vec<AlertView> = of_stage.cloned().collect();
            fired.sort_by_key(|alert| (alert.fired_at, alert.rung));
            OverdueRow {
                row: (*row).clone(),
                alerts: fired,
            }
        })
        .collect();
    rows.sort_by_key(|overdue| (overdue.row.promised_on, overdue.row.project.code.clone()));
    rows
}
