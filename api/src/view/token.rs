//! Tokens as their owners see them: never the secret.

use domain::access::{Permission, Role};
use persistence::{api_token::ApiToken, token_family::KeptFamily};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::schema;

/// A sign-in over the API, or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenView {
    /// `tfm_...` of a sign-in, `tok_...` of a token.
    pub id: String,
    /// `sign_in`, `personal` or `service`.
    pub kind: &'static str,
    /// What people call it; nothing for a sign-in.
    pub name: Option<String>,
    /// What it may be used for; nothing for a sign-in, whose roles alone decide.
    #[schema(value_type = Option<Vec<schema::Permission>>)]
    pub scopes: Option<Vec<Permission>>,
    /// The roles of a program.
    #[schema(value_type = Vec<schema::Role>)]
    pub roles: Vec<Role>,
    /// The unit of a program.
    pub unit: Option<String>,
    /// The last characters of the secret.
    pub last_four: Option<String>,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When it was revoked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

impl From<&ApiToken> for TokenView {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            kind: token.kind.code(),
            name: Some(token.name.clone()),
            scopes: Some(token.scopes.iter().copied().collect()),
            roles: token.roles.iter().copied().collect(),
            unit: token.unit.map(|unit| unit.to_string()),
            last_four: Some(token.last_four.clone()),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

impl From<&KeptFamily> for TokenView {
    fn from(kept: &KeptFamily) -> Self {
        Self {
            id: kept.id.to_string(),
            kind: "sign_in",
            name: None,
            scopes: None,
            roles: Vec::new(),
            unit: None,
            last_four: None,
            created_at: kept.created_at,
            expires_at: kept.family.ends_at,
            revoked_at: None,
        }
    }
}
