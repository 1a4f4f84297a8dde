//! The projects of an investor.

use actix_web::{HttpResponse, get};
use domain::access::Permission;

use super::visit::{Visit, see_other};
use crate::{error::AppError, usecase::look, web::portfolio::portfolio_page};

#[get("/projects")]
pub(super) async fn show_portfolio(visit: Visit) -> HttpResponse {
    let answer = draw(&visit).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReadProject)?;
    let seen = look::portfolio(&visit.app, &actor).await?;
    if let [only] = seen.view.projects.as_slice() {
        // A list of one would only stand in the way.
        return Ok(see_other(&format!("/p/{}", only.code)).finish());
    }
    visit
        .page(&seen.surroundings, |frame| {
            portfolio_page(frame, &seen.view)
        })
        .await
}
