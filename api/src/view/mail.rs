//! Letters in the outbox, as the demo shows them.

use serde::Serialize;
use time::OffsetDateTime;

/// Letters, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MailListView {
    /// The letters.
    pub rows: Vec<MailRow>,
}

/// One letter in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailRow {
    /// `ltr_...`
    pub id: String,
    /// The recipient's name.
    pub to_name: String,
    /// The recipient's address.
    pub to_address: String,
    /// The subject; `None` before the letter is written, which is when it goes out.
    pub subject: Option<String>,
    /// What became of it.
    pub state: MailState,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    pub written_at: OffsetDateTime,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Waits for its time.
    Queued,
    /// Given to the mail server.
    Sent,
    /// Will be tried again.
    Deferred,
    /// A digest speaks for it.
    Covered,
    /// Given up.
    Dead,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Sent,
        Self::Deferred,
        Self::Covered,
        Self::Dead,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Covered => "covered",
            Self::Dead => "dead",
        }
    }
}

/// One letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailView {
    /// Its row.
    pub row: MailRow,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The text part.
    pub text: String,
    /// True when there is an HTML part, served at `/demo/mail/{id}/html`.
    pub has_html: bool,
}
