//! The page of a card, and what is done there.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{access::Permission, id::CardId, refusal::Refusal};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::{AppealCardBody, DecideCardBody, ExplainCardBody},
    usecase::{
        card::{self, CardAct},
        look,
    },
    view::card::CardAction,
    web::{
        card::{RefusedCardForm, card_page},
        form::{Form, Mistake},
        frame::Done,
    },
};

#[get("/cards/{card}")]
pub(super) async fn show_card(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_card(&visit, &path, None).await;
    visit.answer(answer).await
}

async fn draw_card(
    visit: &Visit,
    path: &str,
    refused: Option<RefusedCardForm>,
) -> Result<HttpResponse, AppError> {
    visit.allowed(Permission::ReadProject)?;
    let id: CardId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let seen = look::card(&visit.app, id, &visit.viewer()).await?;
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    visit
        .page_with(status, &seen.surroundings, |frame| {
            card_page(frame, &seen.view, refused.as_ref())
        })
        .await
}

#[post("/cards/{card}/{action}")]
pub(super) async fn send_act(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (card, action) = path.into_inner();
    let answer = do_act(&visit, (&card, &action), posted).await;
    visit.answer(answer).await
}

async fn do_act(
    visit: &Visit,
    (path, action): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let action = CardAction::of_code(action).ok_or(AppError::Absent)?;
    let id: CardId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let actor = visit.allowed(action.permission())?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let tried = match parse(action, &sent) {
        Ok(act) => card::act(&visit.app, actor, id, sent.version()?, act).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(_decided) => {
            let done = Done::Card(action).code();
            Ok(see_other(&format!("/cards/{id}?done={done}")).finish())
        }
        Err(error) => {
            let form = come_back(sent.typed(), error)?;
            draw_card(visit, path, Some(RefusedCardForm { action, form })).await
        }
    }
}

/// The act that a form asks for.
fn parse(action: CardAction, sent: &Sent) -> Result<CardAct, AppError> {
    let text = sent.get("text");
    match action {
        CardAction::Explain => {
            let alternative_on = sent.get("alternative_on");
            ExplainCardBody {
                text,
                alternative_on,
            }
            .parse()
        }
        CardAction::Appeal => AppealCardBody { text }.parse(),
        CardAction::Decide => {
            let verdict = sent.get("verdict");
            DecideCardBody { verdict, text }.parse()
        }
    }
}

/// The form with what is wrong with it. The one expected day of these forms has a name of its own.
fn come_back(typed: Form, error: AppError) -> Result<Form, AppError> {
    if let AppError::Refused(refusal @ Refusal::ExpectedInPast { .. }) = &error {
        return Ok(typed.with(Mistake::refusal(Some("alternative_on"), refusal)));
    }
    refused(typed, error)
}
