//! Letters that were lost, over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::LetterId;

use super::{
    access::{Allowed, KeepPost},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::letter::{self, Care},
    view::letter::{LetterDetail, LetterView},
};

fn letter_id(path: &str) -> Result<LetterId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists letters that did not reach their readers, or may not have, and of which nobody has taken note yet; the
/// newest first. Somebody else was told in place of each.
#[utoipa::path(tag = "letters", operation_id = "listLostLetters", params(ListParams),
    responses((status = 200, body = Dated<PageOf<LetterView>>), (status = 403, body = Problem)))]
#[get("/letters")]
pub(crate) async fn list_lost_letters(
    app: web::Data<App>,
    _allowed: Allowed<KeepPost>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "letters", &[])?;
    let (rows, _watch) = letter::lost(&app).await?;
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// A letter that was lost, with every try and what the relay said.
#[utoipa::path(tag = "letters", operation_id = "getLetter",
    params(("letter" = String, Path, description = "`ltr_...`")),
    responses((status = 200, body = LetterDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[get("/letters/{letter}")]
pub(crate) async fn get_letter(
    app: web::Data<App>,
    _allowed: Allowed<KeepPost>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let seen = letter::see(&app, letter_id(&path)?).await?;
    Ok(respond::content(&request, &seen, None)?)
}

/// Takes note of a lost letter: whoever does sees to it in another way. Once is enough.
#[utoipa::path(tag = "letters", operation_id = "noteLetter",
    params(("letter" = String, Path, description = "`ltr_...`")),
    responses((status = 200, body = LetterDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[post("/letters/{letter}/note")]
pub(crate) async fn note_letter(
    app: web::Data<App>,
    allowed: Allowed<KeepPost>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let done = letter::care(&app, &allowed.actor, letter_id(&path)?, Care::Note).await?;
    Ok(respond::ok(&done)?)
}

/// Has a lost letter sent once more: one that was refused with words and address anew, one that may have arrived
/// as it was.
#[utoipa::path(tag = "letters", operation_id = "resendLetter",
    params(("letter" = String, Path, description = "`ltr_...`")),
    responses((status = 200, body = LetterDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[post("/letters/{letter}/resend")]
pub(crate) async fn resend_letter(
    app: web::Data<App>,
    allowed: Allowed<KeepPost>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let done = letter::care(&app, &allowed.actor, letter_id(&path)?, Care::Resend).await?;
    Ok(respond::ok(&done)?)
}
