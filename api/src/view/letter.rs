//! Letters that were lost, as people and programs see them.

use persistence::{
    outbox::{Attempt, Letter, LetterMatter, LetterState},
    person::Directory,
};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::schema;

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterView {
    /// `ltr_...`
    #[schema(example = "ltr_01J0000000000000000000000")]
    pub id: String,
    /// How far it is.
    #[schema(value_type = schema::LetterState)]
    pub state: &'static str,
    /// For whom it is: `per_...`
    pub reader: String,
    /// That person's name.
    pub reader_name: Option<String>,
    /// Its subject, once it was written; never that of a letter about somebody's account.
    pub subject: Option<String>,
    /// The stage that it is about: `stg_...`
    pub stage: Option<String>,
    /// When it was queued.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// What the relay said last, or what failed.
    pub reason: Option<String>,
    /// Who has taken note that it was lost.
    pub noted_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub noted_at: Option<OffsetDateTime>,
}

/// One try at a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterTry {
    /// When the letter was about to leave.
    #[serde(with = "time::serde::rfc3339")]
    pub began_at: OffsetDateTime,
    /// When its end was known; absent for a worker that has not come back.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// The state in which it left the letter.
    pub outcome: Option<String>,
    /// What the relay said, or what failed.
    pub reply: Option<String>,
}

/// A letter with every try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetterDetail {
    /// The letter.
    #[serde(flatten)]
    pub letter: LetterView,
    /// The tries, the first one first.
    pub tries: Vec<LetterTry>,
}

/// A letter as it is shown.
pub fn letter_view(letter: &Letter, directory: &Directory) -> LetterView {
    let name = |person| {
        let found: Option<&domain::office::Person> = directory.people.get(&person);
        found.map(|person| person.name.clone())
    };
    // The subject of a sign-in may hold a code.
    let is_private = matches!(
        letter.matter,
        LetterMatter::SignInCode(_) | LetterMatter::NewDevice(_)
    );
    let rendered = letter.rendered.as_ref().filter(|_| !is_private);
    LetterView {
        id: letter.id.to_string(),
        state: letter.state.code(),
        reader: letter.person.to_string(),
        reader_name: name(letter.person),
        subject: rendered.map(|rendered| rendered.subject.clone()),
        stage: letter.about.map(|(_, stage)| stage.to_string()),
        created_at: letter.created_at,
        ended_at: letter.settled_at,
        reason: letter.last_error.clone(),
        noted_by: letter.heeded.and_then(|(by, _)| name(by)),
        noted_at: letter.heeded.map(|(_, at)| at),
    }
}

/// A try as it is shown.
pub fn letter_try(attempt: Attempt) -> LetterTry {
    LetterTry {
        began_at: attempt.intended_at,
        ended_at: attempt.ended_at,
        outcome: attempt.outcome,
        reply: attempt.reply,
    }
}

impl LetterView {
    /// True while it is lost and may be sent once more.
    pub fn is_lost(&self) -> bool {
        LetterState::LOST
            .map(LetterState::code)
            .contains(&self.state)
    }
}
