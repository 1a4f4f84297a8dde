//! Looking at stages: lists across projects, and one of them.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::{access::Actor, id::StageId, lamp::Lamp, stage::StageState, template::Phase};
use persistence::stage::{StageFilter, StagePlace};
use serde::{Deserialize, Serialize};
use time::{Date, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ReadProject},
    export::{self, FileForm, Form},
    list::{self, ListQuery, Page, PageMark, Shown, Side, known},
    problem::{ApiError, Problem},
    respond::Dated,
    stage::{show, stage_id},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        look::{self, Extent, Thing},
        project::ProjectName,
    },
    view::{row::StageRow, setting::Viewer, workbench::WorkbenchView},
};

/// Which stages. All that is said must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StageQuery {
    /// `prj_...` or `GC-2026-0042`.
    pub project: Option<String>,
    /// `unt_...`: the responsible unit.
    pub unit: Option<String>,
    /// `per_...`: the responsible officer.
    pub officer: Option<String>,
    /// The lamp that they show today.
    pub lamp: Option<String>,
    /// The phase.
    pub phase: Option<String>,
    /// `waiting`, `ready`, `running`, `stopped` or `done`.
    pub state: Option<String>,
    /// `YYYY-MM-DD`: due before that day.
    pub due_before: Option<String>,
    /// `due_on` or `-due_on`; the former if absent. Stages without a date count as the last.
    pub sort: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a row, with commas; all if absent.
    pub fields: Option<String>,
    /// `json` for a page; `csv`, `xlsx` or `ndjson` for all rows as a file, 10,000 at most.
    pub format: Option<String>,
}

/// A page of stages.
#[derive(Debug, Serialize, ToSchema)]
pub struct StagePage {
    /// The rows.
    pub data: Vec<StageRow>,
    /// Where the pages beside it begin.
    pub page: PageMark,
}

/// What this list takes beside what all lists take.
const OWN: [&str; 9] = [
    "project",
    "unit",
    "officer",
    "lamp",
    "phase",
    "state",
    "due_before",
    "sort",
    "format",
];
/// How far a stage may be.
const STATES: [StageState; 5] = [
    StageState::Waiting,
    StageState::Ready,
    StageState::Running,
    StageState::Stopped,
    StageState::Done,
];
/// The orders of this list: the name, and whether the last due comes first.
const ORDERS: [(&str, bool); 2] = [("due_on", false), ("-due_on", true)];

/// Lists the stages of the projects that the caller may see, the first due first.
#[utoipa::path(tag = "stages", operation_id = "listStages", params(StageQuery),
    responses((status = 200, content((Dated<StagePage> = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 403, body = Problem), (status = 406, body = Problem)))]
#[get("/stages")]
pub(crate) async fn list_stages(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "stages", &OWN)?;
    let (mut filter, project) = filter(&query, look::today(&app).await?)?;
    if let Form::File(form) = export::form(&request, &query)? {
        return Ok(whole_list(&app, &allowed.actor, (filter, project), form).await?);
    }
    let place = query.place(&app.keys, place)?;
    let side = place.map(|(side, _)| side);
    filter.after = place.map(|(_, place)| place);
    // A page before a row is read from there backwards.
    filter.is_descending ^= side == Some(Side::Before);
    let limit = query.limit()?;
    let extent = Extent {
        limit: limit + 1,
        is_counted: query.wants_count()?,
    };
    let found = look::stage_rows(&app, &allowed.actor, (filter, project), extent).await?;
    let Page { rows, mut mark } = query.page(&app.keys, (side, limit), found.rows, |(at, _)| {
        place_of(*at)
    });
    mark.total = found.total;
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    Ok(list::answer(
        &request,
        Page::<StageRow> { rows, mark },
        &shown,
    )?)
}

fn filter(query: &ListQuery, today: Date) -> Result<(StageFilter, Option<ProjectName>), AppError> {
    let order = query.choice("sort", &ORDERS, |(name, _)| name)?;
    let lamp = query.choice("lamp", &Lamp::ALL, Lamp::code)?;
    let project = query.parsed("project", "prj_..., GC-2026-0042", |text| text.parse().ok())?;
    let filter = StageFilter {
        unit: query.key("unit", "unt")?,
        officer: query.key("officer", "per")?,
        lamp: lamp.map(|lamp| (lamp, today)),
        phase: query.choice("phase", &Phase::ALL, Phase::code)?,
        state: query.choice("state", &STATES, StageState::code)?,
        due_before: query.day("due_before")?,
        is_descending: order.is_some_and(|(_, is_descending)| is_descending),
        ..StageFilter::default()
    };
    Ok((filter, project))
}

fn place_of((on, id): StagePlace) -> String {
    format!("{on}.{id}")
}

fn place(text: &str) -> Option<StagePlace> {
    let (on, id) = text.split_once('.')?;
    let on = Date::parse(on, &Iso8601::DATE).ok()?;
    Some((on, id.parse::<StageId>().ok()?))
}

/// A stage with its clock, its history and what may be done with it.
#[utoipa::path(tag = "stages", operation_id = "getStage",
    params(("stage" = String, Path, description = "`stg_...`")),
    responses((status = 200, body = Dated<WorkbenchView>), (status = 404, body = Problem)))]
#[get("/stages/{stage}")]
pub(crate) async fn get_stage(
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
    let seen = look::stage(&app, id, &viewer).await?;
    Ok(show(&app, &seen)?)
}

/// All rows that the filter wants, as a file.
async fn whole_list(
    app: &App,
    actor: &Actor,
    (mut filter, project): (StageFilter, Option<ProjectName>),
    form: FileForm,
) -> Result<HttpResponse, AppError> {
    let extent = Extent {
        limit: export::ROWS_READ,
        is_counted: false,
    };
    let mut rows: Vec<StageRow> = Vec::new();
    loop {
        let asked = (filter.clone(), project.clone());
        let found = look::stage_rows(app, actor, asked, extent).await?;
        filter.after = found.rows.last().map(|(place, _)| *place);
        rows.extend(found.rows.into_iter().map(|(_, row)| row));
        if filter.after.is_none() || rows.len() > export::ROWS_MAX {
            return export::file(form, &rows, look::today(app).await?);
        }
    }
}
