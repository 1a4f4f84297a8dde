//! Pages for what went wrong.

use askama::Template;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};

/// What went wrong, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// No such page, or one that is somebody else's.
    NotFound,
    /// Known, but not allowed.
    Forbidden,
    /// The form is too old, or came from another site.
    FormExpired,
    /// Too many tries; minutes until the next.
    TooManyTries {
        /// Minutes.
        minutes: u32,
    },
    /// More was sent than a form may have.
    TooLarge {
        /// How much it may have.
        kilobytes: u16,
    },
    /// Our own fault.
    Internal,
    /// Busy or under repair.
    Unavailable,
}

impl Problem {
    fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::FormExpired => "form_expired",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::TooLarge { .. } => "too_large",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    heading: String,
    advice: String,
    request_id: &'a str,
}

/// The page of a problem; `request_id` is printed as its number.
pub fn problem_page(frame: &Frame<'_>, problem: Problem, request_id: &str) -> Rendered {
    let w = &frame.words();
    let heading = w.code("problem", problem.code());
    let advice = match problem {
        Problem::TooManyTries { minutes } => w.count("advice-too_many_tries", minutes),
        Problem::TooLarge { kilobytes } => {
            w.with("advice-too_large", "kilobytes", kilobytes.to_string())
        }
        Problem::NotFound
        | Problem::Forbidden
        | Problem::FormExpired
        | Problem::Internal
        | Problem::Unavailable => w.code("advice", problem.code()),
    };
    ProblemPage {
        f: frame,
        w,
        title: frame.title(&heading, false),
        heading,
        advice,
        request_id,
    }
    .render()
}
