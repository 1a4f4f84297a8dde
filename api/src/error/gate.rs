//! What is refused before anybody's rules are asked: tokens that are not enough, requests of a form that we
//! do not take, and too many of them.

use actix_web::http::StatusCode;

/// Why a request goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateFlaw {
    /// A personal token or one of a program, where somebody must have signed in.
    SignInNeeded,
    /// A refresh token that is none of ours, has ended or was revoked.
    RefreshRefused,
    /// A refresh token that came a second time; everything that came from its sign-in has ended.
    RefreshReused,
    /// A body with a content coding.
    Compressed,
    /// A body that came too slowly.
    TooSlow,
    /// The same parameter twice in an address.
    RepeatedParameter {
        /// Its name.
        name: String,
    },
    /// An address or a head of unreasonable length.
    HeadTooLarge,
    /// A method that this address does not take.
    Method {
        /// Those that it takes.
        allowed: String,
    },
    /// The API over a connection that anybody can listen to.
    PlainHttp,
    /// A quota is used up.
    QuotaExceeded {
        /// Which.
        policy: &'static str,
        /// Seconds until it is new.
        seconds: i64,
    },
    /// More at once than this process takes.
    Overloaded,
}

impl GateFlaw {
    /// The stable codes.
    pub const CODES: [&'static str; 11] = [
        "auth.sign_in_needed",
        "auth.refresh_refused",
        "auth.refresh_reused",
        "request.compressed",
        "request.too_slow",
        "request.repeated_parameter",
        "request.head_too_large",
        "request.method",
        "request.plain_http",
        "rate.quota_exceeded",
        "server.overloaded",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "auth.sign_in_needed",
            Self::RefreshRefused => "auth.refresh_refused",
            Self::RefreshReused => "auth.refresh_reused",
            Self::Compressed => "request.compressed",
            Self::TooSlow => "request.too_slow",
            Self::RepeatedParameter { .. } => "request.repeated_parameter",
            Self::HeadTooLarge => "request.head_too_large",
            Self::Method { .. } => "request.method",
            Self::PlainHttp => "request.plain_http",
            Self::QuotaExceeded { .. } => "rate.quota_exceeded",
            Self::Overloaded => "server.overloaded",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignInNeeded | Self::PlainHttp => StatusCode::FORBIDDEN,
            Self::RefreshRefused | Self::RefreshReused => StatusCode::UNAUTHORIZED,
            Self::Compressed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::RepeatedParameter { .. } => StatusCode::BAD_REQUEST,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::QuotaExceeded { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Parameters of the sentence.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::RepeatedParameter { name } => vec![("name", name.clone())],
            Self::Method { allowed } => vec![("allowed", allowed.clone())],
            Self::QuotaExceeded { seconds, .. } => vec![("seconds", seconds.to_string())],
            Self::SignInNeeded
            | Self::RefreshRefused
            | Self::RefreshReused
            | Self::Compressed
            | Self::TooSlow
            | Self::HeadTooLarge
            | Self::PlainHttp
            | Self::Overloaded => Vec::new(),
        }
    }

    /// A header that belongs to it.
    pub fn header(&self) -> Option<(&'static str, String)> {
        match self {
            Self::QuotaExceeded { seconds, .. } => Some(("Retry-After", seconds.to_string())),
            Self::Overloaded => Some(("Retry-After", "1".to_owned())),
            Self::Method { allowed } => Some(("Allow", allowed.clone())),
            Self::RefreshRefused | Self::RefreshReused => Some((
                "WWW-Authenticate",
                "Bearer error=\"invalid_token\"".to_owned(),
            )),
            Self::Compressed => Some(("Accept-Encoding", "identity".to_owned())),
            Self::TooSlow => Some(("Connection", "close".to_owned())),
            Self::SignInNeeded
            | Self::RepeatedParameter { .. }
            | Self::HeadTooLarge
            | Self::PlainHttp => None,
        }
    }

    /// The quota that is used up.
    pub fn violated_policies(&self) -> Vec<&'static str> {
        match self {
            Self::QuotaExceeded { policy, .. } => vec![policy],
            Self::SignInNeeded
            | Self::RefreshRefused
            | Self::RefreshReused
            | Self::Compressed
            | Self::TooSlow
            | Self::RepeatedParameter { .. }
            | Self::HeadTooLarge
            | Self::Method { .. }
            | Self::PlainHttp
            | Self::Overloaded => Vec::new(),
        }
    }

    /// True when the same request may go through later.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::QuotaExceeded { .. } | Self::Overloaded | Self::TooSlow
        )
    }
}
