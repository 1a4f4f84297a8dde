//! The pages about the API: its operations, schemas, changes, and the kinds of problem.

use askama::Template;
use time::Date;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};
use crate::{
    http::{
        catalogue::{self, Kind},
        change::{CHANGES, Deprecation},
    },
    view::docs::{Group, Operation, Schema},
};

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    root: &'a str,
    groups: &'a [Group],
}

/// Where everything of the API is; `root` is the address of this deployment.
pub fn docs_page(frame: &Frame<'_>, root: &str, groups: &[Group]) -> Rendered {
    let w = &frame.words();
    DocsPage {
        f: frame,
        w,
        title: frame.title(&w.t("docs-title"), false),
        root,
        groups,
    }
    .render()
}

#[derive(Template)]
#[template(path = "docs_group.html")]
struct GroupPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    root: &'a str,
    group: &'a Group,
}

/// The operations of one resource.
pub fn group_page(frame: &Frame<'_>, root: &str, group: &Group) -> Rendered {
    let w = &frame.words();
    GroupPage {
        f: frame,
        w,
        title: frame.title(&format!("{} · {}", group.name, w.t("docs-title")), false),
        root,
        group,
    }
    .render()
}

#[derive(Template)]
#[template(path = "docs_schemas.html")]
struct SchemasPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    schemas: &'a [Schema],
}

/// What is sent and answered.
pub fn schemas_page(frame: &Frame<'_>, schemas: &[Schema]) -> Rendered {
    let w = &frame.words();
    SchemasPage {
        f: frame,
        w,
        title: frame.title(&w.t("docs-schemas"), false),
        schemas,
    }
    .render()
}

#[derive(Template)]
#[template(path = "docs_changes.html")]
struct ChangesPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    changes: Vec<(Date, String)>,
    deprecated: &'a [Deprecation],
}

/// What has changed, and what will go away.
pub fn changes_page(frame: &Frame<'_>, deprecated: &[Deprecation]) -> Rendered {
    let w = &frame.words();
    let changes = CHANGES.iter().rev();
    ChangesPage {
        f: frame,
        w,
        title: frame.title(&w.t("docs-changes"), false),
        changes: changes
            .map(|(on, code)| (*on, w.code("change", code)))
            .collect(),
        deprecated,
    }
    .render()
}

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    kinds: Vec<(Kind, String)>,
}

/// Every kind of problem.
pub fn catalogue_page(frame: &Frame<'_>) -> Rendered {
    let w = &frame.words();
    let named = |kind: &Kind| (*kind, kind.name(frame.language));
    CataloguePage {
        f: frame,
        w,
        title: frame.title(&w.t("catalogue-title"), false),
        kinds: catalogue::kinds().map(named).collect(),
    }
    .render()
}

#[derive(Template)]
#[template(path = "catalogue_kind.html")]
struct KindPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    kind: Kind,
    name: String,
    sentence: String,
    remedy: String,
    example: &'a str,
}

/// One kind of problem: what it says, what to do, and how it looks.
pub fn kind_page(frame: &Frame<'_>, kind: Kind, example: &str) -> Rendered {
    let w = &frame.words();
    let name = kind.name(frame.language);
    KindPage {
        f: frame,
        w,
        title: frame.title(&name, false),
        kind,
        sentence: kind.sentence(frame.language),
        remedy: kind.remedy(frame.language),
        name,
        example,
    }
    .render()
}

/// A request that can be copied into a terminal, answered in the language of the page.
fn curl(w: &Words<'_>, root: &str, operation: &Operation) -> String {
    let mut lines = vec![format!(
        "curl -X {} '{root}{}'",
        operation.method, operation.path
    )];
    if !operation.is_open {
        lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    lines.push(format!("-H 'Accept-Language: {}'", w.language.tag()));
    let is_based = |name: &str| name.eq_ignore_ascii_case("If-Match");
    if operation.parameters.iter().any(|one| is_based(&one.name)) {
        lines.push("-H 'If-Match: \"v7-12-2026-03-02\"'".to_owned());
    }
    if let Some(sample) = &operation.sample {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{}'", sample.replace('\'', "'\\''")));
    }
    lines.join(" \\\n  ")
}
