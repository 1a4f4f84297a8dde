//! The investor's answer to a stop in its court.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{access::Permission, id::StageId};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::AnswerStopBody,
    usecase::{
        look,
        stage::{self, Act},
    },
    web::{form::Form, stop::stop_page},
};

#[get("/p/{project}/stages/{stage}/stop")]
pub(super) async fn show_stop(visit: Visit, path: web::Path<(String, String)>) -> HttpResponse {
    let (_project, stage) = path.into_inner();
    let answer = draw_stop(&visit, &stage, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_stop(visit: &Visit, path: &str, form: &Form) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::AnswerStop)?;
    let id: StageId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = look::stage(&visit.app, id, &visit.viewer()).await?;
    let status = if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let draw = |frame: &crate::web::frame::Frame<'_>| stop_page(frame, &seen.view, form);
    visit.page_with(status, &seen.surroundings, draw).await
}

#[post("/p/{project}/stages/{stage}/stop")]
pub(super) async fn send_answer(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let answer = do_answer(&visit, &path.into_inner(), posted).await;
    visit.answer(answer).await
}

async fn do_answer(
    visit: &Visit,
    (project, path): &(String, String),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id: StageId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let actor = visit.allowed(Permission::AnswerStop)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = AnswerStopBody {
        agrees: sent.yes("agrees"),
        text: sent.get("text"),
    };
    let tried = match body.parse() {
        Ok(answer) => {
            let act = Act::AnswerStop(answer);
            stage::act(&visit.app, actor, id, sent.version()?, act).await
        }
        Err(error) => Err(error),
    };
    match tried {
        Ok(_decided) => {
            let code: domain::code::ProjectCode =
                project.parse().map_err(|_malformed| AppError::Absent)?;
            Ok(see_other(&format!("/p/{code}?done=answer_stop")).finish())
        }
        Err(error) => draw_stop(visit, path, &refused(sent.typed(), error)?).await,
    }
}
