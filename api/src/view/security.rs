//! What somebody sees of the own account: sessions and proofs.

use domain::{id::SessionId, password::PasswordAge};
use persistence::session::Session;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// One session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionRow {
    /// Key.
    #[schema(example = "ses_06AVKNX5R4W9Z8F0A1B2C3D4E5")]
    pub id: String,
    /// Browser and system.
    #[schema(example = "Firefox · Windows")]
    pub device: String,
    /// The network address it was opened from.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// When it was opened.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Its last use, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    pub last_used_at: OffsetDateTime,
    /// When it ends unless it is used.
    #[serde(with = "time::serde::rfc3339")]
    pub idle_until: OffsetDateTime,
    /// When it ends in any case.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// True for the one that asks.
    pub is_current: bool,
}

impl SessionRow {
    /// A session as `current` sees it.
    pub fn of(session: &Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id.to_string(),
            device: session.device.clone(),
            address: session.address.clone(),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            idle_until: session.idle_until,
            expires_at: session.expires_at,
            is_current: current == Some(session.id),
        }
    }
}

/// The own account.
#[derive(Debug, Clone)]
pub struct SecurityView {
    /// Everywhere one is signed in.
    pub sessions: Vec<SessionRow>,
    /// True for those who have a password.
    pub has_password: bool,
    /// How old it is against the rules.
    pub age: PasswordAge,
    /// True for those who have an authenticator.
    pub has_authenticator: bool,
    /// Recovery codes left.
    pub recovery_codes: i64,
    /// How one stands to the identity provider; `None` for those who have nothing to do with it.
    pub is_connected: Option<bool>,
}

/// One person as a security administrator sees the account.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts beside each other, drawn as they are; no combination is forbidden"
)]
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// Sessions that have not ended.
    pub sessions: usize,
    /// True for those who have an authenticator.
    pub has_authenticator: bool,
    /// True for those who may sign in at the identity provider.
    pub is_connected: bool,
    /// True when another administrator has asked for it to be taken away.
    pub is_reset_asked: bool,
    /// True for the one who looks.
    pub is_self: bool,
}
