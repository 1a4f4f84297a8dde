//! The templates and what they may ask of a letter.

use askama::Template;
use domain::{
    ladder::{Audience, Rung},
    text::Language,
};
use time::Date;

use super::{
    AccountLetter, AccountNews, AssignedLetter, CalendarLetter, CardFacts, DigestLetter,
    EscalationLetter, News, NewsLetter, Rendered, Standing, Told, UndeliveredLetter, WebhookLetter,
    wording::Say,
};

/// Earlier recipients that a letter names; the page shows all of them.
const TOLD_SHOWN: usize = 5;

/// Declares a template of a letter; the compiler then reads its file and checks every field in it.
macro_rules! templates {
    ($($name:ident shows $facts:ident as $path:literal;)*) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            letter: &'a $facts,
            say: Say,
        }
    )*};
}

/// Declares how a letter is rendered: subject, text and HTML in each language.
macro_rules! letters {
    ($($render:ident of $facts:ident: $zh:tt $en:tt;)*) => {$(
        letters!(@one $render $facts $zh $en);
    )*};
    (@one $render:ident $facts:ident
        ($subject_zh:literal, $text_zh:literal, $html_zh:literal)
        ($subject_en:literal, $text_en:literal, $html_en:literal)) => {
        pub(super) fn $render(
            letter: &$facts,
            language: Language,
        ) -> Result<Rendered, askama::Error> {
            templates! {
                SubjectZh shows $facts as $subject_zh;
                TextZh shows $facts as $text_zh;
                HtmlZh shows $facts as $html_zh;
                SubjectEn shows $facts as $subject_en;
                TextEn shows $facts as $text_en;
                HtmlEn shows $facts as $html_en;
            }
            let say = Say {
                language,
                today: letter.today,
            };
            Ok(match language {
                Language::Zh => Rendered {
                    subject: SubjectZh { letter, say }.render()?,
                    text: TextZh { letter, say }.render()?,
                    html: HtmlZh { letter, say }.render()?,
                },
                Language::En => Rendered {
                    subject: SubjectEn { letter, say }.render()?,
                    text: TextEn { letter, say }.render()?,
                    html: HtmlEn { letter, say }.render()?,
                },
            })
        }
    };
}

letters! {
    escalation of EscalationLetter:
        ("escalation_subject.zh.txt", "escalation.zh.txt", "escalation.zh.html")
        ("escalation_subject.en.txt", "escalation.en.txt", "escalation.en.html");
    assigned of AssignedLetter:
        ("assigned_subject.zh.txt", "assigned.zh.txt", "assigned.zh.html")
        ("assigned_subject.en.txt", "assigned.en.txt", "assigned.en.html");
    news of NewsLetter:
        ("news_subject.zh.txt", "news.zh.txt", "news.zh.html")
        ("news_subject.en.txt", "news.en.txt", "news.en.html");
    calendar of CalendarLetter:
        ("calendar_subject.zh.txt", "calendar.zh.txt", "calendar.zh.html")
        ("calendar_subject.en.txt", "calendar.en.txt", "calendar.en.html");
    webhook of WebhookLetter:
        ("webhook_subject.zh.txt", "webhook.zh.txt", "webhook.zh.html")
        ("webhook_subject.en.txt", "webhook.en.txt", "webhook.en.html");
    account of AccountLetter:
        ("account_subject.zh.txt", "account.zh.txt", "account.zh.html")
        ("account_subject.en.txt", "account.en.txt", "account.en.html");
    digest of DigestLetter:
        ("digest_subject.zh.txt", "digest.zh.txt", "digest.zh.html")
        ("digest_subject.en.txt", "digest.en.txt", "digest.en.html");
    undelivered of UndeliveredLetter:
        ("undelivered_subject.zh.txt", "undelivered.zh.txt", "undelivered.zh.html")
        ("undelivered_subject.en.txt", "undelivered.en.txt", "undelivered.en.html");
}

/// The colours of a letter: the lamps of the pages, each with a dark twin. Text on its tint has a
/// contrast of at least 4.5 in both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    /// The bar on top.
    pub(super) bar: &'static str,
    /// The ground of the badge and of the box that says what to do.
    pub(super) tint: &'static str,
    /// Text on the tint, and the ground of the button under white text.
    pub(super) ink: &'static str,
    /// The tint on a dark page.
    pub(super) dark_tint: &'static str,
    /// Text on the dark tint.
    pub(super) dark_ink: &'static str,
}

