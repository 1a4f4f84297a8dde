//! Bodies of what is done with units, people, and those who look after a project.
//!
//! Changes are merge patches (RFC 7396): what is absent stays, `null` takes a value away.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    deputy::AbsenceReason,
    id::{PersonId, UnitId},
    office::UnitKind,
    text::{Bilingual, Language, Line},
};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::{AppError, FieldFlaw},
    usecase::{
        deputy::NewAbsence,
        person::{NewPerson, PersonPatch, Posts, is_address},
        unit::{NewUnit, UnitPatch, is_unit_code},
    },
};

/// Tells `null` from what is absent.
#[expect(
    clippy::option_option,
    reason = "RFC 7396 tells three things apart: absent, null, a value"
)]
pub(super) fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

impl Flaws {
    fn address(&mut self, field: &'static str, typed: Option<&str>) -> Option<Line> {
        let typed = typed.filter(|typed| !typed.trim().is_empty())?;
        let line = self.line(field, Some(typed))?;
        if is_address(line.as_str()) {
            Some(line)
        } else {
            self.note(FieldFlaw::of(field, "person.email_malformed"))
        }
    }

    fn optional_line(&mut self, field: &'static str, typed: Option<&str>) -> Option<Line> {
        let typed = typed.filter(|typed| !typed.trim().is_empty())?;
        self.line(field, Some(typed))
    }

    fn choice<T>(
        &mut self,
        field: &'static str,
        typed: Option<&str>,
        of_code: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let typed = typed?;
        match of_code(typed.trim()) {
            Some(value) => Some(value),
            None => self.note(FieldFlaw::of(field, "validation.choice")),
        }
    }
}

/// A unit to add.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitBody {
    /// Stable name inside the zone: small letters, digits, hyphens.
    #[schema(example = "fire-rescue")]
    pub code: Option<String>,
    /// `department`, `resident_agency`, `public_utility`, `efficacy_office`, `two_committees` or `investor`.
    #[schema(example = "resident_agency")]
    pub kind: Option<String>,
    /// Its Chinese name.
    #[schema(example = "消防救援大队")]
    pub name_zh: Option<String>,
    /// Its English name; the Chinese one if absent.
    pub name_en: Option<String>,
}

impl UnitBody {
    /// The wish.
    pub fn parse(&self) -> Result<NewUnit, AppError> {
        let mut flaws = Flaws::default();
        let code = self.code.as_deref().unwrap_or_default().trim();
        if !is_unit_code(code) {
            flaws.note::<()>(FieldFlaw::of("code", "unit.code_malformed"));
        }
        let kind = flaws.required("kind", self.kind.as_deref());
        let kind = flaws.choice("kind", kind, UnitKind::of_code);
        let name_zh = flaws.line("name_zh", self.name_zh.as_deref());
        let name_en = flaws.optional_line("name_en", self.name_en.as_deref());
        let new = kind.zip(name_zh).map(|(kind, zh)| {
            let en = name_en.unwrap_or_else(|| zh.clone());
            NewUnit {
                code: code.to_owned(),
                kind,
                name: Bilingual::of(zh.as_str(), en.as_str()),
            }
        });
        flaws.finish(new)
    }
}

/// What is to be another about a unit.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUnitBody {
    /// Its kind.
    pub kind: Option<String>,
    /// Its Chinese name.
    pub name_zh: Option<String>,
    /// Its English name.
    pub name_en: Option<String>,
    /// False closes it: it must have neither people nor open stages. True opens it again.
    pub is_active: Option<bool>,
}

impl ChangeUnitBody {
    /// The wish.
    pub fn parse(&self) -> Result<UnitPatch, AppError> {
        let mut flaws = Flaws::default();
        let kind = flaws.choice("kind", self.kind.as_deref(), UnitKind::of_code);
        let mut name = |field, typed: Option<&str>| typed.and_then(|_| flaws.line(field, typed));
        let patch = UnitPatch {
            kind,
            name_zh: name("name_zh", self.name_zh.as_deref()),
            name_en: name("name_en", self.name_en.as_deref()),
            is_active: self.is_active,
        };
        flaws.finish(Some(patch))
    }
}

/// A person to add, without any right.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// What the person types to sign in; unique in the zone.
    pub login: Option<String>,
    /// As printed.
    pub name: Option<String>,
    /// Where letters go.
    pub email: Option<String>,
    /// Office telephone number.
    pub phone: Option<String>,
    /// `zh-Hans` or `en`; `zh-Hans` if absent.
    pub language: Option<String>,
    /// Where the person works.
    #[schema(example = "unt_01J0000000000000000000000")]
    pub unit: Option<String>,
}

impl PersonBody {
    /// The wish.
    pub fn parse(&self) -> Result<NewPerson, AppError> {
        let mut flaws = Flaws::default();
        let login = flaws.line("login", self.login.as_deref());
        let name = flaws.line("name", self.name.as_deref());
        let email = flaws.address("email", self.email.as_deref());
        let phone = flaws.optional_line("phone", self.phone.as_deref());
        let language = flaws.choice("language", self.language.as_deref(), Language::of_tag);
        let unit = self.unit.as_deref().filter(|typed| !typed.is_empty());
        let unit = unit.and_then(|typed| flaws.parsed("unit", typed));
        let new = login.zip(name).map(|(login, name)| NewPerson {
            login,
            name,
            email,
            phone,
            language: language.unwrap_or_default(),
            unit,
        });
        flaws.finish(new)
    }
}

