//! The works of a project: how far they are, planning them, reporting on them.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::access::Permission;

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::{PlanBody, ReportBody},
    usecase::{
        look,
        progress::{self, Act},
        project::ProjectName,
    },
    web::{
        frame::Done,
        progress::{RefusedTelling, Telling, progress_page},
    },
};

#[get("/projects/{project}/progress")]
pub(super) async fn show_progress(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_progress(&visit, &path, None).await;
    visit.answer(answer).await
}

async fn draw_progress(
    visit: &Visit,
    path: &str,
    refused: Option<RefusedTelling>,
) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::ReadProject)?;
    let name: ProjectName = path.parse()?;
    let seen = look::progress(&visit.app, &name, &visit.viewer(), None).await?;
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let draw =
        |frame: &crate::web::frame::Frame<'_>| progress_page(frame, &seen.view, refused.as_ref());
    visit.page_with(status, &seen.surroundings, draw).await
}

#[post("/projects/{project}/progress/{telling}")]
pub(super) async fn send_progress(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (project, telling) = path.into_inner();
    let answer = do_tell(&visit, (&project, &telling), posted).await;
    visit.answer(answer).await
}

async fn do_tell(
    visit: &Visit,
    (path, telling): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let telling = Telling::of_code(telling).ok_or(AppError::Absent)?;
    let name: ProjectName = path.parse()?;
    let (permission, done) = match telling {
        Telling::Plan => (Permission::PlanProgress, Done::ProgressPlanned),
        Telling::Report => (Permission::ReportProgress, Done::ProgressReported),
    };
    let actor = visit.allowed(permission)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let tried = match parse(telling, &sent) {
        Ok(act) => progress::act(&visit.app, actor, name, sent.version()?, act).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(_decided) => {
            let to = format!("/projects/{path}/progress?done={}", done.code());
            Ok(see_other(&to).finish())
        }
        Err(error) => {
            let form = refused(sent.typed(), error)?;
            draw_progress(visit, path, Some(RefusedTelling { telling, form })).await
        }
    }
}

/// The act that a form asks for.
fn parse(telling: Telling, sent: &Sent) -> Result<Act, AppError> {
    let reason = sent.get("reason");
    Ok(match telling {
        Telling::Plan => {
            let body = PlanBody {
                from: sent.get("from"),
                shares: sent.get("shares").map(|typed| shares(&typed)),
                reason,
            };
            Act::Plan(body.parse()?)
        }
        Telling::Report => {
            let share = sent.get("share");
            let body = ReportBody {
                month: sent.get("month"),
                share: share.map(|typed| points(&typed)),
                text: sent.get("text"),
                reason,
            };
            Act::Report(body.parse()?)
        }
    })
}

/// Numbers with anything between them that people put between numbers, Chinese punctuation included.
fn shares(typed: &str) -> Vec<i64> {
    let is_between = |letter: char| letter.is_whitespace() || ",;，；、".contains(letter);
    let numbers = typed.split(is_between).filter(|number| !number.is_empty());
    numbers.map(points).collect()
}

/// The number, with or without its sign of percent. What is no number is a share that cannot be.
fn points(typed: &str) -> i64 {
    let number = typed.trim().trim_end_matches(['%', '％']);
    number.trim_end().parse().unwrap_or(-1)
}
