//! Files of units and people.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::{
    usecase::import::ImportKind,
    view::import::{Found, ImportView, RowProblem},
};

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    files: &'a [ImportView],
    kinds: [&'static str; 2],
    form: &'a Form,
    errors: Vec<ErrorLine>,
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    file: &'a ImportView,
    found: &'a Found,
    tone: &'static str,
    headline: String,
    errors: Vec<ErrorLine>,
}

impl ImportPage<'_> {
    fn sentence<'p>(&self, problem: &'p RowProblem) -> &'p str {
        let found = problem.messages.get(self.w.language.tag());
        found.map_or("", String::as_str)
    }
}

/// The latest files, and the form of another one.
pub fn imports_page(frame: &Frame<'_>, files: &[ImportView], form: &Form) -> Rendered {
    let w = &frame.words();
    ImportsPage {
        f: frame,
        w,
        title: frame.title(&w.t("imports-title"), form.is_refused()),
        files,
        kinds: ImportKind::ALL.map(ImportKind::code),
        form,
        errors: error_lines(w, form, "import"),
    }
    .render()
}

/// One file: what it would do or has done, and what is wrong with it.
pub fn import_page(
    frame: &Frame<'_>,
    (file, found): (&ImportView, &Found),
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    let (tone, headline) = match file.state.as_str() {
        "checked" => (
            "blue",
            w.count(
                "import-head-checked",
                found.counts.added + found.counts.changed,
            ),
        ),
        "flawed" => ("red", w.count("import-head-flawed", found.error_count)),
        _ => (
            "done",
            w.count(
                "import-head-committed",
                found.counts.added + found.counts.changed,
            ),
        ),
    };
    ImportPage {
        f: frame,
        w,
        title: frame.title(&w.t("imports-title"), form.is_refused()),
        file,
        found,
        tone,
        headline,
        errors: error_lines(w, form, "import"),
    }
    .render()
}
