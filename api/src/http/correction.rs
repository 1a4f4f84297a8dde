//! Putting right what is wrong about a project, over the API.

use actix_web::{HttpRequest, HttpResponse, patch, web};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    access::{Allowed, CorrectProject},
    body::{self, ChangeProjectBody},
    problem::{ApiError, Problem},
    respond::{self, Dated},
    stage::{Done, NotDone},
};
use crate::{
    app::App,
    usecase::{
        correction::{self, Wish},
        look::{self, Depth},
        project::ProjectName,
    },
    view::{history::ChangeView, project::ProjectView, schema, setting::Viewer},
};

/// A correction that was made, and the project as it is since then.
#[derive(Serialize, ToSchema)]
struct DoneCorrection<'a> {
    /// `done`
    #[schema(inline)]
    outcome: Done,
    #[serde(flatten)]
    project: &'a ProjectView,
}

/// A correction that was not made, and what it would change.
#[derive(Serialize, ToSchema)]
struct RehearsedCorrection<'a> {
    /// `rehearsed`
    #[schema(inline)]
    outcome: NotDone,
    /// True.
    dry_run: bool,
    /// What would be another; empty where everything is as wished already.
    changes: &'a [ChangeView],
}

/// The names of both in the description.
const DONE: &str = "DatedDoneCorrection";
const REHEARSED: &str = "DatedRehearsedCorrection";

/// The answer to a correction: one of both, told apart by `outcome`.
struct CorrectionAnswer;

impl PartialSchema for CorrectionAnswer {
    fn schema() -> RefOr<Schema> {
        schema::one_of("outcome", &[("done", DONE), ("rehearsed", REHEARSED)])
    }
}

impl ToSchema for CorrectionAnswer {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let done = Dated::<DoneCorrection<'static>>::schema();
        let rehearsed = Dated::<RehearsedCorrection<'static>>::schema();
        schemas.push((DONE.to_owned(), done));
        schemas.push((REHEARSED.to_owned(), rehearsed));
        schema::add::<DoneCorrection<'static>>(schemas);
        schema::add::<RehearsedCorrection<'static>>(schemas);
    }
}

/// Puts right what is wrong about a project after its admission, and keeps what other systems know it by. Steward
/// and lead official have their own acts; code, template and day of admission stay. What is as wished already
/// changes nothing.
#[utoipa::path(tag = "projects", operation_id = "changeProject",
    request_body(content = ChangeProjectBody, content_type = "application/merge-patch+json"),
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ("If-Match" = String, Header, description = "The ETag of the project"),
        ("dry_run" = Option<bool>, Query, description = "True: nothing is done, and the answer says what would change")),
    responses((status = 200, body = CorrectionAnswer), (status = 404, body = Problem), (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 428, body = Problem)))]
#[patch("/projects/{project}")]
pub(crate) async fn change_project(
    app: web::Data<App>,
    allowed: Allowed<CorrectProject>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::MergePatch,
) -> Result<HttpResponse, ApiError> {
    let project: ProjectName = path.parse()?;
    let wish = Wish {
        project: project.clone(),
        based_on: respond::based_on(&request)?,
        correction: body::read::<ChangeProjectBody>(&bytes)?.parse()?,
    };
    let actor = allowed.actor;
    let as_of = app.now();
    if respond::is_dry_run(&request)? {
        let seen = correction::rehearse(&app, actor, wish).await?;
        let body = RehearsedCorrection {
            outcome: NotDone::Rehearsed,
            dry_run: true,
            changes: &seen.view,
        };
        return Ok(respond::edition(seen.edition(), &Dated { body, as_of })?);
    }
    let decided = correction::correct(&app, actor.clone(), wish).await?;
    if respond::wants_minimal(&request) {
        return Ok(respond::changed(decided.edition));
    }
    let viewer = Viewer::Person(actor);
    let seen = look::project(&app, &project, &viewer, Depth::Plain).await?;
    let body = DoneCorrection {
        outcome: Done::Done,
        project: &seen.view,
    };
    Ok(respond::edition(seen.edition(), &Dated { body, as_of })?)
}
