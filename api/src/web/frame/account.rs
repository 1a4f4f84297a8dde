//! Who is signed in, and what stands in the head of the page because of that.

use domain::{access::Role, text::Bilingual};
use time::OffsetDateTime;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The person's name.
    pub name: String,
    /// The name of the unit.
    pub unit: Option<Bilingual>,
    /// The person's roles.
    pub roles: Vec<Role>,
    /// What waits on the desk; `None` for those who have none.
    pub desk_count: Option<usize>,
    /// What waits for an answer on the board; `None` for those who have none.
    pub board_count: Option<usize>,
    /// The page of what is the investor's own: the one project, or the list of several.
    pub own_page: Option<String>,
    /// True for those who may propose a working calendar.
    pub proposes_calendar: bool,
    /// What else the person looks after.
    pub cares: Vec<Care>,
    /// What is wrong with the post, for those who watch over the zone.
    pub post_alarm: PostAlarm,
}

/// Something that a person looks after beside daily work, with a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Letters that were lost.
    Post,
    /// Due dates that are fetched.
    Feeds,
    /// Events that are sent.
    Webhooks,
}

impl Care {
    /// Its page.
    pub fn href(self) -> &'static str {
        match self {
            Self::Post => "/letters",
            Self::Feeds => "/me/feeds",
            Self::Webhooks => "/webhooks",
        }
    }

    /// The key of its name in the menu.
    pub fn key(self) -> &'static str {
        match self {
            Self::Post => "letter-menu",
            Self::Feeds => "feed-menu",
            Self::Webhooks => "webhook-menu",
        }
    }
}

impl Account {
    /// True for those who look after lost letters.
    pub fn keeps_post(&self) -> bool {
        self.cares.contains(&Care::Post)
    }
}

/// What is wrong with the post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostAlarm {
    /// Letters that were lost and of which nobody has taken note.
    pub lost: usize,
    /// Since when the relay does not work, if that is long enough to tell.
    pub down_since: Option<OffsetDateTime>,
}
