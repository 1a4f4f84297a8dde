//! Bodies of what is done with companies.

use std::collections::BTreeSet;

use domain::{
    company::{Country, Registration},
    id::PersonId,
    uscc::{MalformedUscc, Uscc},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Flaws, directory::present};
use crate::{
    error::{AppError, FieldFlaw},
    usecase::company::{CompanyPatch, NewCompany},
};

/// A company to add: with a unified social credit code, or the number of another country, or neither.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyBody {
    /// As registered.
    pub name: Option<String>,
    /// Its unified social credit code (GB 32100).
    #[schema(example = "91350200MA2YJ1XR9G")]
    pub uscc: Option<String>,
    /// True keeps a code whose check fails: codes of early pilots do, and are valid.
    #[serde(default)]
    pub uscc_override: bool,
    /// The number in the register of another country.
    pub foreign_number: Option<String>,
    /// That country, by the two letters of ISO 3166-1.
    #[schema(example = "DE")]
    pub country: Option<String>,
    /// People with an account who speak for it.
    #[serde(default)]
    pub contacts: Vec<String>,
}

impl CompanyBody {
    /// The wish.
    pub fn parse(&self) -> Result<NewCompany, AppError> {
        let mut flaws = Flaws::default();
        let name = flaws.line("name", self.name.as_deref());
        let number = Registered {
            uscc: self.uscc.as_deref(),
            is_overridden: self.uscc_override,
            foreign_number: self.foreign_number.as_deref(),
            country: self.country.as_deref(),
        };
        let registration = number.parse(&mut flaws);
        let contacts = contacts_of(&mut flaws, &self.contacts);
        let new = name.map(|name| NewCompany {
            name,
            registration,
            contacts,
        });
        flaws.finish(new)
    }
}

/// What is to be another about a company.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCompanyBody {
    /// As registered.
    pub name: Option<String>,
    /// Its unified social credit code; takes the place of a foreign number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub uscc: Option<Option<String>>,
    /// True keeps a code whose check fails.
    #[serde(default)]
    pub uscc_override: bool,
    /// The number in the register of another country, with `country`; takes the place of a code.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub foreign_number: Option<Option<String>>,
    /// That country.
    pub country: Option<String>,
    /// People who speak for it: all of them.
    pub contacts: Option<Vec<String>>,
}

impl ChangeCompanyBody {
    /// The wish.
    pub fn parse(&self) -> Result<CompanyPatch, AppError> {
        let mut flaws = Flaws::default();
        let name = self.name.as_deref();
        let name = name.and_then(|_| flaws.line("name", name));
        let says_number = self.uscc.is_some() || self.foreign_number.is_some();
        let number = Registered {
            uscc: self.uscc.as_ref().and_then(Option::as_deref),
            is_overridden: self.uscc_override,
            foreign_number: self.foreign_number.as_ref().and_then(Option::as_deref),
            country: self.country.as_deref(),
        };
        let registration = says_number.then(|| number.parse(&mut flaws));
        let contacts = self.contacts.as_ref();
        let patch = CompanyPatch {
            name,
            registration,
            contacts: contacts.map(|typed| contacts_of(&mut flaws, typed)),
        };
        flaws.finish(Some(patch))
    }
}

fn contacts_of(flaws: &mut Flaws, typed: &[String]) -> BTreeSet<PersonId> {
    let typed = typed.iter();
    typed
        .filter_map(|id| flaws.person("contacts", Some(id)))
        .collect()
}

/// The number of a company as typed.
struct Registered<'a> {
    uscc: Option<&'a str>,
    is_overridden: bool,
    foreign_number: Option<&'a str>,
    country: Option<&'a str>,
}

impl Registered<'_> {
    fn parse(&self, flaws: &mut Flaws) -> Option<Registration> {
        let given = |typed: Option<&'_ str>| typed.is_some_and(|typed| !typed.trim().is_empty());
        match (given(self.uscc), given(self.foreign_number)) {
            (true, true) => flaws.note(FieldFlaw::of("foreign_number", "company.number_twice")),
            (true, false) => self.code(flaws),
            (false, true) => {
                let number = flaws.line("foreign_number", self.foreign_number);
                let country: Option<Country> = match self.country.unwrap_or_default().parse() {
                    Ok(country) => Some(country),
                    Err(_malformed) => flaws.note(FieldFlaw::of("country", "company.country")),
                };
                let (number, country) = number.zip(country)?;
                Some(Registration::Foreign { number, country })
            }
            (false, false) => None,
        }
    }

    fn code(&self, flaws: &mut Flaws) -> Option<Registration> {
        let typed = self.uscc.unwrap_or_default();
        match typed.parse::<Uscc>() {
            Ok(code) => {
                // Nothing is overridden where nothing fails.
                let is_overridden = self.is_overridden && !code.doubts().is_empty();
                Some(Registration::Uscc {
                    code,
                    is_overridden,
                })
            }
            Err(malformed) => flaws.note(match malformed {
                MalformedUscc::Length { characters } => FieldFlaw {
                    field: "uscc",
                    code: "company.uscc.length".to_owned(),
                    arguments: vec![("characters", characters.to_string())],
                },
                MalformedUscc::Character { found, place } => FieldFlaw {
                    field: "uscc",
                    code: "company.uscc.character".to_owned(),
                    arguments: vec![("found", found.to_string()), ("place", place.to_string())],
                },
            }),
        }
    }
}
