//! Every page in both languages, from sample values. With `PAGES_OUT` set to a folder they are written
//! there, to be looked at.

use domain::text::Language;

use self::pages::every_page;
use super::{frame::Theme, words::has_han};

mod pages;

#[test]
fn every_page_is_drawn_in_both_languages() {
    let folder = std::env::var_os("PAGES_OUT").map(std::path::PathBuf::from);
    for language in Language::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            for (name, html) in every_page(language, theme) {
                if let Some(folder) = &folder {
                    let file = format!("{name}.{}.{}.html", language.tag(), theme.code());
                    std::fs::write(folder.join(file), &html).unwrap();
                }
                assert!(html.len() < 60 * 1024, "{name} has {} bytes", html.len());
            }
        }
    }
}

#[test]
fn no_page_carries_script_or_style_inside() {
    for (name, html) in every_page(Language::Zh, Theme::Auto) {
        assert!(!html.contains(" style="), "{name}");
        assert!(!html.contains("<style"), "{name}");
        assert!(!html.contains("javascript:"), "{name}");
        assert_eq!(
            html.matches("<script").count(),
            html.matches("<script src=").count(),
            "{name}"
        );
        for handler in [" onclick=", " onload=", " onsubmit=", " onchange="] {
            assert!(!html.contains(handler), "{name} {handler}");
        }
    }
}

#[test]
fn every_link_and_heading_has_words() {
    for (name, html) in every_page(Language::En, Theme::Auto) {
        for tag in ["a", "h1", "h2", "h3"] {
            let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
            let opened = html.split(&open).skip(1);
            for piece in opened.filter(|piece| piece.starts_with([' ', '>'])) {
                let inside = piece.split(&close).next().unwrap();
                let texts = inside.split('>').skip(1);
                let words: String = texts.map(|text| text.split('<').next().unwrap()).collect();
                assert!(!words.trim().is_empty(), "{name}: {tag} {inside}");
            }
        }
    }
}

/// Chinese stands on an English page only where it is marked as Chinese, or as plain data in places that
/// take no mark: titles, option texts and hidden labels.
#[test]
fn an_english_page_speaks_english() {
    for (name, html) in every_page(Language::En, Theme::Auto) {
        for piece in html.split('<').filter(|piece| has_han(piece)) {
            let is_marked = piece.contains("lang=\"zh-Hans\"")
                || piece.starts_with("title>")
                || piece.starts_with("option")
                || piece.starts_with("input ");
            let is_hidden_label = piece.starts_with("span class=\"hidden\">");
            assert!(is_marked || is_hidden_label, "{name}: {piece}");
        }
    }
}

#[test]
fn the_answer_comes_before_any_table() {
    for language in Language::ALL {
        for (name, html) in every_page(language, Theme::Auto) {
            let answer = html.find("data-answer");
            let table = html.find("<table").unwrap_or(usize::MAX);
            if ["project", "desk", "board", "home", "stage", "alert"]
                .iter()
                .any(|kind| name.starts_with(kind))
            {
                assert!(answer.is_some_and(|answer| answer < table), "{name}");
            }
        }
    }
}

#[test]
fn outsiders_see_no_internal_line_and_no_officers_number() {
    for (name, html) in every_page(Language::Zh, Theme::Auto) {
        if name.ends_with("-guest") || name.ends_with("-investor") {
            assert!(!html.contains("会签卡在测绘科"), "{name}");
            assert!(!html.contains("0512-00000001"), "{name}");
        }
        if name.ends_with("-guest") {
            assert!(!html.contains("宗地图已核对"), "{name}");
            assert!(!html.contains("有限公司"), "{name}");
        }
    }
}

#[test]
fn a_late_finish_is_never_green_and_a_promise_is_never_lost() {
    let pages = every_page(Language::Zh, Theme::Auto);
    let finished = &pages["project-0012-investor"];
    assert!(finished.contains("全部办结") && finished.contains("超期办结"));
    assert!(finished.contains("tone-done_late"));
}

#[test]
fn a_refused_form_comes_back_filled_with_links_to_what_is_wrong() {
    let pages = every_page(Language::Zh, Theme::Auto);
    let refused = &pages["stage-refused"];
    assert!(refused.contains("<title>错误："));
    assert!(refused.contains("role=\"alert\"") && refused.contains("href=\"#stop-on\""));
    assert!(refused.contains("value=\"2026-10-20\""));
    assert!(refused.contains("aria-describedby=\"stop-text-hint stop-text-error\""));
}
