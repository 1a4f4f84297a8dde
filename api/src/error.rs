//! What the outside hears when something does not go.

mod request;

use domain::{access::Permission, project::AdmissionFlaw, refusal::Refusal, text::Flaw};
use persistence::StoreError;
use time::OffsetDateTime;

pub use self::request::RequestFlaw;

mod gate;
mod oidc;

pub use gate::GateFlaw;
pub use oidc::OidcFlaw;

/// One field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFlaw {
    /// Its name in the body; JSON Pointer without the leading slash.
    pub field: &'static str,
    /// The stable code.
    pub code: String,
    /// Parameters of the sentence.
    pub arguments: Vec<(&'static str, String)>,
}

impl FieldFlaw {
    /// A flaw with a code and no parameters.
    pub fn of(field: &'static str, code: &str) -> Self {
        Self {
            field,
            code: code.to_owned(),
            arguments: Vec::new(),
        }
    }

    /// A text that cannot be taken.
    pub fn text(field: &'static str, flaw: Flaw) -> Self {
        let arguments = match flaw {
            Flaw::TooLong { max } => vec![("max", max.to_string())],
            Flaw::Empty | Flaw::ManyLines | Flaw::ControlCharacter => Vec::new(),
        };
        Self {
            field,
            code: flaw.code().to_owned(),
            arguments,
        }
    }
}

/// Who changed something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The version that is kept now.
    pub version: i64,
    /// The person's name, if a person did it and the asker may know.
    pub by: Option<String>,
    /// When.
    pub at: OffsetDateTime,
}

/// Why something does not go.
#[derive(Debug)]
pub enum AppError {
    /// The body or a parameter cannot be read at all.
    Malformed {
        /// What is wrong, in English.
        detail: String,
    },
    /// The body is longer than anything that makes sense.
    TooLarge,
    /// The body is of a kind that is not taken here.
    WrongMedia,
    /// Fields that cannot be taken; all of them at once.
    Flawed(Vec<FieldFlaw>),
    /// A rule says no.
    Refused(Refusal),
    /// A project cannot be admitted as asked.
    NotAdmitted(AdmissionFlaw),
    /// No such thing, or not the asker's.
    Absent,
    /// Nobody we know: sign in.
    Unknown,
    /// Login and password do not belong together.
    WrongPassword,
    /// A code is not the one that was sent or shown, or was used before.
    WrongCode,
    /// The sign-in takes no answer any more.
    Over(domain::sign_in::Over),
    /// A code of the authenticator is wanted, too.
    CodeNeeded,
    /// The password must be changed on the sign-in page first.
    PasswordOver,
    /// An authenticator must be set up on the sign-in page first.
    EnrolmentNeeded,
    /// Whoever is signed in must prove once more who it is.
    ProofNeeded,
    /// Nobody does this to the own account.
    OwnAccount,
    /// Known, but not allowed.
    Forbidden(Permission),
    /// Somebody else was faster.
    Stale(Change),
    /// A change must say which version it is based on.
    VersionRequired,
    /// The form is too old, or came from another site.
    FormExpired,
    /// Too many tries from here.
    TooManyTries {
        /// Seconds until the next.
        seconds: i64,
    },
    /// Too much at once; again later.
    Busy,
    /// Our own fault; the cause goes to the log only.
    Broken {
        /// The cause.
        cause: String,
    },
    /// The request breaks a convention of the API.
    Unconventional(RequestFlaw),
    /// Our own fault, of a kind that nobody has foreseen.
    Panicked {
        /// By which the log knows it.
        number: String,
    },
    /// It got no further than the gate.
    Gate(GateFlaw),
    /// Nobody comes in by way of the identity provider, or is connected with it.
    Oidc(OidcFlaw),
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for AppError {}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Absent => Self::Absent,
            StoreError::Busy => Self::Busy,
            StoreError::Repeated => Self::Unconventional(RequestFlaw::StillRunning),
            StoreError::Stale { .. }
            | StoreError::Duplicate { .. }
            | StoreError::Url { .. }
            | StoreError::Open { .. }
            | StoreError::NotMigrated { .. }
            | StoreError::Newer { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Broken { .. } => Self::Broken {
                cause: error.to_string(),
            },
        }
    }
}

impl From<GateFlaw> for AppError {
    fn from(flaw: GateFlaw) -> Self {
        Self::Gate(flaw)
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<AdmissionFlaw> for AppError {
    fn from(flaw: AdmissionFlaw) -> Self {
        Self::NotAdmitted(flaw)
    }
}
