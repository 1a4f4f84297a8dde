//! The body with which somebody asks for events.

use domain::{egress::Network, webhook::is_filter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::{AppError, FieldFlaw},
    usecase::webhook::Wish,
    webhook::target::Target,
};

/// Filters of one address.
const EVENTS_MAX: usize = 50;

/// An address to which events shall be sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookBody {
    /// Where they go: `https://`, a full name, port 443 or 8443.
    #[schema(example = "https://hooks.partner.example/green-channel")]
    pub url: Option<String>,
    /// Names, or `gc.stage.*` for all of a noun; none for all.
    #[serde(default)]
    #[schema(example = json!(["gc.stage.*", "gc.project.closed"]))]
    pub events: Vec<String>,
    /// `full` sends the particulars along.
    pub include: Option<String>,
}

impl WebhookBody {
    /// The wish; `allowed` are own networks to which events may go.
    pub fn parse(&self, allowed: &[Network]) -> Result<Wish, AppError> {
        let mut flaws = Flaws::default();
        let typed = self.url.as_deref().unwrap_or_default().trim();
        let url = if typed.is_empty() {
            flaws.note(FieldFlaw::of("url", "validation.empty"))
        } else {
            match Target::parse(typed, allowed) {
                Ok(target) => Some(target.url().to_owned()),
                Err(flaw) => flaws.note(FieldFlaw::of("url", flaw.code())),
            }
        };
        let is_known = self.events.iter().all(|event| is_filter(event));
        if !is_known || self.events.len() > EVENTS_MAX {
            flaws.note::<()>(FieldFlaw::of("events", "webhook.event_unknown"));
        }
        let is_full = match self.include.as_deref() {
            None | Some("") => false,
            Some("full") => true,
            Some(_other) => {
                flaws.note::<()>(FieldFlaw::of("include", "validation.choice"));
                false
            }
        };
        flaws.finish(url.map(|url| Wish {
            url,
            events: self.events.clone(),
            is_full,
        }))
    }
}
