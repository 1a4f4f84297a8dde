//! Which address leads where.

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{
    alert, auth, calendar, card, catalogue, change, clock, document, health, idempotency,
    problem::{self, ApiError},
    progress, project, stage, stages,
};
use crate::error::AppError;

/// Kilobytes of a body, of the API or of a form. The longest text has 4,000 characters; this leaves room for
/// many fields.
pub const BODY_KILOBYTES_MAX: u16 = 256;

/// Adds the API and health.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(
            usize::from(BODY_KILOBYTES_MAX) * 1_024,
        ))
        .service(health::livez)
        .service(health::readyz);
    config.service(
        web::scope("/api/v1")
            // The last one is the outermost.
            .wrap(from_fn(idempotency::once))
            .wrap(from_fn(change::announce))
            .wrap(from_fn(problem::tell))
            .service(auth::create_token)
            .service(auth::get_me)
            .service(project::list_projects)
            .service(project::create_project)
            .service(project::get_project)
            .service(project::list_project_events)
            .service(stages::get_stage)
            .service(stage::accept_stage)
            .service(stage::note_progress)
            .service(stage::stop_clock)
            .service(stage::resume_clock)
            .service(stage::answer_stop)
            .service(stage::revise_stop)
            .service(stage::review_stop)
            .service(stage::renew_validity)
            .service(stage::ask_extension)
            .service(stage::decide_extension)
            .service(stage::complete_stage)
            .service(stage::assign_stage)
            .service(clock::explain_clock)
            .service(clock::get_stage_ledger)
            .service(clock::get_project_ledger)
            .service(clock::evaluate_clock)
            .service(alert::list_alerts)
            .service(alert::get_alert)
            .service(alert::acknowledge_alert)
            .service(calendar::get_calendar)
            .service(calendar::list_calendar_versions)
            .service(calendar::list_calendar_proposals)
            .service(calendar::create_calendar_proposal)
            .service(calendar::get_calendar_proposal)
            .service(calendar::list_calendar_moves)
            .service(calendar::approve_calendar_proposal)
            .service(calendar::reject_calendar_proposal)
            .service(progress::get_progress)
            .service(progress::plan_progress)
            .service(progress::report_progress)
            .service(card::list_cards)
            .service(card::get_card)
            .service(card::explain_card)
            .service(card::appeal_card)
            .service(card::decide_card)
            .service(stages::list_stages)
            .service(document::openapi_json)
            .service(document::openapi_yaml)
            .service(catalogue::list_problems)
            .default_service(web::to(no_such_address)),
    );
}

async fn no_such_address() -> Result<actix_web::HttpResponse, ApiError> {
    Err(AppError::Absent.into())
}
