//! How dates, days, sums and names are said in each language.

use domain::{
    ladder::Rung,
    limit::Limit,
    text::{Bilingual, Language},
};
use time::{Date, Month};

use super::OneLine;

mod news;

/// Characters of the last event that a letter shows; the page shows all of it.
const EXCERPT_CHARACTERS: usize = 120;
/// A Chinese subject is at most this many halves wide: 40 characters. Longer ones are cut on telephones.
pub(super) const SUBJECT_HALVES_MAX: usize = 80;
/// What a Chinese subject needs beside code and stage: the longest kind, the longest ending, one space.
const SUBJECT_HALVES_AROUND: usize = 52;
/// The name of a stage in an English subject; the whole subject then stays within two lines.
const ENGLISH_STAGE_CHARACTERS: usize = 56;
/// A name is never cut below this, however long the project code is.
const STAGE_HALVES_MIN: usize = 6;

/// A language and the day of the letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Say {
    pub(super) language: Language,
    pub(super) today: Date,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass what they match by reference"
)]
impl Say {
    /// `10月14日`, with the year where it is not this one; `14 Oct 2026`.
    pub(super) fn date(self, day: &Date) -> String {
        match self.language {
            Language::Zh if day.year() != self.today.year() => {
                format!("{}年{}", day.year(), short_zh(*day))
            }
            Language::Zh => short_zh(*day),
            Language::En => format!(
                "{} {} {}",
                day.day(),
                month_short_en(day.month()),
                day.year()
            ),
        }
    }

    /// The date as a subject shows it: no year in Chinese, for there is no room.
    pub(super) fn date_in_subject(self, day: &Date) -> String {
        match self.language {
            Language::Zh => short_zh(*day),
            Language::En => self.date(day),
        }
    }

    /// `2 个工作日`, `1 working day`.
    pub(super) fn working_days(self, days: &u32) -> String {
        match self.language {
            Language::Zh => format!("{days} 个工作日"),
            Language::En => counted_en(*days, "working day"),
        }
    }

    /// `3 天`, `1 day`.
    pub(super) fn days(self, days: &u16) -> String {
        match self.language {
            Language::Zh => format!("{days} 天"),
            Language::En => counted_en(u32::from(*days), "day"),
        }
    }

    /// `您的 3 个环节日期`, `3 of your dates`.
    pub(super) fn own_dates(self, count: &u32) -> String {
        match (self.language, count) {
            (Language::Zh, _) => format!("您的 {count} 个环节日期"),
            (Language::En, 1) => "one of your dates".to_owned(),
            (Language::En, _) => format!("{count} of your dates"),
        }
    }

    /// `3 次`, `once`.
    pub(super) fn times(self, count: &u32) -> String {
        match (self.language, count) {
            (Language::Zh, _) => format!("{count} 次"),
            (Language::En, 1) => "once".to_owned(),
            (Language::En, _) => format!("{count} times"),
        }
    }

    /// A limit as promised: `20 个工作日`, `30 calendar days`. Empty for a fixed date, which says itself.
    pub(super) fn limit(self, limit: &Limit) -> String {
        match (limit, self.language) {
            (Limit::WorkingDays { value: 0 } | Limit::CalendarDays { value: 0 }, Language::Zh) => {
                "当日办结".to_owned()
            }
            (Limit::WorkingDays { value: 0 } | Limit::CalendarDays { value: 0 }, Language::En) => {
                "on the day of acceptance".to_owned()
            }
            (Limit::WorkingDays { value }, _) => self.working_days(&u32::from(*value)),
            (Limit::CalendarDays { value }, Language::Zh) => format!("{value} 个自然日"),
            (Limit::CalendarDays { value }, Language::En) => {
                counted_en(u32::from(*value), "calendar day")
            }
            (Limit::FixedDate { .. } | Limit::BeforeExpiry { .. }, _) => String::new(),
        }
    }

