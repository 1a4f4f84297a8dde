//! The public calculator: filed on a day, due when?

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, http::StatusCode, web};
use domain::clock::Clock;

use super::{form::refused, visit::Visit};
use crate::{
    error::{AppError, FieldFlaw},
    http::body::Flaws,
    usecase::{clock::Unit, look},
    view::explanation::{ExplanationView, explanation},
    web::{calculator::calculator_page, form::Form},
};

#[get("/calculator")]
pub(super) async fn show_calculator(
    visit: Visit,
    query: web::Query<BTreeMap<String, String>>,
) -> HttpResponse {
    let answer = draw(&visit, query.into_inner()).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit, typed: BTreeMap<String, String>) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    let calendar = &surroundings.zone.office.calendar;
    let asked = ["on", "days", "unit"]
        .iter()
        .any(|name| typed.contains_key(*name));
    let form = Form::filled(typed.clone());
    let (form, answer) = if asked {
        match case(&typed) {
            Ok((clock, limit)) => {
                // A calendar without an answer gives none; it is no mistake of whoever asks.
                let view = explanation(&clock, limit, (calendar, surroundings.now.today));
                (form, view.ok())
            }
            Err(error) => (refused(form, error)?, None),
        }
    } else {
        (form, None)
    };
    let status = if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view: Option<&ExplanationView> = answer.as_ref();
    visit
        .page_with(status, &surroundings, |frame| {
            calculator_page(frame, &form, view)
        })
        .await
}

/// The case that somebody thinks of.
fn case(typed: &BTreeMap<String, String>) -> Result<(Clock, domain::limit::Limit), AppError> {
    let text = |name: &str| typed.get(name).map(String::as_str);
    let mut flaws = Flaws::default();
    let on = flaws.required_date("on", text("on"));
    let unit = match text("unit") {
        Some("working_day") => Some(Unit::WorkingDay),
        Some("calendar_day") => Some(Unit::CalendarDay),
        _ => flaws.note(FieldFlaw::of("unit", "validation.choice")),
    };
    let days = text("days").unwrap_or_default().trim().parse::<u16>();
    let limit = unit.and_then(|unit| days.ok().and_then(|days| unit.limit(days).ok()));
    if limit.is_none() && unit.is_some() {
        let _noted: Option<()> = flaws.note(FieldFlaw::of("days", "validation.days"));
    }
    let clock = on.map(Clock::started);
    flaws.finish(clock.zip(limit))
}
