//! Files of units and people.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use domain::{access::Permission, id::ImportId};

use super::{
    directory::status,
    form::{Posted, Sent, refused},
    upload,
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    usecase::{
        import::{self, Brought, ImportKind, When, Wish},
        look,
    },
    view::import::{import_detail, import_view},
    web::{
        form::Form,
        frame::Done,
        import::{import_page, imports_page},
    },
};

/// Files that the page lists.
const FILES_SHOWN: i64 = 50;

#[get("/admin/imports")]
pub(super) async fn show_imports(visit: Visit) -> HttpResponse {
    let answer = draw_files(&visit, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_files(visit: &Visit, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ImportPeople)?;
    let kept = import::list(&visit.app, &actor, FILES_SHOWN).await?;
    let files: Vec<_> = kept.iter().map(import_view).collect();
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(form.is_refused()), &surroundings, |frame| {
            imports_page(frame, &files, form)
        })
        .await
}

#[post("/admin/imports")]
pub(super) async fn send_file(visit: Visit, request: HttpRequest, posted: Posted) -> HttpResponse {
    let answer = do_check(&visit, &request, posted).await;
    visit.answer(answer).await
}

async fn do_check(
    visit: &Visit,
    request: &HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ImportPeople)?;
    let bytes = posted.bytes()?;
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let (sent, file) = match media_type.and_then(upload::boundary) {
        Some(boundary) => upload::read(bytes, boundary).await?,
        None => (Sent::of(&bytes)?, None),
    };
    visit.require_own_form(sent.text("csrf"))?;
    let kind = ImportKind::of_code(sent.text("kind")).ok_or(AppError::FormExpired)?;
    let bytes = file.map(|file| file.bytes).unwrap_or_default();
    let wanted = (kind, Wish::Check, When::AtOnce);
    match import::bring(&visit.app, &actor.into(), wanted, &bytes).await {
        Ok(Brought::Job(_)) => Ok(see_other("/admin/imports").finish()),
        Ok(Brought::File(id)) => Ok(see_other(&format!("/admin/imports/{id}")).finish()),
        Err(error) => draw_files(visit, &refused(sent.typed(), error)?).await,
    }
}

#[get("/admin/imports/{import}")]
pub(super) async fn show_import(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_file(&visit, &path, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_file(visit: &Visit, path: &str, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ImportPeople)?;
    let id: ImportId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let (kept, document) = import::look(&visit.app, &actor, id).await?;
    let detail = import_detail(&kept, &document);
    let (view, found) = (&detail.file, &detail.found);
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(form.is_refused()), &surroundings, |frame| {
            import_page(frame, (view, found), form)
        })
        .await
}

#[post("/admin/imports/{import}/commit")]
pub(super) async fn send_commit(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = do_commit(&visit, &path, posted).await;
    visit.answer(answer).await
}

async fn do_commit(visit: &Visit, path: &str, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ImportPeople)?;
    let id: ImportId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    match import::commit(&visit.app, &actor.into(), (id, When::AtOnce)).await {
        // The page says how far it is.
        Ok(Brought::Job(_)) => Ok(see_other(&format!("/admin/imports/{id}")).finish()),
        Ok(Brought::File(id)) => {
            let done = Done::Imported.code();
            Ok(see_other(&format!("/admin/imports/{id}?done={done}")).finish())
        }
        Err(error) => draw_file(visit, path, &refused(sent.typed(), error)?).await,
    }
}
