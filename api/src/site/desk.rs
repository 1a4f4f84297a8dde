//! The officer's desk and the workbench of a stage.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{
    access::{Actor, Permission},
    id::StageId,
};
use time::Date;

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::{
        AcceptBody, AnswerStopBody, AssignBody, CompleteBody, DecideExtensionBody, ExtensionBody,
        NoteBody, RenewBody, ResumeBody, ReviewStopBody, ReviseStopBody, StopBody,
    },
    usecase::{
        look,
        stage::{self, Act},
    },
    view::{action::Action, consequence::ConsequenceView},
    web::{
        desk::desk_page,
        stage::{SentForm, stage_page},
    },
};

#[get("/desk")]
pub(super) async fn show_desk(visit: Visit) -> HttpResponse {
    let answer = draw_desk(&visit).await;
    visit.answer(answer).await
}

async fn draw_desk(visit: &Visit) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReadDesk)?;
    let seen = look::desk(&visit.app, &actor).await?;
    visit
        .page(&seen.surroundings, |frame| desk_page(frame, &seen.view))
        .await
}

#[get("/desk/stages/{stage}")]
pub(super) async fn show_stage(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_stage(&visit, &path, None).await;
    visit.answer(answer).await
}

async fn draw_stage(
    visit: &Visit,
    path: &str,
    sent: Option<SentForm>,
) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::ReadInternal)?;
    let id: StageId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = look::stage_page(&visit.app, id, &visit.viewer()).await?;
    let status = if sent.as_ref().is_some_and(|sent| sent.form.is_refused()) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let draw = |frame: &crate::web::frame::Frame<'_>| stage_page(frame, &seen.view, sent.as_ref());
    visit.page_with(status, &seen.surroundings, draw).await
}

#[post("/desk/stages/{stage}/{action}")]
pub(super) async fn send_act(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (stage, action) = path.into_inner();
    let answer = do_act(&visit, (&stage, &action), posted).await;
    visit.answer(answer).await
}

async fn do_act(
    visit: &Visit,
    (path, action): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let action = Action::of_code(action).ok_or(AppError::Absent)?;
    let id: StageId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let actor = visit.allowed(action.permission())?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let today = look::today(&visit.app).await?;
    let tried = match parse(action, &sent, (today, actor.person)) {
        Ok(act) => do_or_rehearse(visit, (actor, id), &sent, act).await,
        Err(error) => Err(error),
    };
    let form = sent.typed();
    let (form, foreseen) = match tried {
        Ok(None) => {
            let code = action.code();
            return Ok(see_other(&format!("/desk/stages/{id}?done={code}")).finish());
        }
        Ok(Some(foreseen)) => (form, Some(foreseen)),
        Err(error) => (refused(form, error)?, None),
    };
    let sent = SentForm {
        action,
        form,
        foreseen,
    };
    draw_stage(visit, path, Some(sent)).await
}

/// Does the act; or, where the form was sent to see what would follow, gives that.
async fn do_or_rehearse(
    visit: &Visit,
    (actor, id): (Actor, StageId),
    sent: &Sent,
    act: Act,
) -> Result<Option<ConsequenceView>, AppError> {
    let (app, based_on) = (&visit.app, sent.version()?);
    if sent.text("step") == "preview" {
        let seen = stage::rehearse(app, actor, id, based_on, act).await?;
        return Ok(Some(seen.view));
    }
    stage::act(app, actor, id, based_on, act).await?;
    Ok(None)
}

/// The act that a form asks for.
fn parse(
    action: Action,
    sent: &Sent,
    (today, me): (Date, domain::id::PersonId),
) -> Result<Act, AppError> {
    let (on, text) = (sent.get("on"), sent.get("text"));
    Ok(match action {
        Action::Accept => {
            let officer = sent.get("officer").and_then(|id| id.parse().ok());
            Act::Accept(AcceptBody { on }.parse(today, officer.or(Some(me)))?)
        }
        Action::Note => {
            let body = NoteBody {
                text,
                is_internal: sent.text("visibility") == "internal",
                expected_on: sent.get("expected_on"),
            };
            Act::Note(body.parse()?)
        }
        Action::Stop => {
            let body = StopBody {
                reason: sent.get("reason"),
                on,
                resumed_on: sent.get("resumed_on"),
                expected_on: sent.get("expected_on"),
                text,
                late_reason: sent.get("late_reason"),
            };
            Act::Stop(body.parse(today)?)
        }
        Action::Resume => {
            let body = ResumeBody {
                on,
                text,
                late_reason: sent.get("late_reason"),
            };
            Act::Resume(body.parse(today)?)
        }
        Action::AnswerStop => {
            let agrees = sent.yes("agrees");
            Act::AnswerStop(AnswerStopBody { agrees, text }.parse()?)
        }
        Action::ReviseStop => {
            let expected_on = sent.get("expected_on");
            Act::ReviseStop(ReviseStopBody { expected_on, text }.parse()?)
        }
        Action::ReviewStop => {
            let is_upheld = sent.yes("is_upheld");
            Act::ReviewStop(ReviewStopBody { is_upheld, text }.parse()?)
        }
        Action::Renew => Act::Renew(RenewBody { on, text }.parse(today)?),
        Action::AskExtension => {
            // What is no number is as good as none.
            let days = sent.text("days").trim().parse().ok();
            let reason = sent.get("reason");
            Act::AskExtension(ExtensionBody { days, reason, text }.parse()?)
        }
        Action::DecideExtension => {
            let is_granted = sent.yes("is_granted");
            Act::DecideExtension(DecideExtensionBody { is_granted, text }.parse()?)
        }
        Action::Complete => {
            let result = sent.get("result");
            Act::Complete(CompleteBody { on, result }.parse(today)?)
        }
        Action::Assign => {
            let officer = sent.get("officer");
            Act::Assign(AssignBody { officer }.parse()?)
        }
    })
}
