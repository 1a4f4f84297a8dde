//! Which address leads where.

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::{
    alert, audit, auth, calendar, calendar_feed, card, catalogue, change, clock, company,
    correction, deputy, document, dump, feed, health, idempotency, import, job, letter, me, patron,
    person,
    problem::{self, ApiError},
    progress, project, projects, signing_key, stage, stages, stream, token, unit, webhook,
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
        .service(health::readyz)
        .service(signing_key::jwks);
    config.service(
        web::scope("/api/v1")
            // The last one is the outermost.
            .wrap(from_fn(idempotency::once))
            .wrap(from_fn(change::announce))
            .wrap(from_fn(problem::tell))
            .service(auth::create_token)
            .service(auth::get_me)
            .service(projects::list_projects)
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
            .configure(connections)
            .configure(organisation)
            .service(stages::list_stages)
            .service(document::openapi_json)
            .service(document::openapi_yaml)
            .service(catalogue::list_problems)
            .configure(accounts)
            .default_service(web::to(no_such_address)),
    );
}

/// What leaves the zone, and who looked.
fn connections(config: &mut ServiceConfig) {
    config
        .service(audit::list_security_events)
        .service(feed::list_events)
        .service(stream::stream_events)
        .service(calendar_feed::list_calendar_feeds)
        .service(calendar_feed::create_calendar_feed)
        .service(calendar_feed::revoke_calendar_feed)
        .service(letter::list_lost_letters)
        .service(letter::get_letter)
        .service(letter::note_letter)
        .service(letter::resend_letter)
        .service(webhook::list_webhooks)
        .service(webhook::create_webhook)
        .service(webhook::get_webhook)
        .service(webhook::delete_webhook)
        .service(webhook::approve_webhook)
        .service(webhook::pause_webhook)
        .service(webhook::resume_webhook)
        .service(webhook::rotate_webhook_secret)
        .service(webhook::test_webhook)
        .service(webhook::list_deliveries)
        .service(webhook::redeliver)
        .service(dump::export_zone);
}

/// Tokens, sessions and secrets.
fn accounts(config: &mut ServiceConfig) {
    config
        .service(token::refresh_token)
        .service(token::revoke_token)
        .service(token::list_own_tokens)
        .service(token::create_own_token)
        .service(token::delete_own_token)
        .service(token::list_tokens)
        .service(token::create_service_token)
        .service(token::delete_token)
        .service(me::list_my_sessions)
        .service(me::end_my_session)
        .service(me::change_my_password)
        .service(me::end_sessions_of_person)
        .service(me::reset_second_factor);
}

/// Units, people, companies, and those who look after projects.
fn organisation(config: &mut ServiceConfig) {
    config
        .service(unit::list_units)
        .service(unit::get_unit)
        .service(unit::create_unit)
        .service(unit::change_unit)
        .service(person::list_people)
        .service(person::get_person)
        .service(person::create_person)
        .service(person::change_person)
        .service(deputy::create_absence)
        .service(deputy::end_absence)
        .service(deputy::set_deputy)
        .service(company::list_companies)
        .service(company::get_company)
        .service(company::create_company)
        .service(company::change_company)
        .service(patron::set_steward)
        .service(patron::set_lead)
        .service(correction::change_project)
        .service(import::create_import)
        .service(import::list_imports)
        .service(import::get_import)
        .service(import::commit_import)
        .service(job::list_jobs)
        .service(job::get_job);
}

async fn no_such_address() -> Result<actix_web::HttpResponse, ApiError> {
    Err(AppError::Absent.into())
}
