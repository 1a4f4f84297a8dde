//! The sentence of a reason.

use domain::{clock::StopReason, progress::Month, text::Language};
use fluent_bundle::FluentValue;
use time::{Date, macros::format_description};

use super::{text::find, words::Words};
use crate::view::action::Reason;

/// The sentence of `reason` in the page's language, with dates and codes in words.
pub fn sentence(w: &Words<'_>, reason: &Reason) -> String {
    let key = key(&reason.code);
    let holes: Vec<(&str, FluentValue<'_>)> = reason
        .arguments
        .iter()
        .map(|(name, value)| (name.as_str(), FluentValue::from(in_words(w, name, value))))
        .collect();
    find(w.language, &key, &holes).unwrap_or_else(|| w.t("refusal-other"))
}

/// The catalogue's key of a code: `stage.waits` is `refusal-stage-waits`.
pub fn key(code: &str) -> String {
    format!("refusal-{}", code.replace('.', "-"))
}

/// The sentence of a code for programs: dates stay as they are sent.
pub fn sentence_of(language: Language, code: &str, arguments: &[(&str, String)]) -> String {
    let holes: Vec<(&str, FluentValue<'_>)> = arguments
        .iter()
        .map(|(name, value)| (*name, FluentValue::from(value.as_str())))
        .collect();
    find(language, &key(code), &holes)
        .or_else(|| find(language, "refusal-other", &[]))
        .unwrap_or_default()
}

fn in_words(w: &Words<'_>, name: &str, value: &str) -> String {
    let format = format_description!("[year]-[month]-[day]");
    if let Ok(on) = Date::parse(value, format) {
        // Without the weekday: its brackets would stand inside those of the sentence.
        return w.short(on);
    }
    if let Ok(month) = value.parse::<Month>() {
        return w.month(month);
    }
    if matches!(name, "reason" | "allowed") {
        let words: Vec<String> = value
            .split(", ")
            .map(|code| {
                StopReason::of_code(code)
                    .map_or_else(|| code.to_owned(), |reason| w.stop_reason(reason))
            })
            .collect();
        return words.join(&w.t("list-comma"));
    }
    value.to_owned()
}
