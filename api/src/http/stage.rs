//! Stages and their acts over the API.

use actix_web::{HttpRequest, HttpResponse, post, web};
use domain::{access::Actor, id::StageId};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    access::{
        AcceptStage, Allowed, AnswerStop, AskExtension, AssignStage, CompleteStage,
        DecideExtension, NoteProgress, RenewValidity, ResumeClock, ReviewStop, StopClock,
    },
    body::{
        self, AcceptBody, AnswerStopBody, AssignBody, CompleteBody, DecideExtensionBody,
        ExtensionBody, NoteBody, RenewBody, ResumeBody, ReviewStopBody, ReviseStopBody, StopBody,
    },
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        look::{self, Seen},
        stage::{self, Act},
    },
    view::{consequence::ConsequenceView, schema, setting::Viewer, workbench::WorkbenchView},
};

pub(super) fn stage_id(path: &str) -> Result<StageId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

pub(super) fn show(app: &App, seen: &Seen<WorkbenchView>) -> Result<HttpResponse, AppError> {
    respond::edition(seen.edition(), &dated(app, &seen.view))
}

fn dated<T>(app: &App, body: T) -> Dated<T> {
    let as_of = app.now();
    Dated { body, as_of }
}

/// What became of an act, for a program that must tell the two answers apart.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Done {
    Done,
}

/// What became of an act that was not done.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NotDone {
    Rehearsed,
}

/// An act that was done, and the stage as it is since then.
#[derive(Serialize, ToSchema)]
struct DoneAct<'a> {
    /// `done`
    #[schema(inline)]
    outcome: Done,
    #[serde(flatten)]
    stage: &'a WorkbenchView,
}

/// An act that was not done, and what would follow from it.
#[derive(Serialize, ToSchema)]
struct RehearsedAct<'a> {
    /// `rehearsed`
    #[schema(inline)]
    outcome: NotDone,
    /// True.
    dry_run: bool,
    #[serde(flatten)]
    consequence: &'a ConsequenceView,
}

/// The names of both in the description.
const DONE: &str = "DatedDoneAct";
const REHEARSED: &str = "DatedRehearsedAct";

/// The answer to an act: one of both, told apart by `outcome`.
struct ActAnswer;

impl PartialSchema for ActAnswer {
    fn schema() -> RefOr<Schema> {
        schema::one_of("outcome", &[("done", DONE), ("rehearsed", REHEARSED)])
    }
}

impl ToSchema for ActAnswer {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((DONE.to_owned(), Dated::<DoneAct<'static>>::schema()));
        schemas.push((
            REHEARSED.to_owned(),
            Dated::<RehearsedAct<'static>>::schema(),
        ));
        schema::add::<DoneAct<'static>>(schemas);
        schema::add::<RehearsedAct<'static>>(schemas);
    }
}

/// Does the act and answers with the stage as it is then, or with its edition alone if that is preferred.
/// With `dry_run` it does nothing and answers with what would follow.
async fn act(
    app: &App,
    actor: Actor,
    request: &HttpRequest,
    (path, what): (&str, Act),
) -> Result<HttpResponse, ApiError> {
    let id = stage_id(path)?;
    let based_on = respond::based_on(request)?;
    if respond::is_dry_run(request)? {
        let seen = stage::rehearse(app, actor, id, based_on, what).await?;
        let body = RehearsedAct {
            outcome: NotDone::Rehearsed,
            dry_run: true,
            consequence: &seen.view,
        };
        return Ok(respond::edition(seen.edition(), &dated(app, body))?);
    }
    let decided = stage::act(app, actor.clone(), id, based_on, what).await?;
    if respond::wants_minimal(request) {
        return Ok(respond::changed(decided.edition));
    }
    let seen = look::stage_after_act(app, id, &Viewer::Person(actor)).await?;
    let body = DoneAct {
        outcome: Done::Done,
        stage: &seen.view,
    };
    Ok(respond::edition(seen.edition(), &dated(app, body))?)
}

/// Accepts a stage: its clock starts. The caller becomes responsible if nobody is.
#[utoipa::path(tag = "stages", operation_id = "acceptStage", request_body = AcceptBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/acceptance")]
pub(crate) async fn accept_stage(
    app: web::Data<App>,
    allowed: Allowed<AcceptStage>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let today = look::today(&app).await?;
    let person = allowed.actor.person;
    let accept = body::read::<AcceptBody>(&bytes)?.parse(today, Some(person))?;
    act(&app, allowed.actor, &request, (&path, Act::Accept(accept))).await
}

/// Notes progress; the silence begins anew.
#[utoipa::path(tag = "stages", operation_id = "noteProgress", request_body = NoteBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/notes")]
pub(crate) async fn note_progress(
    app: web::Data<App>,
    allowed: Allowed<NoteProgress>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let note = body::read::<NoteBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, Act::Note(note))).await
}

