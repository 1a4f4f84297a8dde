//! Dates and sums of money as each language writes them.

use domain::text::Language;
use time::{Date, Month, Weekday};

/// `10月14日(周三)`, with the year when it is not this one; `Wed 14 Oct 2026`.
pub(super) fn with_weekday(language: Language, on: Date, today: Date) -> String {
    let weekday = weekday(language, on.weekday());
    match language {
        Language::Zh => format!("{}({weekday})", short(language, on, today)),
        Language::En => format!("{weekday} {} {} {}", on.day(), month(on.month()), on.year()),
    }
}

/// `10月14日`, `14 Oct`; with the year when it is not this one.
pub(super) fn short(language: Language, on: Date, today: Date) -> String {
    let is_this_year = on.year() == today.year();
    match (language, is_this_year) {
        (Language::Zh, true) => format!("{}月{}日", u8::from(on.month()), on.day()),
        (Language::Zh, false) => {
            format!("{}年{}月{}日", on.year(), u8::from(on.month()), on.day())
        }
        (Language::En, true) => format!("{} {}", on.day(), month(on.month())),
        (Language::En, false) => format!("{} {} {}", on.day(), month(on.month()), on.year()),
    }
}

/// `3.2 亿元`, `8,600 万元`; `CNY 320 million`.
pub(super) fn yuan(language: Language, yuan: u64) -> String {
    let (unit, tenth, name) = match language {
        Language::Zh if yuan >= 100_000_000 => (100_000_000, 10_000_000, "亿元"),
        Language::Zh => (10_000, 1_000, "万元"),
        Language::En if yuan >= 1_000_000_000 => (1_000_000_000, 100_000_000, "billion"),
        Language::En => (1_000_000, 100_000, "million"),
    };
    let whole = yuan / unit;
    let tenths = yuan % unit / tenth;
    let number = match tenths {
        0 => grouped(whole),
        tenths => format!("{}.{tenths}", grouped(whole)),
    };
    match language {
        Language::Zh => format!("{number} {name}"),
        Language::En => format!("CNY {number} {name}"),
    }
}

fn grouped(number: u64) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1_000), number % 1_000)
    }
}

/// `周三`, `Wed`.
pub(super) fn weekday(language: Language, weekday: Weekday) -> &'static str {
    let (chinese, english) = match weekday {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    };
    match language {
        Language::Zh => chinese,
        Language::En => english,
    }
}

/// The English name of a month, in three letters.
pub(super) fn month(month: Month) -> &'static str {
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

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn dates_read_as_each_language_writes_them() {
        let today = date!(2026 - 10 - 12);
        let cases = [
            (date!(2026 - 10 - 14), "10月14日(周三)", "Wed 14 Oct 2026"),
            (
                date!(2027 - 01 - 04),
                "2027年1月4日(周一)",
                "Mon 4 Jan 2027",
            ),
        ];
        for (on, chinese, english) in cases {
            assert_eq!(with_weekday(Language::Zh, on, today), chinese);
            assert_eq!(with_weekday(Language::En, on, today), english);
        }
    }

    #[test]
    fn money_is_rounded_down_to_one_digit() {
        let cases = [
            (320_000_000, "3.2 亿元", "CNY 320 million"),
            (86_000_000, "8,600 万元", "CNY 86 million"),
            (12_500_000_000, "125 亿元", "CNY 12.5 billion"),
        ];
        for (sum, chinese, english) in cases {
            assert_eq!(yuan(Language::Zh, sum), chinese);
            assert_eq!(yuan(Language::En, sum), english);
        }
    }
}
