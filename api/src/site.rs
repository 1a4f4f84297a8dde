//! Page handlers: who visits, one use case, one page.
//!
//! A form is answered with a redirect when it went through, and with itself, filled in, when not.

mod absence;
mod account;
mod asset;
mod audit;
mod banner;
mod board;
mod calculator;
mod calendar;
mod calendar_feed;
mod card;
mod demo;
mod desk;
mod directory;
mod docs;
mod form;
mod import;
mod letter;
mod live;
mod method;
mod oidc;
mod portfolio;
mod progress;
mod public;
mod security;
mod sign_in;
mod stop;
mod upload;
mod visit;
mod webhook;
mod well_known;

use actix_web::web::ServiceConfig;

/// Adds the pages.
pub fn configure(config: &mut ServiceConfig) {
    work(config);
    connections(config);
    organisation(config);
    reference(config);
    accounts(config);
    config.default_service(actix_web::web::to(public::nothing_here));
}

/// Projects, stages and those who watch over them; the demonstration.
fn work(config: &mut ServiceConfig) {
    config
        .service(public::show_home)
        .service(public::enter_code)
        .service(portfolio::show_portfolio)
        .service(public::show_project)
        .service(public::show_history)
        .service(stop::show_stop)
        .service(stop::send_answer)
        .service(calculator::show_calculator)
        .service(account::show_sign_in)
        .service(account::send_sign_in)
        .service(account::send_sign_out)
        .service(desk::show_desk)
        .service(desk::show_stage)
        .service(desk::send_act)
        .service(board::show_board)
        .service(board::show_alert)
        .service(board::send_acknowledgement)
        .service(calendar::show_calendar)
        .service(calendar::send_proposal)
        .service(calendar::show_proposal)
        .service(calendar::send_decision)
        .service(card::show_card)
        .service(card::send_act)
        .service(demo::send_persona)
        .service(demo::send_advance)
        .service(demo::show_mail_list)
        .service(demo::show_mail)
        .service(demo::show_mail_html)
        .service(progress::show_progress)
        .service(progress::send_progress);
}

/// What leaves the zone, and who looked.
fn connections(config: &mut ServiceConfig) {
    config
        .service(audit::show_audit)
        .service(audit::export_audit)
        .service(live::listen)
        .service(calendar_feed::show_feeds)
        .service(calendar_feed::send_feed)
        .service(calendar_feed::send_revocation)
        .service(calendar_feed::fetch_feed)
        .service(webhook::show_webhooks)
        .service(webhook::show_webhooks_of_all)
        .service(webhook::send_webhook)
        .service(webhook::show_webhook)
        .service(webhook::send_act)
        .service(webhook::send_again)
        .service(letter::show_letters)
        .service(letter::show_letter)
        .service(letter::send_note)
        .service(letter::send_again);
}

/// Units, people, and who stands in for whom.
fn organisation(config: &mut ServiceConfig) {
    config
        .service(directory::show_people)
        .service(directory::send_person)
        .service(directory::show_person)
        .service(directory::send_act)
        .service(directory::show_units)
        .service(directory::send_unit)
        .service(directory::send_change)
        .service(import::show_imports)
        .service(import::send_file)
        .service(import::show_import)
        .service(import::send_commit)
        .service(absence::show_absence)
        .service(absence::send_absence)
        .service(absence::send_end);
}

/// What does not depend on who looks.
fn reference(config: &mut ServiceConfig) {
    config
        .service(asset::show_asset)
        .service(docs::show_docs)
        .service(docs::show_schemas)
        .service(docs::show_changes)
        .service(docs::show_group)
        .service(docs::show_problems)
        .service(docs::show_problem)
        .service(well_known::show_api_catalog)
        .service(well_known::show_security_contact)
        .service(well_known::show_change_password);
}

/// Ways in, and what keeps them safe.
fn accounts(config: &mut ServiceConfig) {
    config
        .service(sign_in::show_code)
        .service(sign_in::send_code)
        .service(sign_in::show_link)
        .service(sign_in::send_link)
        .service(sign_in::show_totp)
        .service(sign_in::send_totp)
        .service(sign_in::show_password)
        .service(sign_in::send_password)
        .service(sign_in::show_enrol)
        .service(sign_in::send_enrol)
        .service(sign_in::show_confirm)
        .service(sign_in::send_confirm)
        .service(security::show_security)
        .service(security::send_sessions)
        .service(security::send_new_password)
        .service(security::send_authenticator)
        .service(security::show_accounts)
        .service(security::send_end_of)
        .service(security::send_reset)
        .service(oidc::start)
        .service(oidc::start_confirming)
        .service(oidc::show_link)
        .service(oidc::leave)
        .service(oidc::come_back)
        .service(oidc::send_link)
        .service(oidc::send_end)
        .service(oidc::send_end_of)
        .service(security::show_setup)
        .service(security::send_setup);
}