/// A role in another unit than the one where somebody works.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    /// The unit.
    #[schema(example = "unt_01J0000000000000000000000")]
    pub unit: String,
    /// `officer` or `head`.
    #[schema(example = "head")]
    pub role: String,
}

/// What is to be another about a person.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePersonBody {
    /// The name.
    pub name: Option<String>,
    /// Where letters go.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Office telephone number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// `zh-Hans` or `en`.
    pub language: Option<String>,
    /// Where the person works.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Option<String>>,
    /// What the person is to the zone: all roles. For security administrators.
    pub roles: Option<Vec<String>>,
    /// What the person is in other units: all posts. For security administrators.
    pub posts: Option<Vec<PostBody>>,
    /// False closes the account.
    pub is_active: Option<bool>,
    /// To whom open work goes when the account is closed.
    #[schema(example = "per_01J0000000000000000000000")]
    pub hand_over_to: Option<String>,
}

impl ChangePersonBody {
    /// The wish.
    pub fn parse(&self) -> Result<PersonPatch, AppError> {
        let mut flaws = Flaws::default();
        let name = self.name.as_deref();
        let name = name.and_then(|_| flaws.line("name", name));
        let email = self.email.as_ref();
        let email = email.map(|typed| flaws.address("email", typed.as_deref()));
        let phone = self.phone.as_ref();
        let phone = phone.map(|typed| flaws.optional_line("phone", typed.as_deref()));
        let unit = self.unit.as_ref().map(|typed| {
            let typed = typed.as_deref().filter(|typed| !typed.is_empty());
            typed.and_then(|typed| flaws.parsed("unit", typed))
        });
        let language = flaws.choice("language", self.language.as_deref(), Language::of_tag);
        let roles = self.roles(&mut flaws);
        let posts = self.posts(&mut flaws);
        let successor = self.hand_over_to.as_deref();
        let successor = successor.filter(|typed| !typed.is_empty());
        let hand_over_to = successor.and_then(|typed| flaws.parsed("hand_over_to", typed));
        let patch = PersonPatch {
            name,
            email,
            phone,
            language,
            unit,
            roles,
            posts,
            is_active: self.is_active,
            hand_over_to,
        };
        flaws.finish(Some(patch))
    }

    fn roles(&self, flaws: &mut Flaws) -> Option<BTreeSet<Role>> {
        let codes = self.roles.as_ref()?.iter();
        Some(
            codes
                .filter_map(|code| flaws.choice("roles", Some(code), Role::of_code))
                .collect(),
        )
    }

    fn posts(&self, flaws: &mut Flaws) -> Option<Posts> {
        // Only these two count in one unit and not in the zone.
        let of_unit = |code: &str| {
            Role::of_code(code).filter(|role| [Role::Officer, Role::Head].contains(role))
        };
        let posts = self.posts.as_ref()?.iter().filter_map(|post| {
            let unit: Option<UnitId> = flaws.parsed("posts", &post.unit);
            let role = flaws.choice("posts", Some(&post.role), of_unit);
            unit.zip(role)
        });
        Some(posts.collect())
    }
}

/// Days on which somebody will be away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceBody {
    /// The first day.
    #[schema(example = "2026-10-12", format = Date)]
    pub from_on: Option<String>,
    /// The last day; it counts.
    #[schema(example = "2026-10-16", format = Date)]
    pub until_on: Option<String>,
    /// `leave`, `travel`, `training`, `sick` or `other`; only those who may enter it read it.
    #[schema(example = "leave")]
    pub reason: Option<String>,
    /// Who stands in on these days; the deputy if absent.
    #[schema(example = "per_01J0000000000000000000000")]
    pub substitute: Option<String>,
}

impl AbsenceBody {
    /// The wish.
    pub fn parse(&self) -> Result<NewAbsence, AppError> {
        let mut flaws = Flaws::default();
        let from_on = flaws.required_date("from_on", self.from_on.as_deref());
        let until_on = flaws.required_date("until_on", self.until_on.as_deref());
        let reason = flaws.required("reason", self.reason.as_deref());
        let reason = flaws.choice("reason", reason, AbsenceReason::of_code);
        let substitute = self.substitute.as_deref().filter(|typed| !typed.is_empty());
        let substitute = substitute.and_then(|typed| flaws.parsed("substitute", typed));
        let new = from_on.zip(until_on).zip(reason);
        flaws.finish(new.map(|((from_on, until_on), reason)| NewAbsence {
            from_on,
            until_on,
            reason,
            substitute,
        }))
    }
}

/// B角: who stands in unless an absence names another.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyBody {
    /// An officer or head; nobody if `null`.
    #[schema(example = "per_01J0000000000000000000000")]
    pub deputy: Option<String>,
}

impl DeputyBody {
    /// The deputy.
    pub fn parse(&self) -> Result<Option<PersonId>, AppError> {
        let mut flaws = Flaws::default();
        let deputy = self.deputy.as_deref().filter(|typed| !typed.is_empty());
        let deputy = deputy.and_then(|typed| flaws.parsed("deputy", typed));
        flaws.finish(Some(deputy))
    }
}

/// 项目专员, 牵头领导.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatronBody {
    /// Who.
    #[schema(example = "per_01J0000000000000000000000")]
    pub person: Option<String>,
}

impl PatronBody {
    /// The person.
    pub fn parse(&self) -> Result<PersonId, AppError> {
        let mut flaws = Flaws::default();
        let person = flaws.person("person", self.person.as_deref());
        flaws.finish(person)
    }
}
