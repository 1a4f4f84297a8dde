//! What was put right about a project, before and after.

use domain::{event::Fact, id::PersonId, project::Corrected};
use serde::Serialize;
use utoipa::ToSchema;

/// One thing that was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangeView {
    /// The member of the project; for an entry of other systems `metadata.` and its key.
    #[schema(example = "investment_yuan")]
    pub field: String,
    /// Before, if there was anything.
    pub old: Option<String>,
    /// After, if there is anything.
    pub new: Option<String>,
}

/// What a line says was put right; `None` for every other kind. People without a name are shown by key.
pub fn changes(
    fact: &Fact,
    name_of: impl Fn(PersonId) -> Option<String>,
) -> Option<Vec<ChangeView>> {
    if let Fact::ProjectCorrected { corrected } = fact {
        let corrected = corrected.iter();
        return Some(corrected.map(|one| change(one, &name_of)).collect());
    }
    let Fact::MetadataChanged { metadata } = fact else {
        return None;
    };
    let entry = |one: &domain::project::MetadataChange| ChangeView {
        field: format!("metadata.{}", one.key.as_str()),
        old: one.old.as_ref().map(|text| text.as_str().to_owned()),
        new: one.new.as_ref().map(|text| text.as_str().to_owned()),
    };
    Some(metadata.iter().map(entry).collect())
}

fn change(corrected: &Corrected, name_of: impl Fn(PersonId) -> Option<String>) -> ChangeView {
    let names = |people: &std::collections::BTreeSet<PersonId>| {
        let names = people
            .iter()
            .map(|id| name_of(*id).unwrap_or_else(|| id.to_string()));
        let names = names.collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then_some(names)
    };
    let (field, old, new) = match corrected {
        Corrected::Name { old, new } => ("name", Some(old.to_string()), Some(new.to_string())),
        Corrected::Investor { old, new } => {
            ("investor", Some(old.to_string()), Some(new.to_string()))
        }
        Corrected::InvestmentYuan { old, new } => {
            let text = |yuan: &Option<u64>| yuan.map(|yuan| yuan.to_string());
            ("investment_yuan", text(old), text(new))
        }
        Corrected::IsKey { new } => {
            let (old, new) = ((!new).to_string(), new.to_string());
            ("is_key", Some(old), Some(new))
        }
        Corrected::Contacts { old, new } => ("contacts", names(old), names(new)),
    };
    let field = field.to_owned();
    ChangeView { field, old, new }
}
