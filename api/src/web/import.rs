//! Files of units and people.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::{
    usecase::import::{ImportKind, ImportState},
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
    may_commit: bool,
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
    let rows = found.counts.added + found.counts.changed;
    let state = ImportState::of_code(&file.state);
    let (tone, headline) = match state {
        Some(ImportState::Pending) => ("blue", w.t("import-head-pending")),
        Some(ImportState::Checked) => ("blue", w.count("import-head-checked", rows)),
        Some(ImportState::Committing) => ("blue", w.t("import-head-committing")),
        Some(ImportState::Stopped) => ("red", w.t("import-head-stopped")),
        Some(ImportState::Flawed) => ("red", w.count("import-head-flawed", found.error_count)),
        Some(ImportState::Committed) | None => ("done", w.count("import-head-committed", rows)),
    };
    let may_commit = matches!(state, Some(ImportState::Checked | ImportState::Stopped));
    ImportPage {
        f: frame,
        w,
        title: frame.title(&w.t("imports-title"), form.is_refused()),
        file,
        found,
        tone,
        headline,
        may_commit,
        errors: error_lines(w, form, "import"),
    }
    .render()
}
