//! The security record over the API.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::security::{Outcome, SecurityAct};
use persistence::security::SecurityFilter;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ReadAudit},
    list::{self, ListParams, ListQuery, PageMark, Shown, Side},
    problem::{ApiError, Problem},
    respond::Dated,
    witness,
};
use crate::{
    app::App,
    error::AppError,
    usecase::{audit, look},
    view::audit::{AuditLineView, ChainView},
};

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
            before: None,
            after: None,
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
#[utoipa::path(tag = "audit", operation_id = "listSecurityEvents", path = "/audit", params(AuditQuery, ListParams),
    responses((status = 200, body = Dated<AuditPage>), (status = 403, body = Problem)))]
#[get("/audit")]
pub(crate) async fn list_security_events(
    app: web::Data<App>,
    allowed: Allowed<ReadAudit>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let own = ["act", "outcome", "actor", "object", "from", "until"];
    let query = ListQuery::read(&request, "security_events", &own)?;
    let said = |name: &str| query.text(name).map(ToOwned::to_owned);
    let wanted = AuditQuery {
        act: said("act"),
        outcome: said("outcome"),
        actor: said("actor"),
        object: said("object"),
        from: said("from"),
        until: said("until"),
    };
    let surroundings = look::surroundings(&app).await?;
    let time = &surroundings.zone.office.time;
    let mut filter = wanted.filter(|day| time.at_time(day, time::Time::MIDNIGHT))?;
    let place = query.place(&app.keys, |text| text.parse().ok())?;
    match place {
        Some((Side::Behind, seq)) => filter.before = Some(seq),
        Some((Side::Before, seq)) => filter.after = Some(seq),
        None => {}
    }
    let (side, limit) = (place.map(|(side, _)| side), query.limit()?);
    let (rows, chain) = audit::rows(&app, &allowed.actor, &filter, limit + 1).await?;
    let viewed = (SecurityAct::AuditViewed, Some(allowed.actor.person));
    witness::tell(&app, &request, viewed);
    let mut page = query.page(&app.keys, (side, limit), rows, |row| row.seq.to_string());
    if query.wants_count()? {
        page.mark.total = Some(audit::count(&app, &allowed.actor, &filter).await?);
    }
    let chain = serde_json::to_string(&chain).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    let (query, as_of) = (&query, app.now());
    let shown = Shown { query, as_of };
    let beside = format!(",\"chain\":{chain}");
    Ok(list::answer_beside(&request, page, &shown, &beside)?)
}
