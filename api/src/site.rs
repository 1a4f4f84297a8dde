//! Page handlers: who visits, one use case, one page.
//!
//! A form is answered with a redirect when it went through, and with itself, filled in, when not.

mod account;
mod asset;
mod banner;
mod board;
mod calculator;
mod calendar;
mod card;
mod demo;
mod desk;
mod docs;
mod form;
mod portfolio;
mod progress;
mod public;
mod stop;
mod upload;
mod visit;
mod well_known;

use actix_web::web::ServiceConfig;

/// Adds the pages.
pub fn configure(config: &mut ServiceConfig) {
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
        .service(progress::send_progress)
        .service(asset::show_asset)
        .service(docs::show_docs)
        .service(docs::show_schemas)
        .service(docs::show_changes)
        .service(docs::show_group)
        .service(docs::show_problems)
        .service(docs::show_problem)
        .service(well_known::show_api_catalog)
        .service(well_known::show_security_contact)
        .service(well_known::show_change_password)
        .default_service(actix_web::web::to(public::nothing_here));
}
