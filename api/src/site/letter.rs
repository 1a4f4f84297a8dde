//! The pages of letters that were lost, and what is done there.

use actix_web::{HttpResponse, get, post, web};
use domain::{access::Permission, id::LetterId};

use super::{
    form::{Posted, Sent},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    usecase::{
        letter::{self, Care},
        look,
    },
    web::{
        frame::Done,
        letter::{letter_list_page, letter_page},
    },
};

#[get("/letters")]
pub(super) async fn show_letters(visit: Visit) -> HttpResponse {
    let answer = draw_list(&visit).await;
    visit.answer(answer).await
}

async fn draw_list(visit: &Visit) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::KeepPost)?;
    let (letters, watch) = letter::lost(&visit.app).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page(&surroundings, |frame| {
            letter_list_page(frame, &letters, watch.relay.as_ref())
        })
        .await
}

#[get("/letters/{letter}")]
pub(super) async fn show_letter(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw(&visit, &path).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit, path: &str) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::KeepPost)?;
    let id: LetterId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = letter::see(&visit.app, id).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page(&surroundings, |frame| letter_page(frame, &seen))
        .await
}

#[post("/letters/{letter}/note")]
pub(super) async fn send_note(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = take_care(&visit, (&path, Care::Note), posted).await;
    visit.answer(answer).await
}

#[post("/letters/{letter}/resend")]
pub(super) async fn send_again(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = take_care(&visit, (&path, Care::Resend), posted).await;
    visit.answer(answer).await
}

async fn take_care(
    visit: &Visit,
    (path, care): (&str, Care),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepPost)?;
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let id: LetterId = path.parse().map_err(|_malformed| AppError::Absent)?;
    letter::care(&visit.app, &actor, id, care).await?;
    let done = match care {
        Care::Note => Done::LetterNoted,
        Care::Resend => Done::LetterResent,
    };
    Ok(see_other(&format!("/letters?done={}", done.code())).finish())
}