/// Stops the clock.
#[utoipa::path(tag = "stages", operation_id = "stopClock", request_body = StopBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/stops")]
pub(crate) async fn stop_clock(
    app: web::Data<App>,
    allowed: Allowed<StopClock>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let today = look::today(&app).await?;
    let stop = body::read::<StopBody>(&bytes)?.parse(today)?;
    act(&app, allowed.actor, &request, (&path, Act::Stop(stop))).await
}

/// Lets the clock run again.
#[utoipa::path(tag = "stages", operation_id = "resumeClock", request_body = ResumeBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/resumption")]
pub(crate) async fn resume_clock(
    app: web::Data<App>,
    allowed: Allowed<ResumeClock>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let today = look::today(&app).await?;
    let resume = body::read::<ResumeBody>(&bytes)?.parse(today)?;
    act(&app, allowed.actor, &request, (&path, Act::Resume(resume))).await
}

/// The investor says yes or no to a stop in its court; silence is consent.
#[utoipa::path(tag = "stages", operation_id = "answerStop", request_body = AnswerStopBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/stop-answer")]
pub(crate) async fn answer_stop(
    app: web::Data<App>,
    allowed: Allowed<AnswerStop>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let answer = body::read::<AnswerStopBody>(&bytes)?.parse()?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::AnswerStop(answer)),
    )
    .await
}

/// Gives an open stop another expected end.
#[utoipa::path(tag = "stages", operation_id = "reviseStop", request_body = ReviseStopBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/stop-revision")]
pub(crate) async fn revise_stop(
    app: web::Data<App>,
    allowed: Allowed<StopClock>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<ReviseStopBody>(&bytes)?.parse()?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::ReviseStop(wish)),
    )
    .await
}

/// A supervisor upholds or annuls a stop that the investor objects to.
#[utoipa::path(tag = "stages", operation_id = "reviewStop", request_body = ReviewStopBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/stop-review")]
pub(crate) async fn review_stop(
    app: web::Data<App>,
    allowed: Allowed<ReviewStop>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<ReviewStopBody>(&bytes)?.parse()?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::ReviewStop(wish)),
    )
    .await
}

/// Renews what a finished stage has issued, for the stages that must still use it.
#[utoipa::path(tag = "stages", operation_id = "renewValidity", request_body = RenewBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/renewal")]
pub(crate) async fn renew_validity(
    app: web::Data<App>,
    allowed: Allowed<RenewValidity>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let today = look::today(&app).await?;
    let wish = body::read::<RenewBody>(&bytes)?.parse(today)?;
    act(&app, allowed.actor, &request, (&path, Act::Renew(wish))).await
}

/// Asks for more time; somebody else decides.
#[utoipa::path(tag = "stages", operation_id = "askExtension", request_body = ExtensionBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/extension-request")]
pub(crate) async fn ask_extension(
    app: web::Data<App>,
    allowed: Allowed<AskExtension>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<ExtensionBody>(&bytes)?.parse()?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::AskExtension(wish)),
    )
    .await
}

/// Decides upon more time that was asked for.
#[utoipa::path(tag = "stages", operation_id = "decideExtension", request_body = DecideExtensionBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/extension-decision")]
pub(crate) async fn decide_extension(
    app: web::Data<App>,
    allowed: Allowed<DecideExtension>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let verdict = body::read::<DecideExtensionBody>(&bytes)?.parse()?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::DecideExtension(verdict)),
    )
    .await
}

/// Finishes a stage and releases those that waited for it.
#[utoipa::path(tag = "stages", operation_id = "completeStage", request_body = CompleteBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/completion")]
pub(crate) async fn complete_stage(
    app: web::Data<App>,
    allowed: Allowed<CompleteStage>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let today = look::today(&app).await?;
    let complete = body::read::<CompleteBody>(&bytes)?.parse(today)?;
    act(
        &app,
        allowed.actor,
        &request,
        (&path, Act::Complete(complete)),
    )
    .await
}

/// Makes somebody of the stage's unit responsible; the person is told.
#[utoipa::path(tag = "stages", operation_id = "assignStage", request_body = AssignBody,
    params(("stage" = String, Path, description = "`stg_...`"), ("If-Match" = String, Header, description = "The ETag of the stage or project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would follow")),
    responses((status = 200, body = ActAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/stages/{stage}/assignment")]
pub(crate) async fn assign_stage(
    app: web::Data<App>,
    allowed: Allowed<AssignStage>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let officer = body::read::<AssignBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, Act::Assign(officer))).await
}
