//! Why nobody comes in by way of the identity provider, or is connected with it.

use actix_web::http::StatusCode;

/// What a person hears. Why it is so stands in the log and in the security record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OidcFlaw {
    /// The provider does not answer, or nothing that makes sense.
    Unavailable,
    /// The person, or the provider, has ended the sign-in there.
    Declined,
    /// What came back is not an answer to what this browser asked, or not the provider's.
    Distrusted,
    /// Nobody here is connected with this account of the provider.
    Stranger,
    /// The provider has not asked lately who it is.
    Stale,
    /// It is not the person who is signed in here.
    SomebodyElse,
    /// Another person here is connected with this account of the provider.
    Taken,
    /// Without a password, the provider is the only way in.
    OnlyWay,
}

impl OidcFlaw {
    /// Every flaw.
    pub const ALL: [Self; 8] = [
        Self::Unavailable,
        Self::Declined,
        Self::Distrusted,
        Self::Stranger,
        Self::Stale,
        Self::SomebodyElse,
        Self::Taken,
        Self::OnlyWay,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "oidc.unavailable",
            Self::Declined => "oidc.declined",
            Self::Distrusted => "oidc.distrusted",
            Self::Stranger => "oidc.stranger",
            Self::Stale => "oidc.stale",
            Self::SomebodyElse => "oidc.somebody_else",
            Self::Taken => "oidc.taken",
            Self::OnlyWay => "oidc.only_way",
        }
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Declined
            | Self::Distrusted
            | Self::Stranger
            | Self::Stale
            | Self::SomebodyElse
            | Self::Taken
            | Self::OnlyWay => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}
