//! Due dates for calendar programs: each a day with a few words.

use domain::{
    id::StageId,
    project::Project,
    stage::{Stage, StageState},
    template::Phase,
    text::Bilingual,
};
use persistence::calendar_feed::CalendarFeed;
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use super::setting::Setting;

/// An address under which due dates are fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarFeedView {
    /// `cfd_...`
    #[schema(example = "cfd_01J0000000000000000000000")]
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last fetched, to the hour.
    #[serde(with = "time::serde::rfc3339::option")]
    pub fetched_at: Option<OffsetDateTime>,
    /// The address; said only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub url: Option<String>,
}

impl CalendarFeedView {
    /// An address without its secret.
    pub fn of(feed: &CalendarFeed) -> Self {
        Self {
            id: feed.id.to_string(),
            name: feed.name.clone(),
            created_at: feed.created_at,
            fetched_at: feed.fetched_at,
            url: None,
        }
    }
}

/// The due day of a stage, with what to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    /// The stage.
    pub stage: StageId,
    /// The last day of the promise.
    pub due_on: Date,
    /// The name of the stage.
    pub name: Bilingual,
    /// Where it stands on the spine.
    pub phase: Phase,
    /// The zone's number of the project.
    pub project_code: String,
    /// What the project is called.
    pub project_name: String,
    /// The page, below the root of the server.
    pub path: String,
}

/// The due day of a stage whose clock runs towards one. Its page is that of the project for those outside the
/// office.
pub fn due_view(
    project: &Project,
    stage: &Stage,
    setting: &Setting<'_>,
    is_outside: bool,
) -> Option<DueView> {
    if stage.state != StageState::Running {
        return None;
    }
    let path = if is_outside {
        format!("/p/{}", project.code)
    } else {
        format!("/desk/stages/{}", stage.id)
    };
    Some(DueView {
        stage: stage.id,
        due_on: stage.deadline.due_on?,
        name: setting.stage_name(project, stage),
        phase: stage.phase,
        project_code: project.code.to_string(),
        project_name: project.name.to_string(),
        path,
    })
}
