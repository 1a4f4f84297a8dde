//! The list of projects over the API.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::{access::Actor, id::ProjectId, lamp::Lamp, template::Phase};
use persistence::project::{ProjectFilter, ProjectHeader, ProjectOrder, ProjectPlace};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ReadProject},
    export::{self, FileForm, Form},
    list::{self, Page, PageMark, Shown, Side},
    problem::{ApiError, Problem},
    respond::Dated,
};
use crate::{
    app::App,
    error::AppError,
    usecase::look::{self, Extent},
    view::{
        project::{PhaseView, ProjectView, StandingView},
        setting::Viewer,
    },
};

/// Which projects. All that is said must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `open` or `closed`; both if absent.
    pub state: Option<String>,
    /// The lamp that they show today: the gravest of what is not finished.
    pub lamp: Option<String>,
    /// `unt_...`: has a stage in it.
    pub unit: Option<String>,
    /// The phase of an open stage.
    pub phase: Option<String>,
    /// The company that invests, as it is written.
    pub investor: Option<String>,
    /// `YYYY-MM-DD`: a running stage is due before that day.
    pub due_before: Option<String>,
    /// Part of the number or the name.
    pub q: Option<String>,
    /// `updated_at`, `admitted_on` or `code`, with `-` for the greatest first; `-updated_at` if absent.
    pub sort: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a row, with commas; all if absent.
    pub fields: Option<String>,
    /// `turn` adds whose turn it is and how each project stands, `stages` adds its stages as well.
    pub expand: Option<String>,
    /// `json` for a page; `csv`, `xlsx` or `ndjson` for all rows as a file, 10,000 at most.
    pub format: Option<String>,
}

/// One project in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectRow {
    /// Key.
    pub id: String,
    /// The zone's number.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The company that invests.
    pub investor: String,
    /// The day it entered the green channel.
    pub admitted_on: String,
    /// The day its last stage was finished.
    pub closed_on: Option<String>,
    /// How many stages it has.
    pub stage_count: i32,
    /// How many of them are finished.
    pub done_count: i32,
    /// Counts up with every decision.
    pub version: i64,
    /// When it was last decided upon.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: OffsetDateTime,
}

/// One project in a list, with what `expand` asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpandedProjectRow {
    /// The project.
    #[serde(flatten)]
    pub row: ProjectRow,
    /// How it stands; with `expand=turn` and with `expand=stages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = StandingView, required = false)]
    pub standing: Option<StandingView>,
    /// Its stages, by phase; with `expand=stages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<PhaseView>, required = false)]
    pub phases: Option<Vec<PhaseView>>,
}

/// What is added to each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expansion {
    Turn,
    Stages,
}

impl Expansion {
    const ALL: [Self; 2] = [Self::Turn, Self::Stages];

    fn code(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Stages => "stages",
        }
    }

    fn add(self, row: ProjectRow, view: ProjectView) -> ExpandedProjectRow {
        ExpandedProjectRow {
            row,
            standing: Some(StandingView::of(&view)),
            phases: (self == Self::Stages).then_some(view.phases),
        }
    }
}

/// A page of projects.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectPage {
    /// The rows.
    pub data: Vec<ExpandedProjectRow>,
    /// Where the next page begins.
    pub page: PageMark,
}

/// Lists the projects that the caller may see, last decided first.
#[utoipa::path(tag = "projects", operation_id = "listProjects", params(ListQuery),
    responses((status = 200, content((Dated<ProjectPage> = "application/json"), (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), (status = 401, body = Problem), (status = 406, body = Problem)))]
#[get("/projects")]
pub(crate) async fn list_projects(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = list::ListQuery::read(&request, "projects", &OWN)?;
    let mut filter = filter(&query, look::today(&app).await?)?;
    let expansion = query.choice("expand", &Expansion::ALL, |one: Expansion| one.code())?;
    if let Form::File(form) = export::form(&request, &query)? {
        return Ok(whole_list(&app, &allowed.actor, filter, form).await?);
    }
    let place = query.place(&app.keys, |text| place(filter.order, text))?;
    let (side, place) = place.map_or((None, None), |(side, place)| (Some(side), Some(place)));
    filter.after = place;
    // A page before a row is read from there backwards.
    filter.is_ascending ^= side == Some(Side::Before);
    let (order, limit) = (filter.order, query.limit()?);
    let extent = Extent {
        limit: limit + 1,
        is_counted: query.wants_count()?,
    };
    let found = look::project_rows(&app, &allowed.actor, filter, extent).await?;
    let Page { rows, mut mark } = query.page(&app.keys, (side, limit), found.rows, |row| {
        place_of(order, row)
    });
    mark.total = found.total;
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    let rows = expanded(&app, allowed.actor, rows, expansion).await?;
    Ok(list::answer(&request, Page { rows, mark }, &shown)?)
}

