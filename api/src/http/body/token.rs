//! Bodies about tokens.

use domain::{
    access::{Permission, Role},
    id::UnitId,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::{AppError, FieldFlaw},
    usecase::token::MakeToken,
};

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// As it was given out last.
    pub refresh_token: String,
}

/// A token that shall end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeBody {
    /// A refresh token or an access token ends the whole sign-in; a personal token, or one of a program, itself.
    pub token: String,
}

/// A personal token to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalTokenBody {
    /// What you call it.
    pub name: Option<String>,
    /// What it may be used for, by the codes of permissions; never more than you may yourself.
    #[serde(default)]
    #[schema(example = json!(["read_project"]))]
    pub scopes: Vec<String>,
    /// How many days it is good, from 1 to 365.
    #[schema(example = 90)]
    pub days: Option<u16>,
}

impl PersonalTokenBody {
    /// The wish.
    pub fn parse(&self) -> Result<MakeToken, AppError> {
        parse(self, &[], None)
    }
}

/// A token of a program to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTokenBody {
    /// What the program is called.
    pub name: Option<String>,
    /// What it may be used for, by the codes of permissions; never more than its roles may.
    #[serde(default)]
    #[schema(example = json!(["read_project", "read_board"]))]
    pub scopes: Vec<String>,
    /// How many days it is good, from 1 to 365.
    #[schema(example = 365)]
    pub days: Option<u16>,
    /// The roles whose rights it has; none of an administrator, none of an investor.
    #[serde(default)]
    #[schema(example = json!(["supervisor"]))]
    pub roles: Vec<String>,
    /// The unit that it works for, where the roles are those of a unit.
    pub unit: Option<String>,
}

impl ServiceTokenBody {
    /// The wish.
    pub fn parse(&self) -> Result<MakeToken, AppError> {
        let personal = PersonalTokenBody {
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            days: self.days,
        };
        parse(&personal, &self.roles, self.unit.as_deref())
    }
}

fn parse(
    body: &PersonalTokenBody,
    roles: &[String],
    unit: Option<&str>,
) -> Result<MakeToken, AppError> {
    let mut flaws = Flaws::default();
    let name = flaws.line("name", body.name.as_deref());
    let scopes = body.scopes.iter().filter_map(|code| {
        let known = Permission::of_code(code);
        known.or_else(|| flaws.note(FieldFlaw::of("scopes", "validation.choice")))
    });
    let scopes = scopes.collect();
    let roles = roles.iter().filter_map(|code| {
        let known = Role::of_code(code);
        known.or_else(|| flaws.note(FieldFlaw::of("roles", "validation.choice")))
    });
    let roles = roles.collect();
    let days = flaws.required("days", body.days);
    let unit = unit.and_then(|typed| match typed.trim().parse::<UnitId>() {
        Ok(unit) => Some(unit),
        Err(_malformed) => flaws.note(FieldFlaw::of("unit", "validation.choice")),
    });
    let wish = name.zip(days).map(|(name, days)| MakeToken {
        name: name.as_str().to_owned(),
        scopes,
        days,
        roles,
        unit,
    });
    flaws.finish(wish)
}