const GREY: Colours = Colours {
    bar: "#76838f",
    tint: "#eef1f4",
    ink: "#43515e",
    dark_tint: "#212d39",
    dark_ink: "#c3ced8",
};
const BLUE: Colours = Colours {
    bar: "#1a6fb0",
    tint: "#dcecf9",
    ink: "#0a4a78",
    dark_tint: "#0f3557",
    dark_ink: "#b3dbff",
};
const YELLOW: Colours = Colours {
    bar: "#e0a030",
    tint: "#fff1cc",
    ink: "#6b4300",
    dark_tint: "#3d2c05",
    dark_ink: "#ffd98a",
};
const RED: Colours = Colours {
    bar: "#c5221f",
    tint: "#fde4e1",
    ink: "#8f1313",
    dark_tint: "#4a1411",
    dark_ink: "#ffb4ab",
};
const DEEP_RED: Colours = Colours {
    bar: "#5b0f16",
    tint: "#f8dcdc",
    ink: "#5b0f16",
    dark_tint: "#5b0f16",
    dark_ink: "#ffd9d9",
};
const GREEN: Colours = Colours {
    bar: "#12803c",
    tint: "#dff3e5",
    ink: "#0b5d2a",
    dark_tint: "#12341f",
    dark_ink: "#a5e6ba",
};

/// Letters with a page of their own and one colour.
macro_rules! of_one_colour {
    ($($facts:ident: $colours:ident;)*) => {$(
        impl $facts {
            /// The button of the letter.
            fn main_url(&self) -> &str {
                &self.url
            }

            fn colours(&self) -> Colours {
                $colours
            }
        }
    )*};
}

of_one_colour! {
    CalendarLetter: BLUE;
    WebhookLetter: YELLOW;
    DigestLetter: YELLOW;
    UndeliveredLetter: YELLOW;
}

impl EscalationLetter {
    /// The last day on which the reader can prevent the next rung; `None` when it has passed.
    fn act_by(&self) -> Option<Date> {
        let before_next = || self.next.as_ref().and_then(|next| next.on.previous_day());
        let day = match self.rung {
            Rung::Remind => self.promise.promised_on,
            Rung::Yellow => self.correction_on.or_else(before_next),
            Rung::Silence | Rung::Red => before_next(),
            Rung::StopExpired
            | Rung::StopObjected
            | Rung::DecisionLate
            | Rung::Expiring
            | Rung::Leadership => None,
        };
        day.filter(|&day| day >= self.today)
    }

    /// The reason that is asked of this reader: the card, and the last day.
    fn asked(&self) -> Option<(CardFacts, Date)> {
        let answers = matches!(self.audience, Audience::Officer | Audience::Head);
        let card = self.card.filter(|_| answers)?;
        Some((card, card.explain_by?))
    }

    /// The button of the letter: acknowledging where the reader may, else the stage.
    fn main_url(&self) -> &str {
        self.acknowledge_url.as_deref().unwrap_or(&self.stage.url)
    }

    /// Of those told before, the last few.
    fn told_shown(&self) -> impl Iterator<Item = &Told> {
        self.told.iter().skip(self.told_unshown())
    }

    /// How many told before are left out.
    fn told_unshown(&self) -> usize {
        self.told.len().saturating_sub(TOLD_SHOWN)
    }

    /// The reader stands in for an officer who is not there yet.
    fn is_for_want_of_an_officer(&self) -> bool {
        self.audience == Audience::Officer && self.stage.officer.is_none()
    }

    /// The limit for correction has passed.
    fn is_correction_over(&self) -> bool {
        self.correction_on.is_some_and(|day| day < self.today)
    }

    /// True when an outage held the letter up by at least a day.
    fn is_late(&self) -> bool {
        self.held_up_since.is_some_and(|due| due < self.today)
    }

    fn colours(&self) -> Colours {
        match self.rung {
            Rung::StopExpired
            | Rung::StopObjected
            | Rung::DecisionLate
            | Rung::Expiring
            | Rung::Silence => GREY,
            Rung::Remind => BLUE,
            Rung::Yellow => YELLOW,
            Rung::Red => RED,
            Rung::Leadership => DEEP_RED,
        }
    }
}

impl AssignedLetter {
    /// The button of the letter.
    fn main_url(&self) -> &str {
        &self.stage.url
    }

    #[expect(
        clippy::unused_self,
        reason = "the layout asks every letter for its colours"
    )]
    fn colours(&self) -> Colours {
        GREEN
    }
}

impl NewsLetter {
    /// The button of the letter.
    fn main_url(&self) -> &str {
        &self.stage.url
    }

    fn colours(&self) -> Colours {
        match self.news {
            News::StopObjected
            | News::StopToReview { .. }
            | News::StopExpired { .. }
            | News::Expiring { .. }
            | News::DecisionLate { .. } => YELLOW,
            News::ExtensionDecided {
                is_granted: true, ..
            }
            | News::StopReviewed { is_upheld: false }
            | News::CardDecided {
                is_withdrawn: true, ..
            } => GREEN,
            News::ExtensionDecided { .. }
            | News::StopReviewed { .. }
            | News::CardDecided { .. } => GREY,
            News::StopToAnswer { .. } | News::ExtensionAsked { .. } | News::CardAppealed { .. } => {
                BLUE
            }
        }
    }
}

impl AccountLetter {
    /// The button of the letter.
    fn main_url(&self) -> &str {
        &self.url
    }

    fn colours(&self) -> Colours {
        match self.news {
            AccountNews::SignIn { .. } => BLUE,
            AccountNews::NewDevice { .. } => YELLOW,
        }
    }
}
