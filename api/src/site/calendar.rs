//! The working calendar, proposing another, and deciding about it.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
    web::Bytes,
};
use domain::{
    access::{Actor, Permission},
    calendar::ProposalKind,
    id::ProposalId,
};
use persistence::calendar::Pass;

use super::{
    form::{Posted, Sent, refused},
    upload::{self, Upload},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body,
    import::calendar::{FIELD, FileForm},
    usecase::{
        calendar::{self as usecase, Wish},
        look::calendar as look,
    },
    view::calendar::local_file,
    web::{
        calendar::{Moves, Proposing, calendar_page, proposal_page},
        form::Form,
        frame::Done,
    },
};

/// Moves on one page.
const MOVES_SHOWN: i64 = 100;

#[get("/calendar")]
pub(super) async fn show_calendar(visit: Visit) -> HttpResponse {
    let answer = draw_calendar(&visit, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_calendar(visit: &Visit, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.staff()?;
    let seen = look::calendar(&visit.app).await?;
    let versions = look::versions(&visit.app).await?;
    let proposing = if actor.may(Permission::ProposeCalendar) {
        Some(Proposing {
            proposals: look::proposals(&visit.app, &actor).await?,
            local: local_file(&seen.view.local, seen.surroundings.now.today),
        })
    } else {
        None
    };
    let draw = |frame: &crate::web::frame::Frame<'_>| {
        calendar_page(frame, &seen.view, &versions, proposing.as_ref(), form)
    };
    visit
        .page_with(status(form), &seen.surroundings, draw)
        .await
}

fn status(form: &Form) -> StatusCode {
    if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

#[post("/calendar/proposals")]
pub(super) async fn send_proposal(
    visit: Visit,
    request: HttpRequest,
    posted: Posted,
) -> HttpResponse {
    let answer = do_propose(&visit, &request, posted).await;
    visit.answer(answer).await
}

async fn do_propose(
    visit: &Visit,
    request: &HttpRequest,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ProposeCalendar)?;
    let bytes = posted.bytes()?;
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let (sent, upload) = match media_type.and_then(upload::boundary) {
        Some(boundary) => upload::read(bytes, boundary).await?,
        None => (Sent::of(&bytes)?, None),
    };
    visit.require_own_form(sent.text("csrf"))?;
    let tried = match wish(&sent, upload) {
        Ok(wish) => usecase::propose(&visit.app, actor, wish).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(id) => {
            let done = Done::Proposed.code();
            Ok(see_other(&format!("/calendar/proposals/{id}?done={done}")).finish())
        }
        Err(error) => {
            let form = refused(sent.typed(), placed(error, &sent))?;
            draw_calendar(visit, &form).await
        }
    }
}

fn wish(sent: &Sent, upload: Option<Upload>) -> Result<Wish, AppError> {
    let kind = ProposalKind::of_code(sent.text("kind")).ok_or(AppError::FormExpired)?;
    let (bytes, form) = match (kind, upload) {
        (ProposalKind::National, Some(Upload { name, bytes })) => {
            let form = FileForm::guess(&name, &bytes);
            (bytes, form)
        }
        (ProposalKind::National, None) => (Bytes::new(), FileForm::Csv),
        (ProposalKind::Local, _) => {
            let typed = sent.text("days").to_owned();
            (Bytes::from(typed), FileForm::Csv)
        }
    };
    Ok(Wish {
        kind,
        bytes: bytes.to_vec(),
        form,
        year: None,
        note: body::note(sent.get("note").as_deref())?,
    })
}

/// The flaws of typed days stand at the field in which they were typed.
fn placed(error: AppError, sent: &Sent) -> AppError {
    let AppError::Flawed(mut flaws) = error else {
        return error;
    };
    let is_typed = sent.text("kind") == ProposalKind::Local.code();
    for flaw in &mut flaws {
        if is_typed && flaw.field == FIELD {
            flaw.field = "days";
        }
    }
    AppError::Flawed(flaws)
}

#[get("/calendar/proposals/{proposal}")]
pub(super) async fn show_proposal(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_proposal(&visit, &path, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_proposal(visit: &Visit, path: &str, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ProposeCalendar)?;
    let id: ProposalId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = look::proposal(&visit.app, &actor, id).await?;
    let is_decided = matches!(seen.view.proposal.state, "approved" | "applied");
    let wants_preview = visit.asked("pass").as_deref() == Some("preview");
    let pass = if is_decided && !wants_preview {
        Pass::Applied
    } else {
        Pass::Preview
    };
    let moves = shown_moves(visit, &actor, (id, pass)).await?;
    visit
        .page_with(status(form), &seen.surroundings, |frame| {
            proposal_page(frame, &seen.view, &moves, form)
        })
        .await
}

async fn shown_moves(
    visit: &Visit,
    actor: &Actor,
    (id, pass): (ProposalId, Pass),
) -> Result<Moves, AppError> {
    let after = visit.asked("after").and_then(|key| key.parse().ok());
    let page = (after.map(|stage| (stage, false)), MOVES_SHOWN + 1);
    let mut rows = look::moves(&visit.app, actor, (id, pass), page).await?;
    let shown = usize::try_from(MOVES_SHOWN).unwrap_or_default();
    let has_more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(|row| row.stage.id.clone());
    Ok(Moves {
        rows,
        is_applied: pass == Pass::Applied,
        next,
        is_later: after.is_some(),
    })
}

#[post("/calendar/proposals/{proposal}/{decision}")]
pub(super) async fn send_decision(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (proposal, decision) = path.into_inner();
    let answer = do_decide(&visit, (&proposal, &decision), posted).await;
    visit.answer(answer).await
}

async fn do_decide(
    visit: &Visit,
    (path, decision): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id: ProposalId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let actor = visit.allowed(Permission::ApproveCalendar)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let based_on = (id, sent.version()?);
    let (tried, done) = match decision {
        "approve" => (
            usecase::approve(&visit.app, actor, based_on).await,
            Done::CalendarApproved,
        ),
        "reject" => (
            usecase::reject(&visit.app, actor, based_on).await,
            Done::CalendarRejected,
        ),
        _ => return Err(AppError::Absent),
    };
    match tried {
        Ok(()) => {
            let done = done.code();
            Ok(see_other(&format!("/calendar/proposals/{id}?done={done}")).finish())
        }
        Err(error) => {
            let form = refused(sent.typed(), error)?;
            draw_proposal(visit, path, &form).await
        }
    }
}
