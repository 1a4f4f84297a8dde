//! How a problem of each kind looks, for its page and for the description.

use std::collections::BTreeMap;

use domain::text::Language;

use super::{FieldProblem, Problem};
use crate::http::catalogue::{self, Kind};

impl Problem {
    /// How a problem of this kind looks in `language`, with the names of its parameters for their values.
    pub fn example(kind: Kind, root: &str, language: Language) -> Self {
        let shown = if kind.is_of_field {
            catalogue::kind("validation.failed")
                .copied()
                .unwrap_or(kind)
        } else {
            kind
        };
        let messages = |kind: Kind| {
            let said = Language::ALL.map(|one| (one.tag().to_owned(), kind.sentence(one)));
            BTreeMap::from(said)
        };
        let field = FieldProblem {
            pointer: "/on".to_owned(),
            code: kind.code.to_owned(),
            messages: messages(kind),
            params: BTreeMap::new(),
        };
        Self {
            kind: format!("{root}/problems/{}", shown.code),
            title: catalogue::title(language, shown.code),
            status: shown.status.as_u16(),
            detail: shown.sentence(language),
            code: shown.code.to_owned(),
            instance: Some("urn:uuid:019aa2b4-7c11-7d31-9c5e-0f4c1f6e2a90".to_owned()),
            messages: messages(shown),
            errors: if kind.is_of_field {
                vec![field]
            } else {
                Vec::new()
            },
            current_version: None,
            changed_by: None,
            changed_at: None,
            violated_policies: Vec::new(),
            retryable: catalogue::is_retryable(shown.code, shown.status),
        }
    }
}