    /// A sum in yuan: `3.2 亿元`, `CNY 320 million`.
    pub(super) fn money(self, yuan: &u64) -> String {
        let units: [(u64, &str); 2] = match self.language {
            Language::Zh => [(100_000_000, " 亿元"), (10_000, " 万元")],
            Language::En => [(1_000_000_000, " billion"), (1_000_000, " million")],
        };
        let scaled = units
            .into_iter()
            .find(|(unit, _)| yuan >= unit)
            .map(|(unit, name)| format!("{}{name}", hundredths(*yuan, unit)));
        match self.language {
            Language::Zh => scaled.unwrap_or_else(|| format!("{yuan} 元")),
            Language::En => format!("CNY {}", scaled.unwrap_or_else(|| grouped(*yuan))),
        }
    }

    /// The name in the reader's language, or in the other one where this is missing.
    pub(super) fn name(self, name: &Bilingual) -> OneLine {
        let other = match self.language {
            Language::Zh => &name.en,
            Language::En => &name.zh,
        };
        let line = OneLine::from(name.get(self.language));
        if line.as_str().is_empty() {
            OneLine::from(&**other)
        } else {
            line
        }
    }

    /// The stage's name as every subject about it shows it: cut to what the longest subject leaves, so
    /// that mail programs see one constant core and keep the stage in one thread.
    pub(super) fn stage_in_subject(self, name: &Bilingual, code: &str) -> String {
        let name = self.name(name);
        match self.language {
            Language::Zh => {
                let room = SUBJECT_HALVES_MAX
                    .saturating_sub(SUBJECT_HALVES_AROUND + halves(code))
                    .max(STAGE_HALVES_MIN);
                cut(name.as_str(), room, half_width)
            }
            Language::En => cut(name.as_str(), ENGLISH_STAGE_CHARACTERS, |_| 1),
        }
    }

    /// What a rung is called where it is announced.
    pub(super) fn rung(self, rung: &Rung) -> &'static str {
        match (self.language, rung) {
            (Language::Zh, Rung::StopExpired) => "停表超期",
            (Language::Zh, Rung::StopObjected) => "停表有异议",
            (Language::Zh, Rung::DecisionLate) => "延期未批",
            (Language::Zh, Rung::Expiring) => "证照将失效",
            (Language::Zh, Rung::Silence) => "请更新",
            (Language::Zh, Rung::Remind) => "临期提醒",
            (Language::Zh, Rung::Yellow) => "黄牌",
            (Language::Zh, Rung::Red) => "红牌",
            (Language::Zh, Rung::Leadership) => "领导督办",
            (Language::En, Rung::StopExpired) => "stop expired",
            (Language::En, Rung::StopObjected) => "stop objected to",
            (Language::En, Rung::DecisionLate) => "decision late",
            (Language::En, Rung::Expiring) => "expires soon",
            (Language::En, Rung::Silence) => "update request",
            (Language::En, Rung::Remind) => "reminder",
            (Language::En, Rung::Yellow) => "yellow card",
            (Language::En, Rung::Red) => "red card",
            (Language::En, Rung::Leadership) => "leadership supervision",
        }
    }

    /// What a rung is called in the head of a letter.
    pub(super) fn badge(self, rung: &Rung) -> &'static str {
        match (self.language, rung) {
            (Language::Zh, _) => self.rung(rung),
            (Language::En, Rung::StopExpired) => "Stop expired",
            (Language::En, Rung::StopObjected) => "Stop objected to",
            (Language::En, Rung::DecisionLate) => "Decision late",
            (Language::En, Rung::Expiring) => "Expires soon",
            (Language::En, Rung::Silence) => "Please update",
            (Language::En, Rung::Remind) => "Due soon",
            (Language::En, Rung::Yellow) => "Yellow card",
            (Language::En, Rung::Red) => "Red card",
            (Language::En, Rung::Leadership) => "Leadership supervision",
        }
    }

    /// The names, divided as the language divides them.
    pub(super) fn list(self, names: &[OneLine]) -> String {
        let names: Vec<&str> = names.iter().map(OneLine::as_str).collect();
        match self.language {
            Language::Zh => names.join("、"),
            Language::En => names.join(", "),
        }
    }

    /// The beginning of a long text.
    #[expect(
        clippy::unused_self,
        reason = "templates reach every saying through one name"
    )]
    pub(super) fn excerpt(self, text: &OneLine) -> String {
        cut(text.as_str(), EXCERPT_CHARACTERS, |_| 1)
    }
}

