//! References: what a thing is called, short enough to stand beside another thing.

use domain::{project::Project, text::Bilingual};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema;

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnitView {
    /// `unt_...`
    pub id: String,
    /// Stable name inside the zone.
    pub code: String,
    /// What people call it.
    #[schema(value_type = schema::Bilingual)]
    pub name: Bilingual,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonView {
    /// `per_...`
    pub id: String,
    /// As printed.
    pub name: String,
    /// Office telephone; absent for those outside the office.
    pub phone: Option<String>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectRef {
    /// `prj_...`
    pub id: String,
    /// The zone's own number.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// True for a key project.
    pub is_key: bool,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageRef {
    /// `stg_...`
    pub id: String,
    /// Its place in the project.
    pub ordinal: u16,
    /// Its code in the template.
    pub code: String,
    /// What people call it.
    #[schema(value_type = schema::Bilingual)]
    pub name: Bilingual,
}

/// The reference to a project.
pub fn project_ref(project: &Project) -> ProjectRef {
    ProjectRef {
        id: project.id.to_string(),
        code: project.code.to_string(),
        name: project.name.to_string(),
        is_key: project.is_key,
    }
}
