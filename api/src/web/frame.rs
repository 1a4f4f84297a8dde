//! What stands around every page.

use domain::{
    access::Role,
    id::PersonId,
    moment::Moment,
    office::Zone,
    text::{Bilingual, Language},
    zone_time::ZoneTime,
};
use time::OffsetDateTime;

pub use self::account::{Account, Care, PostAlarm};
use super::words::Words;
use crate::view::{action::Action, card::CardAction};

mod account;

/// What every page needs to know besides its own view.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The language of the page.
    pub language: Language,
    /// Light, dark, or as the device says.
    pub theme: Theme,
    /// The zone.
    pub zone: &'a Zone,
    /// Its local time.
    pub time: &'a ZoneTime,
    /// Now; the data are as of this instant.
    pub now: Moment,
    /// The page's own path, without the query: the language and theme links lead here.
    pub path: &'a str,
    /// Who is signed in.
    pub account: Option<Account>,
    /// The session's token, for every form.
    pub csrf: &'a str,
    /// What people call the identity provider at which staff may sign in, if there is one.
    pub provider: Option<String>,
    /// When the session ends unless it is used; every page tells.
    pub session_until: Option<OffsetDateTime>,
    /// Set in the demonstration.
    pub demo: Option<Demo>,
    /// What has just been done, after the redirect.
    pub done: Option<Done>,
    /// The address of the style sheet.
    pub css_href: &'a str,
    /// The address of the script.
    pub js_href: &'a str,
}

/// One entry of the main menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub label: String,
    /// What waits there.
    pub count: Option<usize>,
    /// True on that page and below it.
    pub is_here: bool,
}

impl<'a> Frame<'a> {
    /// The words of the page.
    pub fn words(&self) -> Words<'a> {
        Words {
            language: self.language,
            time: self.time,
            today: self.now.today,
        }
    }

    /// The page's title: `page · Green Channel`, marked when a form was refused.
    pub fn title(&self, page: &str, is_refused: bool) -> String {
        let w = self.words();
        let title = w.with("frame-title", "page", page);
        if is_refused {
            w.with("frame-title-error", "title", title)
        } else {
            title
        }
    }

    /// The main menu of the one who looks.
    pub fn menu(&self, w: &Words<'_>) -> Vec<MenuItem> {
        let item = |href: String, key: &str, count: Option<usize>| MenuItem {
            is_here: self.path == href
                || (href != "/" && self.path.starts_with(&format!("{href}/"))),
            label: w.t(key),
            href,
            count,
        };
        let mut items = Vec::new();
        let account = self.account.as_ref();
        let own_page = account.and_then(|account| account.own_page.as_ref());
        if let Some(page) = own_page {
            items.push(item(page.clone(), "menu-own", None));
        }
        if let Some(count) = account.and_then(|account| account.desk_count) {
            items.push(item("/desk".to_owned(), "menu-desk", Some(count)));
        }
        if let Some(count) = account.and_then(|account| account.board_count) {
            items.push(item("/board".to_owned(), "menu-board", Some(count)));
        }
        if account.is_some_and(|account| account.proposes_calendar) {
            items.push(item("/calendar".to_owned(), "menu-calendar", None));
        }
        if account.is_some_and(|account| account.roles.contains(&Role::AuditAdministrator)) {
            items.push(item("/admin/audit".to_owned(), "menu-audit", None));
        }
        let is = |role| account.is_some_and(|account| account.roles.contains(&role));
        if is(Role::SystemAdministrator) || is(Role::SecurityAdministrator) {
            items.push(item("/admin/people".to_owned(), "menu-people", None));
            items.push(item("/admin/units".to_owned(), "menu-units", None));
            items.push(item("/admin/imports".to_owned(), "menu-imports", None));
        }
        if own_page.is_none() {
            items.push(item("/".to_owned(), "menu-home", None));
        }
        if let Some(demo) = &self.demo {
            items.push(item(
                "/demo/mail".to_owned(),
                "menu-mail",
                Some(demo.mail_count),
            ));
        }
        items
    }
}

/// The demonstration's extras.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// Whom one may become; besides them the page offers the guest, sent as an empty `person`.
    pub personas: Vec<Persona>,
    /// Who one is.
    pub current: Option<PersonId>,
    /// Letters in the outbox.
    pub mail_count: usize,
}

impl Demo {
    /// True for the persona one is.
    pub fn is_current(&self, persona: &Persona) -> bool {
        self.current == Some(persona.id)
    }
}

/// Somebody of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// Key, sent as `person`.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// Where the person works.
    pub unit: Option<Bilingual>,
}

