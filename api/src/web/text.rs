//! The catalogue: every sentence in every language, embedded.

use std::sync::LazyLock;

use domain::text::Language;
use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue,
    concurrent::FluentBundle,
    resolver::errors::{ReferenceKind, ResolverError},
};
use unic_langid::LanguageIdentifier;

macro_rules! catalogue {
    ($folder:literal) => {
        &[
            include_str!(concat!("../../locales/", $folder, "/frame.ftl")),
            include_str!(concat!("../../locales/", $folder, "/words.ftl")),
            include_str!(concat!("../../locales/", $folder, "/refusal.ftl")),
            include_str!(concat!("../../locales/", $folder, "/problem.ftl")),
            include_str!(concat!("../../locales/", $folder, "/project.ftl")),
            include_str!(concat!("../../locales/", $folder, "/history.ftl")),
            include_str!(concat!("../../locales/", $folder, "/desk.ftl")),
            include_str!(concat!("../../locales/", $folder, "/clock.ftl")),
            include_str!(concat!("../../locales/", $folder, "/board.ftl")),
            include_str!(concat!("../../locales/", $folder, "/pages.ftl")),
            include_str!(concat!("../../locales/", $folder, "/calendar.ftl")),
            include_str!(concat!("../../locales/", $folder, "/progress.ftl")),
            include_str!(concat!("../../locales/", $folder, "/card.ftl")),
            include_str!(concat!("../../locales/", $folder, "/request.ftl")),
            include_str!(concat!("../../locales/", $folder, "/catalogue.ftl")),
            include_str!(concat!("../../locales/", $folder, "/docs.ftl")),
            include_str!(concat!("../../locales/", $folder, "/audit.ftl")),
            include_str!(concat!("../../locales/", $folder, "/calendar_feed.ftl")),
            include_str!(concat!("../../locales/", $folder, "/webhook.ftl")),
            include_str!(concat!("../../locales/", $folder, "/letter.ftl")),
            include_str!(concat!("../../locales/", $folder, "/token.ftl")),
            include_str!(concat!("../../locales/", $folder, "/organisation.ftl")),
            include_str!(concat!("../../locales/", $folder, "/sign_in.ftl")),
        ]
    };
}

/// The files of a language.
fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::Zh => catalogue!("zh-Hans"),
        Language::En => catalogue!("en"),
    }
}

static CHINESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Zh));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::En));

/// The sentence of `key` in `language`, with its holes filled.
///
/// A key without a sentence gives the key itself; a test keeps that from happening.
pub fn t(language: Language, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
    find(language, key, arguments).unwrap_or_else(|| key.to_owned())
}

/// The sentence of `key`, or nothing.
pub fn find(
    language: Language,
    key: &str,
    arguments: &[(&str, FluentValue<'_>)],
) -> Option<String> {
    let bundle = match language {
        Language::Zh => &*CHINESE,
        Language::En => &*ENGLISH,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let filled: FluentArgs<'_> = arguments
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let mut errors = Vec::new();
    let sentence = bundle.format_pattern(pattern, Some(&filled), &mut errors);
    Some(sentence.into_owned())
}

/// The names of the holes in the sentence of `key`.
pub fn holes(key: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if let Some(pattern) = ENGLISH.get_message(key).and_then(|message| message.value()) {
        // Whatever is missing is a hole.
        ENGLISH.format_pattern(pattern, None, &mut errors);
    }
    let names = errors.into_iter().filter_map(|error| match error {
        FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => {
            Some(id)
        }
        FluentError::ResolverError(_)
        | FluentError::ParserError(_)
        | FluentError::Overriding { .. } => None,
    });
    names.collect()
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks would stand in attributes, titles and copied text; no right-to-left text occurs.
    bundle.set_use_isolating(false);
    for source in sources(language) {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        // A key that stands twice keeps its first sentence; the test below finds it.
        bundle.add_resource(resource).unwrap_or_default();
    }
    bundle
}

#[cfg(test)]
mod tests;
