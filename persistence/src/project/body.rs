//! The parts of a project that no query looks for, as one document.

use std::collections::BTreeSet;

use domain::{
    id::PersonId,
    metadata::Metadata,
    progress::Progress,
    project::{Project, TemplateRef},
    schedule::Forecast,
};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

#[derive(Serialize, Deserialize)]
pub(super) struct ProjectBody {
    pub(super) investment_yuan: Option<u64>,
    pub(super) is_key: bool,
    pub(super) template: TemplateRef,
    pub(super) traits: BTreeSet<String>,
    pub(super) contacts: BTreeSet<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) forecast: Option<Forecast>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) progress: Option<Progress>,
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub(super) metadata: Metadata,
}

/// The document of `project`.
pub(super) fn body(project: &Project) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&ProjectBody {
        investment_yuan: project.investment_yuan,
        is_key: project.is_key,
        template: project.template.clone(),
        traits: project.traits.clone(),
        contacts: project.contacts.clone(),
        forecast: project.forecast,
        progress: project.progress.clone(),
        metadata: project.metadata.clone(),
    })?)
}
