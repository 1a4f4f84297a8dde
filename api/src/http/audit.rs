//! The security record over the API.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::security::{Outcome, SecurityAct};
use persistence::security::SecurityFilter;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ReadAudit},
    list::PageMark,
    problem::{ApiError, Problem},
    respond::{self, Dated},
    witness,
};
use crate::{
    app::App,
    error::AppError,
    usecase::{audit, look},
    view::audit::{AuditLineView, ChainView},
};

/// Lines of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// Which lines.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The code of an act, for example `access.denied`.
    pub act: Option<String>,
    /// `done` or `refused`.
    pub outcome: Option<String>,
    /// Who, `per_...`.
    pub actor: Option<String>,
    /// To what or whom, as a printed identifier.
    pub object: Option<String>,
    /// The first day, in the zone.
    pub from: Option<String>,
    /// The last day, in the zone.
    pub until: Option<String>,
    /// Lines of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

impl AuditQuery {
    /// The filter, or the first parameter that cannot be one. `midnight` gives the first instant of a day.
    pub fn filter(
        &self,
        midnight: impl Fn(Date) -> OffsetDateTime,
    ) -> Result<SecurityFilter, AppError> {
        let day = |name: &str, text: Option<&str>| {
            said(text)
                .map(|text| Date::parse(text, &Iso8601::DATE))
                .transpose()
                .map_err(|error| malformed(format!("{name}: {error}")))
        };
        let until = day("until", self.until.as_deref())?.and_then(Date::next_day);
        Ok(SecurityFilter {
            act: parsed("act", self.act.as_deref(), SecurityAct::of_code)?,
            outcome: parsed("outcome", self.outcome.as_deref(), Outcome::of_code)?,
            actor: parsed("actor", self.actor.as_deref(), |text| text.parse().ok())?,
            object: said(self.object.as_deref()).map(ToOwned::to_owned),
            from: day("from", self.from.as_deref())?.map(&midnight),
            until: until.map(&midnight),
            before: parsed("cursor", self.cursor.as_deref(), |text| text.parse().ok())?,
        })
    }
}

/// A field of a form that was left empty says nothing.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parsed<T>(
    name: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, AppError> {
    match said(text) {
        None => Ok(None),
        Some(text) => match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(malformed(format!("{name}: not one that there is"))),
        },
    }
}

fn malformed(detail: String) -> AppError {
    AppError::Malformed { detail }
}

/// A page of the security record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The newest first.
    pub data: Vec<AuditLineView>,
    /// Where the next page begins.
    pub page: PageMark,
    /// How the chain of the record stands.
    pub chain: ChainView,
}

/// The lines of the security record that the filter wants, the newest first, and how its chain stands.
#[utoipa::path(tag = "audit", operation_id = "listSecurityEvents", path = "/audit", params(AuditQuery),
    responses((status = 200, body = Dated<AuditPage>), (status = 403, body = Problem)))]
#[get("/audit")]
pub(crate) async fn list_security_events(
    app: web::Data<App>,
    allowed: Allowed<ReadAudit>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<AuditQuery>::from_query(request.query_string())
        .map_err(|error| malformed(error.to_string()))?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(malformed(format!("limit: 1 to {LIMIT_MAX}")).into());
    }
    let surroundings = look::surroundings(&app).await?;
    let time = &surroundings.zone.office.time;
    let filter = query.filter(|day| time.at_time(day, time::Time::MIDNIGHT))?;
    let seen = audit::page(&app, &allowed.actor, &filter, limit)
        .await?
        .view;
    let viewed = (SecurityAct::AuditViewed, Some(allowed.actor.person));
    witness::tell(&app, &request, viewed);
    let page = PageMark {
        prev: None,
        total: None,
        has_more: seen.next.is_some(),
        next: seen.next.map(|seq| seq.to_string()),
    };
    Ok(respond::ok(&Dated {
        body: AuditPage {
            data: seen.lines,
            page,
            chain: seen.chain,
        },
        as_of: app.now(),
    })?)
}
