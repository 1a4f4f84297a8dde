//! The pages about the API, open to all.

use std::sync::LazyLock;

use actix_web::{HttpResponse, get, web};

use super::visit::Visit;
use crate::{
    error::AppError,
    http::{catalogue, change::DEPRECATED, document, problem::Problem},
    usecase::look,
    view::docs::{Group, Schema, groups, schemas},
    web::{
        Rendered,
        docs::{catalogue_page, changes_page, docs_page, group_page, kind_page, schemas_page},
        frame::Frame,
    },
};

/// The description does not change while the program runs, and taking it apart costs more than a page.
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| groups(document::described()));
static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| schemas(document::described()));

async fn show(visit: &Visit, draw: impl FnOnce(&Frame<'_>) -> Rendered) -> HttpResponse {
    let answer = async {
        let surroundings = look::surroundings(&visit.app).await?;
        visit.page(&surroundings, draw).await
    };
    visit.answer(answer.await).await
}

#[get("/api/docs")]
pub(super) async fn show_docs(visit: Visit) -> HttpResponse {
    let root = visit.app.postmark.public_url.clone();
    show(&visit, |frame| docs_page(frame, &root, &GROUPS)).await
}

#[get("/api/docs/schemas")]
pub(super) async fn show_schemas(visit: Visit) -> HttpResponse {
    show(&visit, |frame| schemas_page(frame, &SCHEMAS)).await
}

#[get("/api/docs/changes")]
pub(super) async fn show_changes(visit: Visit) -> HttpResponse {
    show(&visit, |frame| changes_page(frame, &DEPRECATED)).await
}

#[get("/api/docs/{tag}")]
pub(super) async fn show_group(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let root = visit.app.postmark.public_url.clone();
    match GROUPS.iter().find(|group| group.name == *path) {
        Some(group) => show(&visit, |frame| group_page(frame, &root, group)).await,
        None => visit.answer(Err(AppError::Absent)).await,
    }
}

#[get("/problems")]
pub(super) async fn show_problems(visit: Visit) -> HttpResponse {
    show(&visit, catalogue_page).await
}

#[get("/problems/{code}")]
pub(super) async fn show_problem(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let Some(kind) = catalogue::kind(&path).copied() else {
        return visit.answer(Err(AppError::Absent)).await;
    };
    let root = visit.app.postmark.public_url.clone();
    show(&visit, |frame| {
        let example = Problem::example(kind, &root, frame.language);
        let example = serde_json::to_string_pretty(&example).unwrap_or_default();
        kind_page(frame, kind, &example)
    })
    .await
}
