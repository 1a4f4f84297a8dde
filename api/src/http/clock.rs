//! Clocks over the API: why a date is what it is, whose the days were, and questions without a project.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    access::{Allowed, ReadProject},
    body,
    list::known,
    problem::{ApiError, Problem},
    respond::{self, Dated},
    stage::stage_id,
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        clock::{Question, answer},
        look::{self, Thing},
        project::ProjectName,
    },
    view::{explanation::ExplanationView, ledger::LedgerView, schema, setting::Viewer},
};

/// Questions of one request; a body holds no more.
const QUESTIONS_MAX: usize = 2_000;

/// Why a date is what it is; empty where there is none.
#[derive(Serialize, ToSchema)]
struct ClockExplanation {
    data: Option<ExplanationView>,
}

/// Whose the days of a stage were; empty while it waits.
#[derive(Serialize, ToSchema)]
struct StageLedger {
    data: Option<LedgerView>,
}

/// Whose the days of a project were.
#[derive(Serialize, ToSchema)]
struct ProjectLedger {
    data: LedgerView,
}

/// Answers about deadlines, in the order of the questions.
#[derive(Serialize, ToSchema)]
struct ClockAnswers {
    #[schema(value_type = Vec<schema::question::ClockAnswer>)]
    data: Vec<Value>,
}

/// Why a stage is due when it is: every day from acceptance, counted or not, and why. `data` is null before
/// acceptance, without a limit, and when the calendar has no answer.
#[utoipa::path(tag = "clock", operation_id = "explainClock",
    params(("stage" = String, Path, description = "`stg_...`")),
    responses((status = 200, body = Dated<ClockExplanation>), (status = 404, body = Problem)))]
#[get("/stages/{stage}/clock/explanation")]
pub(crate) async fn explain_clock(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = stage_id(&path)?;
    let viewer = Viewer::Person(allowed.actor);
    if let Some(known) = known(&app, &request, Thing::Stage(id), &viewer).await? {
        return Ok(known);
    }
    let seen = look::explanation(&app, id, &viewer).await?;
    let edition = seen.edition();
    let body = ClockExplanation { data: seen.view };
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body, as_of })?)
}

/// Whose the days of a stage were, since it was ready. `data` is null while it waits for others.
#[utoipa::path(tag = "clock", operation_id = "getStageLedger",
    params(("stage" = String, Path, description = "`stg_...`")),
    responses((status = 200, body = Dated<StageLedger>), (status = 404, body = Problem)))]
#[get("/stages/{stage}/ledger")]
pub(crate) async fn get_stage_ledger(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = stage_id(&path)?;
    let viewer = Viewer::Person(allowed.actor);
    if let Some(known) = known(&app, &request, Thing::Stage(id), &viewer).await? {
        return Ok(known);
    }
    let seen = look::stage_ledger(&app, id, &viewer).await?;
    let edition = seen.edition();
    let body = StageLedger { data: seen.view };
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body, as_of })?)
}

/// Whose the days of a project were, since its admission.
#[utoipa::path(tag = "clock", operation_id = "getProjectLedger",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`")),
    responses((status = 200, body = Dated<ProjectLedger>), (status = 404, body = Problem)))]
#[get("/projects/{project}/ledger")]
pub(crate) async fn get_project_ledger(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let viewer = Viewer::Person(allowed.actor);
    let thing = Thing::Project(name.clone());
    if let Some(known) = known(&app, &request, thing, &viewer).await? {
        return Ok(known);
    }
    let seen = look::project_ledger(&app, &name, &viewer, None).await?;
    let edition = seen.edition();
    let body = ProjectLedger { data: seen.view };
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body, as_of })?)
}

/// Questions about working days and deadlines.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClockQuestions {
    #[schema(value_type = Vec<schema::question::ClockQuestion>, max_items = 2000)]
    data: Vec<Question>,
}

/// Answers questions about deadlines under the zone's calendar, as `clock evaluate` does. No project is
/// needed, and nobody need sign in.
#[utoipa::path(tag = "clock", operation_id = "evaluateClock", request_body = ClockQuestions, security(()),
    responses((status = 200, body = Dated<ClockAnswers>), (status = 400, body = Problem)))]
#[post("/clock/evaluations")]
pub(crate) async fn evaluate_clock(
    app: web::Data<App>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let questions: ClockQuestions = body::read(&bytes)?;
    if questions.data.len() > QUESTIONS_MAX {
        let detail = format!("data: at most {QUESTIONS_MAX} questions");
        return Err(AppError::Malformed { detail }.into());
    }
    let surroundings = look::surroundings(&app).await?;
    let calendar = &surroundings.zone.office.calendar;
    let answers = questions.data.into_iter().zip(1_u32..);
    let answers = answers.map(|(question, number)| {
        answer(question, calendar).map_err(|fault| AppError::Malformed {
            detail: format!("data, question {number}: {fault}"),
        })
    });
    let data = answers.collect::<Result<Vec<_>, _>>()?;
    Ok(respond::ok(&Dated {
        body: ClockAnswers { data },
        as_of: app.now(),
    })?)
}
