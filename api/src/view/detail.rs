//! What an officer needs to know of a stage besides what everybody is shown: the rules behind its dates,
//! and what may be done with it.

use domain::{
    clock::{Court, StopReason},
    limit::Limit,
    project::Project,
    stage::{Stage, StageState},
    template::{LimitRule, StageDefinition, ValidityRule},
    text::Bilingual,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    action::{AllowedAction, allowed_actions},
    name::StageRef,
    schema,
    setting::Setting,
    stage::refs,
};

/// The rules and the possibilities of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageDetail {
    /// The promise with where it comes from.
    pub promise: Option<LimitView>,
    /// The statutory limit with where it comes from.
    pub statute: Option<LimitView>,
    /// For how long what it must use is good, with where that comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::ValidityRule)]
    pub validity: Option<ValidityRule>,
    /// The reasons for which the clock may stand.
    pub allowed_stops: Vec<AllowedStopView>,
    /// Stages that wait for this one.
    pub releases: Vec<StageRef>,
    /// Stages that are worked on at the same time.
    pub parallel_with: Vec<StageRef>,
    /// Documents the investor hands in.
    #[schema(value_type = Vec<schema::Bilingual>)]
    pub materials: Vec<Bilingual>,
    /// A supervisor's new date; for staff only.
    pub held_until: Option<Date>,
    /// The last day with a sign of work.
    pub touched_on: Option<Date>,
    /// The day by which the next sign of work is due.
    pub update_due_on: Option<Date>,
    /// What the one who looks may do, and why not.
    pub allowed_actions: Vec<AllowedAction>,
}

/// A limit with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitView {
    /// The limit.
    #[schema(value_type = schema::Limit)]
    pub limit: Limit,
    /// The document that says so.
    pub citation: String,
    /// False until the efficacy office has checked the citation.
    pub is_verified: bool,
}

/// A reason for which the clock may stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllowedStopView {
    /// The reason.
    #[schema(value_type = schema::StopReason)]
    pub reason: StopReason,
    /// In whose court the ball then lies.
    #[schema(value_type = schema::Court)]
    pub party: Court,
    /// The greatest number of working days.
    pub cap_days: Option<u16>,
    /// The document that allows it.
    pub citation: String,
}

/// The rules and the possibilities of `stage`.
pub fn stage_detail(project: &Project, stage: &Stage, setting: &Setting<'_>) -> StageDetail {
    let definition = setting.definition(project, &stage.code);
    let is_internal = setting.viewer.sees_internal(project);
    StageDetail {
        promise: limit_view(
            stage.terms.promised,
            definition.and_then(|known| known.promised.as_ref()),
        ),
        statute: limit_view(
            stage.terms.statutory,
            definition.and_then(|known| known.statutory.as_ref()),
        ),
        validity: definition.and_then(|known| known.validity.clone()),
        allowed_stops: allowed_stops(stage, definition),
        releases: refs(project, setting, |other| {
            other.after.contains(&stage.ordinal)
        }),
        parallel_with: refs(project, setting, |other| {
            stage.clock.is_some() && stage.is_open() && other.id != stage.id && other.is_open()
        }),
        materials: definition
            .map(|known| known.materials.clone())
            .unwrap_or_default(),
        held_until: stage.hold.filter(|_| is_internal).map(|hold| hold.until),
        touched_on: stage.touched_on,
        update_due_on: update_due_on(stage, setting),
        allowed_actions: allowed_actions(project, stage, setting),
    }
}

/// The day by which the next sign of work is due; `None` while none is asked for.
pub(super) fn update_due_on(stage: &Stage, setting: &Setting<'_>) -> Option<Date> {
    if !stage.is_open() || stage.state == StageState::Stopped {
        return None;
    }
    let last_day = setting
        .office
        .calendar
        .working_day_after(stage.touched_on?, stage.terms.silence_days?);
    last_day.ok().map(|day| day.on)
}

fn limit_view(limit: Option<Limit>, rule: Option<&LimitRule>) -> Option<LimitView> {
    let limit = limit?;
    let rule = rule.filter(|rule| rule.limit == limit);
    Some(LimitView {
        limit,
        citation: rule.map(|rule| rule.citation.clone()).unwrap_or_default(),
        is_verified: rule.is_some_and(|rule| rule.is_verified),
    })
}

fn allowed_stops(stage: &Stage, definition: Option<&StageDefinition>) -> Vec<AllowedStopView> {
    let stops = stage.terms.stops.iter().map(|&reason| {
        let rule =
            definition.and_then(|known| known.stops.iter().find(|stop| stop.reason == reason));
        AllowedStopView {
            reason,
            party: reason.court(),
            cap_days: rule.and_then(|rule| rule.cap_days),
            citation: rule.map(|rule| rule.citation.clone()).unwrap_or_default(),
        }
    });
    stops.collect()
}
