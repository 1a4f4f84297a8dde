//! Letters that were lost: the list, and one with every try.

use askama::Template;
use persistence::outbox::RelayState;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::letter::{LetterDetail, LetterView};

#[derive(Template)]
#[template(path = "letter_list.html")]
struct LetterListPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    letters: &'a [LetterView],
    relay: Option<&'a RelayState>,
}

/// The list; `relay` says what is wrong with the relay.
pub fn letter_list_page(
    frame: &Frame<'_>,
    letters: &[LetterView],
    relay: Option<&RelayState>,
) -> Rendered {
    let w = &frame.words();
    LetterListPage {
        f: frame,
        w,
        title: frame.title(&w.t("letter-title"), false),
        letters,
        relay,
    }
    .render()
}

#[derive(Template)]
#[template(path = "letter.html")]
struct LetterPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    seen: &'a LetterDetail,
}

/// One letter.
pub fn letter_page(frame: &Frame<'_>, seen: &LetterDetail) -> Rendered {
    let w = &frame.words();
    LetterPage {
        f: frame,
        w,
        title: frame.title(&w.t("letter-title"), false),
        seen,
    }
    .render()
}
