//! What changes while a page is open: the same stream as programs have, for the session of a page.

use actix_web::{HttpResponse, get};
use domain::access::Permission;

use super::visit::Visit;
use crate::{error::AppError, http::stream};

#[get("/live")]
pub(super) async fn listen(visit: Visit) -> HttpResponse {
    match open(&visit).await {
        Ok(response) => response,
        // No page: whoever listens is a script, which tries again, or not.
        Err(error) => {
            let status = crate::http::problem::status(&error);
            HttpResponse::build(status).finish()
        }
    }
}

async fn open(visit: &Visit) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReadProject)?;
    stream::open(visit.app.clone(), actor, visit.request(), false).await
}
