//! The body of a correction: a merge patch (RFC 7396) of what may be corrected.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::PersonId,
    metadata::{KEY_CHARACTERS_MAX, MetadataKey, MetadataPatch, MetadataText, TEXT_CHARACTERS_MAX},
    project::Correction,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Flaws, directory::present};
use crate::error::{AppError, FieldFlaw};

/// What is to be another about a project. What is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProjectBody {
    /// What it is called.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub name: Option<Option<String>>,
    /// The company that invests.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub investor: Option<Option<String>>,
    /// Planned investment in yuan; `null` where it is not known.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u64>)]
    pub investment_yuan: Option<Option<u64>>,
    /// True for a key project.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    pub is_key: Option<Option<bool>>,
    /// People of the investor with an account: all of them; `null` for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub contacts: Option<Option<Vec<String>>>,
    /// What other systems keep with the project: at most 20 entries of at most 500 characters, their keys of at
    /// most 40 letters, digits and `_ . -`. `null` takes an entry away; for the whole, all of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    pub metadata: Option<Option<BTreeMap<String, Option<String>>>>,
}

impl ChangeProjectBody {
    /// The wish.
    pub fn parse(&self) -> Result<Correction, AppError> {
        let mut flaws = Flaws::default();
        let name = self.name.as_ref();
        let name = name.and_then(|typed| flaws.line("name", typed.as_deref()));
        let investor = self.investor.as_ref();
        let investor = investor.and_then(|typed| flaws.line("investor", typed.as_deref()));
        let is_key = self.is_key;
        let is_key = is_key.and_then(|said| flaws.required("is_key", said));
        let contacts = self.contacts.as_ref();
        let contacts =
            contacts.map(|typed| people(&mut flaws, typed.as_deref().unwrap_or_default()));
        let metadata = match &self.metadata {
            None => MetadataPatch::default(),
            Some(None) => MetadataPatch::Clear,
            Some(Some(typed)) => entries(&mut flaws, typed),
        };
        flaws.finish(Some(Correction {
            name,
            investor,
            investment_yuan: self.investment_yuan,
            is_key,
            contacts,
            metadata,
        }))
    }
}

fn people(flaws: &mut Flaws, typed: &[String]) -> BTreeSet<PersonId> {
    let typed = typed.iter();
    typed
        .filter_map(|id| flaws.person("contacts", Some(id)))
        .collect()
}

fn entries(flaws: &mut Flaws, typed: &BTreeMap<String, Option<String>>) -> MetadataPatch {
    let mut patch = BTreeMap::new();
    for (name, text) in typed {
        let mut flaw = |code: &str, max: usize| {
            // Said again only as far as a key may be long.
            let said = name.chars().take(KEY_CHARACTERS_MAX).collect();
            flaws.note::<()>(FieldFlaw {
                field: "metadata",
                code: code.to_owned(),
                arguments: vec![("key", said), ("max", max.to_string())],
            });
        };
        let Ok(key) = name.parse::<MetadataKey>() else {
            flaw("project.metadata_key", KEY_CHARACTERS_MAX);
            continue;
        };
        match text.as_deref().map(MetadataText::parse).transpose() {
            Ok(text) => {
                patch.insert(key, text);
            }
            Err(_flaw) => flaw("project.metadata_text", TEXT_CHARACTERS_MAX),
        }
    }
    MetadataPatch::Entries(patch)
}