/// The width of a text in halves of a Chinese character.
pub(super) fn halves(text: &str) -> usize {
    text.chars().map(half_width).sum()
}

/// Everything outside Latin takes a whole character; `·` and `—` do so in Chinese fonts.
fn half_width(letter: char) -> usize {
    if u32::from(letter) < 0x2e80 && !matches!(letter, '·' | '—' | '…' | '“' | '”') {
        1
    } else {
        2
    }
}

/// `text`, cut so that it is at most `room` wide with the ellipsis.
fn cut(text: &str, room: usize, width: impl Fn(char) -> usize) -> String {
    if text.chars().map(&width).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(width('…'));
    let mut kept: String = text
        .chars()
        .take_while(|&letter| {
            let fits = width(letter) <= left;
            left = left.saturating_sub(width(letter));
            fits
        })
        .collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

fn short_zh(day: Date) -> String {
    format!("{}月{}日", u8::from(day.month()), day.day())
}

fn counted_en(count: u32, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {one}{plural}")
}

fn month_short_en(month: Month) -> &'static str {
    match month {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    }
}

/// `amount / unit` with at most two decimals, cut off, never rounded up: a sum is not made greater.
fn hundredths(amount: u64, unit: u64) -> String {
    let whole = amount / unit;
    let hundredths = u128::from(amount % unit) * 100 / u128::from(unit);
    let text = format!("{}.{hundredths:02}", grouped(whole));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const ZH: Say = Say {
        language: Language::Zh,
        today: date!(2026 - 10 - 16),
    };
    const EN: Say = Say {
        language: Language::En,
        today: date!(2026 - 10 - 16),
    };

    #[test]
    fn dates_and_days_are_said_as_people_say_them() {
        assert_eq!(ZH.date(&date!(2026 - 10 - 04)), "10月4日");
        assert_eq!(ZH.date(&date!(2027 - 01 - 04)), "2027年1月4日");
        assert_eq!(EN.date(&date!(2026 - 10 - 04)), "4 Oct 2026");
        assert_eq!(ZH.working_days(&1), "1 个工作日");
        assert_eq!(EN.working_days(&0), "0 working days");
        assert_eq!(EN.working_days(&1), "1 working day");
        assert_eq!(EN.working_days(&2), "2 working days");
        assert_eq!(EN.times(&1), "once");
        assert_eq!(
            EN.limit(&Limit::CalendarDays { value: 1 }),
            "1 calendar day"
        );
        assert_eq!(ZH.limit(&Limit::WorkingDays { value: 0 }), "当日办结");
    }

    #[test]
    fn sums_are_never_made_greater() {
        for (yuan, zh, en) in [
            (0, "0 元", "CNY 0"),
            (9_999, "9999 元", "CNY 9,999"),
            (50_000, "5 万元", "CNY 50,000"),
            (1_239_999, "123.99 万元", "CNY 1.23 million"),
            (320_000_000, "3.2 亿元", "CNY 320 million"),
            (199_999_999, "1.99 亿元", "CNY 199.99 million"),
            (1_200_500_000_000, "12,005 亿元", "CNY 1,200.5 billion"),
        ] {
            assert_eq!(ZH.money(&yuan), zh);
            assert_eq!(EN.money(&yuan), en);
        }
        assert!(!ZH.money(&u64::MAX).is_empty());
    }

    #[test]
    fn a_long_name_is_cut_at_a_character() {
        let name = Bilingual::of("建设工程规划许可证核发（含临时）", "Short");
        let cut = ZH.stage_in_subject(&name, "GC-2026-0042");
        assert_eq!(cut, "建设工程规划许…");
        assert_eq!(EN.stage_in_subject(&name, "GC-2026-0042"), "Short");
        assert_eq!(
            ZH.name(&Bilingual::of(" ", "Only English")).as_str(),
            "Only English"
        );
    }
}