/// The rows with what is asked for besides. One that nobody may see any more since it was found is left out.
async fn expanded(
    app: &App,
    actor: Actor,
    headers: Vec<ProjectHeader>,
    expansion: Option<Expansion>,
) -> Result<Vec<ExpandedProjectRow>, AppError> {
    let Some(expansion) = expansion else {
        let plain = |header| ExpandedProjectRow {
            row: row(header),
            standing: None,
            phases: None,
        };
        return Ok(headers.into_iter().map(plain).collect());
    };
    let ids: Vec<ProjectId> = headers.iter().map(|header| header.id).collect();
    let mut views = look::projects(app, &ids, &Viewer::Person(actor)).await?;
    let rows = headers.into_iter().filter_map(|header| {
        let view = views.remove(&header.id)?;
        Some(expansion.add(row(header), view))
    });
    Ok(rows.collect())
}

/// What this list takes beside what all lists take.
const OWN: [&str; 10] = [
    "state",
    "lamp",
    "unit",
    "phase",
    "investor",
    "due_before",
    "q",
    "sort",
    "expand",
    "format",
];
/// The orders of this list.
const ORDERS: [(&str, ProjectOrder, bool); 6] = [
    ("-updated_at", ProjectOrder::Updated, false),
    ("updated_at", ProjectOrder::Updated, true),
    ("-admitted_on", ProjectOrder::Admitted, false),
    ("admitted_on", ProjectOrder::Admitted, true),
    ("-code", ProjectOrder::Code, false),
    ("code", ProjectOrder::Code, true),
];

fn filter(query: &list::ListQuery, today: Date) -> Result<ProjectFilter, AppError> {
    let order = query.choice("sort", &ORDERS, |(name, ..)| name)?;
    let (_, order, is_ascending) = order.unwrap_or(("", ProjectOrder::Updated, false));
    let lamp = query.choice("lamp", &Lamp::ALL, Lamp::code)?;
    Ok(ProjectFilter {
        is_open: query.parsed("state", "open, closed", |text| match text {
            "open" => Some(true),
            "closed" => Some(false),
            _ => None,
        })?,
        lamp: lamp.map(|lamp| (lamp, today)),
        unit: query.key("unit", "unt")?,
        phase: query.choice("phase", &Phase::ALL, Phase::code)?,
        investor: query.text("investor").map(str::to_owned),
        due_before: query.day("due_before")?,
        text: query.text("q").map(str::to_owned),
        order,
        is_ascending,
        ..ProjectFilter::default()
    })
}

/// Microseconds since 1970: what the databases keep of an instant.
fn micros(at: OffsetDateTime) -> i128 {
    at.unix_timestamp_nanos().div_euclid(1_000)
}

fn place_of(order: ProjectOrder, row: &ProjectHeader) -> String {
    match order {
        ProjectOrder::Updated => format!("{}.{}", micros(row.updated_at), row.id),
        ProjectOrder::Admitted => format!("{}.{}", row.admitted_on, row.id),
        ProjectOrder::Code => row.code.clone(),
    }
}

fn place(order: ProjectOrder, text: &str) -> Option<ProjectPlace> {
    match order {
        ProjectOrder::Updated => {
            let (micros, id) = text.split_once('.')?;
            let nanos = micros.parse::<i128>().ok()?.checked_mul(1_000)?;
            let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
            Some(ProjectPlace::Updated(at, id.parse().ok()?))
        }
        ProjectOrder::Admitted => {
            let (on, id) = text.split_once('.')?;
            let on = Date::parse(on, &Iso8601::DATE).ok()?;
            Some(ProjectPlace::Admitted(on, id.parse().ok()?))
        }
        ProjectOrder::Code => Some(ProjectPlace::Code(text.to_owned())),
    }
}

/// All rows that the filter wants, as a file.
async fn whole_list(
    app: &App,
    actor: &Actor,
    mut filter: ProjectFilter,
    form: FileForm,
) -> Result<HttpResponse, AppError> {
    let extent = Extent {
        limit: export::ROWS_READ,
        is_counted: false,
    };
    let mut rows: Vec<ProjectRow> = Vec::new();
    loop {
        let found = look::project_rows(app, actor, filter.clone(), extent).await?;
        let last = found.rows.last();
        filter.after = last.and_then(|last| place(filter.order, &place_of(filter.order, last)));
        rows.extend(found.rows.into_iter().map(row));
        if filter.after.is_none() || rows.len() > export::ROWS_MAX {
            return export::file(form, &rows, look::today(app).await?);
        }
    }
}

fn row(header: ProjectHeader) -> ProjectRow {
    ProjectRow {
        id: header.id.to_string(),
        code: header.code,
        name: header.name,
        investor: header.investor,
        admitted_on: header.admitted_on.to_string(),
        closed_on: header.closed_on.map(|day| day.to_string()),
        stage_count: header.stage_count,
        done_count: header.done_count,
        version: header.version,
        updated_at: header.updated_at,
    }
}
