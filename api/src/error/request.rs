//! Requests that break a convention of the API, whatever they ask for.

/// What is wrong with a request before anybody looks at what it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestFlaw {
    /// A client with a token of its own must say under which key a change may be repeated.
    KeyMissing,
    /// The key is not a string of RFC 9651, or stands there twice.
    KeyMalformed,
    /// The key was used for a request that asked for something else.
    KeyReused,
    /// The same request is being carried out at this moment.
    StillRunning,
    /// The request was carried out, and its answer cannot be given again.
    AnswerLost,
    /// A parameter of the address that we do not know.
    UnknownParameter {
        /// As it was sent, cut to a sensible length.
        name: String,
        /// Those that we know, with commas.
        known: String,
    },
    /// A parameter that stands in the address twice.
    RepeatedParameter {
        /// Which.
        name: String,
    },
    /// A parameter with a value that it cannot have.
    BadParameter {
        /// Which.
        name: &'static str,
        /// What it may be, in words that programs and people read alike.
        expected: String,
    },
    /// A cursor that we have not made.
    CursorMalformed,
    /// A cursor of another list, another order or another filter.
    CursorForeign,
    /// A file would have more rows than fit.
    TooManyRows {
        /// Rows at most.
        max: usize,
    },
    /// A form of answer that this address does not have.
    NotAcceptable {
        /// Those that it has, with commas.
        known: String,
    },
}

impl RequestFlaw {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyMissing => "idempotency.key_missing",
            Self::KeyMalformed => "idempotency.key_malformed",
            Self::KeyReused => "idempotency.key_reused",
            Self::StillRunning => "idempotency.running",
            Self::AnswerLost => "idempotency.answer_lost",
            Self::UnknownParameter { .. } => "query.unknown",
            Self::RepeatedParameter { .. } => "query.repeated",
            Self::BadParameter { .. } => "query.value",
            Self::CursorMalformed => "cursor.malformed",
            Self::CursorForeign => "cursor.foreign",
            Self::TooManyRows { .. } => "export.too_many",
            Self::NotAcceptable { .. } => "request.not_acceptable",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::KeyMissing
            | Self::KeyMalformed
            | Self::UnknownParameter { .. }
            | Self::RepeatedParameter { .. }
            | Self::BadParameter { .. }
            | Self::CursorMalformed
            | Self::CursorForeign
            | Self::TooManyRows { .. } => 400,
            Self::NotAcceptable { .. } => 406,
            Self::StillRunning | Self::AnswerLost => 409,
            Self::KeyReused => 422,
        }
    }

    /// Parameters of the sentence.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownParameter { name, known } => {
                vec![("name", name.clone()), ("known", known.clone())]
            }
            Self::RepeatedParameter { name } => vec![("name", name.clone())],
            Self::BadParameter { name, expected } => {
                vec![("name", (*name).to_owned()), ("expected", expected.clone())]
            }
            Self::TooManyRows { max } => vec![("max", max.to_string())],
            Self::NotAcceptable { known } => vec![("known", known.clone())],
            Self::KeyMissing
            | Self::KeyMalformed
            | Self::KeyReused
            | Self::StillRunning
            | Self::AnswerLost
            | Self::CursorMalformed
            | Self::CursorForeign => Vec::new(),
        }
    }
}

impl From<RequestFlaw> for super::AppError {
    fn from(flaw: RequestFlaw) -> Self {
        Self::Unconventional(flaw)
    }
}
