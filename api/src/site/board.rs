//! The supervisor's board, and answering an alert.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{access::Permission, id::AlertId};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::AcknowledgeBody,
    usecase::{alert as usecase, look},
    web::{alert::alert_page, board::board_page, form::Form, frame::Done},
};

#[get("/board")]
pub(super) async fn show_board(visit: Visit) -> HttpResponse {
    let answer = draw_board(&visit).await;
    visit.answer(answer).await
}

async fn draw_board(visit: &Visit) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReadBoard)?;
    let seen = look::board(&visit.app, &actor).await?;
    visit
        .page(&seen.surroundings, |frame| board_page(frame, &seen.view))
        .await
}

#[get("/board/alerts/{alert}")]
pub(super) async fn show_alert(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_alert(&visit, &path, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_alert(visit: &Visit, path: &str, form: &Form) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::ReadBoard)?;
    let id: AlertId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = look::alert(&visit.app, id, &visit.viewer()).await?;
    let status = if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    visit
        .page_with(status, &seen.surroundings, |frame| {
            alert_page(frame, &seen.view, form)
        })
        .await
}

#[post("/board/alerts/{alert}/acknowledge")]
pub(super) async fn send_acknowledgement(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = do_acknowledge(&visit, &path, posted).await;
    visit.answer(answer).await
}

async fn do_acknowledge(
    visit: &Visit,
    path: &str,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id: AlertId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let actor = visit.allowed(Permission::AcknowledgeAlert)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = AcknowledgeBody {
        instruction: sent.get("instruction"),
        new_date: sent.get("new_date"),
    };
    let tried = match body.parse() {
        Ok(said) => usecase::acknowledge(&visit.app, actor, id, sent.version()?, said).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(_decided) => {
            let done = Done::Acknowledged.code();
            Ok(see_other(&format!("/board/alerts/{id}?done={done}")).finish())
        }
        Err(error) => {
            let form = refused(sent.typed(), error)?;
            draw_alert(visit, path, &form).await
        }
    }
}