/// Light, dark, or as the device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The code in `?theme=` and in the cookie.
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// What has just been done; sent in the redirect as `?done=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// An act on a stage.
    Stage(Action),
    /// An alert was acknowledged.
    Acknowledged,
    /// A calendar was proposed.
    Proposed,
    /// A calendar was approved.
    CalendarApproved,
    /// A calendar was rejected.
    CalendarRejected,
    /// The demonstration went on by one working day.
    Advanced,
    /// Somebody signed out.
    SignedOut,
    /// The works of a project were planned.
    ProgressPlanned,
    /// Somebody reported how far works are.
    ProgressReported,
    /// An act upon a card.
    Card(CardAction),
    /// A calendar subscription was ended.
    FeedRevoked,
    /// A webhook was approved, held back or let go on.
    WebhookChanged,
    /// Something will be sent to a webhook.
    WebhookQueued,
    /// A webhook was taken away.
    WebhookRemoved,
    /// Somebody has taken note of a lost letter.
    LetterNoted,
    /// A lost letter goes out once more.
    LetterResent,
    /// A unit or person was kept.
    DirectoryKept,
    /// Days on which somebody is away were kept.
    AbsenceKept,
    /// An absence was ended or taken back.
    AbsenceEnded,
    /// A file was let in.
    Imported,
    /// Somebody changed the own password.
    PasswordChanged,
    /// The own password must be changed within days.
    PasswordEnds,
    /// Sessions were ended.
    SessionsEnded,
    /// Somebody proved once more who it is.
    Confirmed,
    /// The first administrator has an account.
    SetUp,
    /// Somebody's authenticator waits for a second administrator.
    ResetAsked,
    /// Somebody's authenticator is gone.
    ResetDone,
    /// An account is connected with the identity provider.
    OidcLinked,
    /// An account and the identity provider have nothing to do with each other any more.
    OidcUnlinked,
}

impl Done {
    /// The code in `?done=`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Stage(action) => action.code(),
            Self::Acknowledged => "acknowledged",
            Self::Proposed => "proposed",
            Self::CalendarApproved => "calendar_approved",
            Self::CalendarRejected => "calendar_rejected",
            Self::Advanced => "advanced",
            Self::SignedOut => "signed_out",
            Self::ProgressPlanned => "progress_planned",
            Self::ProgressReported => "progress_reported",
            Self::Card(CardAction::Explain) => "card_explained",
            Self::Card(CardAction::Appeal) => "card_appealed",
            Self::Card(CardAction::Decide) => "card_decided",
            Self::FeedRevoked => "feed_revoked",
            Self::WebhookChanged => "webhook_changed",
            Self::WebhookQueued => "webhook_queued",
            Self::WebhookRemoved => "webhook_removed",
            Self::LetterNoted => "letter_noted",
            Self::LetterResent => "letter_resent",
            Self::DirectoryKept => "directory_kept",
            Self::AbsenceKept => "absence_kept",
            Self::AbsenceEnded => "absence_ended",
            Self::Imported => "imported",
            Self::PasswordChanged => "password_changed",
            Self::PasswordEnds => "password_ends",
            Self::SessionsEnded => "sessions_ended",
            Self::Confirmed => "confirmed",
            Self::SetUp => "set_up",
            Self::ResetAsked => "reset_asked",
            Self::ResetDone => "reset_done",
            Self::OidcLinked => "oidc_linked",
            Self::OidcUnlinked => "oidc_unlinked",
        }
    }

    /// What a code says was done.
    pub fn of_code(code: &str) -> Option<Self> {
        let plain = [
            Self::Acknowledged,
            Self::Proposed,
            Self::CalendarApproved,
            Self::CalendarRejected,
            Self::Advanced,
            Self::SignedOut,
            Self::ProgressPlanned,
            Self::ProgressReported,
            Self::Card(CardAction::Explain),
            Self::Card(CardAction::Appeal),
            Self::Card(CardAction::Decide),
            Self::FeedRevoked,
            Self::WebhookChanged,
            Self::WebhookQueued,
            Self::WebhookRemoved,
            Self::LetterNoted,
            Self::LetterResent,
            Self::DirectoryKept,
            Self::AbsenceKept,
            Self::AbsenceEnded,
            Self::Imported,
            Self::PasswordChanged,
            Self::PasswordEnds,
            Self::SessionsEnded,
            Self::Confirmed,
            Self::SetUp,
            Self::ResetAsked,
            Self::ResetDone,
            Self::OidcLinked,
            Self::OidcUnlinked,
        ];
        plain
            .into_iter()
            .find(|done| done.code() == code)
            .or_else(|| Action::of_code(code).map(Self::Stage))
    }
}
