//! What lies ahead: the next milestone, the way to it, and what has room.

use domain::{project::Project, schedule::Schedule};
use serde::Serialize;
use time::Date;

use super::{name::StageRef, setting::Setting};

/// What lies ahead of a project, if every stage begins as soon as it may and keeps its promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScheduleView {
    /// What everything leads to: the start of works while it lies ahead, else what ends last.
    pub target: StageRef,
    /// The first day on which it may be reached.
    pub target_on: Date,
    /// True when something without a limit lies before that day: it may well be later.
    pub is_earliest: bool,
    /// The first day on which works may start, while they have not.
    pub start_of_works_on: Option<Date>,
    /// The codes of the stages that decide when the target is reached, in order.
    pub critical_path: Vec<String>,
}

/// What lies ahead of `project`; `None` when nothing does.
pub fn schedule_view(
    project: &Project,
    schedule: &Schedule,
    setting: &Setting<'_>,
) -> Option<ScheduleView> {
    if project.closed_on.is_some() {
        return None;
    }
    let (place, outlook) = schedule.target()?;
    let path = schedule
        .critical_path()
        .iter()
        .filter_map(|place| project.stage_at(*place));
    let start_of_works_on = schedule.start_of_works(project);
    Some(ScheduleView {
        target: setting.stage(project, project.stage_at(place)?),
        target_on: start_of_works_on.unwrap_or(outlook.end_on),
        is_earliest: outlook.is_earliest,
        start_of_works_on,
        critical_path: path.map(|stage| stage.code.clone()).collect(),
    })
}
