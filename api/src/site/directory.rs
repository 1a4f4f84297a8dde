//! People and units, for administrators.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{
    access::{Actor, Permission, Role},
    id::{PersonId, UnitId},
};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::{ChangePersonBody, ChangeUnitBody, DeputyBody, PersonBody, UnitBody},
    usecase::{
        deputy, look,
        person::{self, PeopleFilter},
        unit,
    },
    web::{
        directory::{
            PeopleList, PersonSurroundings, RefusedEntry, people_page, person_page, units_page,
        },
        form::Form,
        frame::Done,
    },
};

/// People on one page.
const PEOPLE_SHOWN: usize = 100;
/// People that a list of choices offers. Above this an office needs a search, not a longer list.
pub(super) const CHOICES_MAX: usize = 2_000;

/// Whoever may change something about people or units.
pub(super) fn administrator(visit: &Visit) -> Result<Actor, AppError> {
    let actor = visit.allowed(Permission::ReadPeople)?;
    person::require_any_right(&actor)?;
    Ok(actor)
}

pub(super) fn status(is_refused: bool) -> StatusCode {
    if is_refused {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

fn kept(path: &str) -> HttpResponse {
    see_other(&format!("{path}?done={}", Done::DirectoryKept.code())).finish()
}

#[get("/admin/people")]
pub(super) async fn show_people(visit: Visit) -> HttpResponse {
    let answer = draw_people(&visit, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_people(visit: &Visit, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let filter = PeopleFilter {
        after: visit.asked("after").and_then(|key| key.parse().ok()),
        ..PeopleFilter::default()
    };
    let mut rows = person::list(&visit.app, &actor, filter, PEOPLE_SHOWN + 1).await?;
    let has_more = rows.len() > PEOPLE_SHOWN;
    rows.truncate(PEOPLE_SHOWN);
    let people = PeopleList {
        next: rows.last().filter(|_| has_more).map(|row| row.id.clone()),
        is_later: filter.after.is_some(),
        rows,
    };
    let units = unit::list(&visit.app, &actor).await?;
    let can_add = actor.may(Permission::ManagePeople);
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(form.is_refused()), &surroundings, |frame| {
            people_page(frame, &people, &units, (form, can_add))
        })
        .await
}

#[post("/admin/people")]
pub(super) async fn send_person(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = do_add(&visit, posted).await;
    visit.answer(answer).await
}

async fn do_add(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = PersonBody {
        login: sent.get("login"),
        name: sent.get("name"),
        email: sent.get("email"),
        phone: sent.get("phone"),
        language: sent.get("language"),
        unit: sent.get("unit"),
    };
    let tried = match body.parse() {
        Ok(new) => person::add(&visit.app, &actor, new).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(id) => Ok(kept(&format!("/admin/people/{id}"))),
        Err(error) => {
            let form = refused(sent.typed(), error)?;
            draw_people(visit, &form).await
        }
    }
}

#[get("/admin/people/{person}")]
pub(super) async fn show_person(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_person(&visit, &path, None).await;
    visit.answer(answer).await
}

async fn draw_person(
    visit: &Visit,
    path: &str,
    refused: Option<RefusedEntry>,
) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let id: PersonId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let (entry, _) = person::look(&visit.app, &actor, id).await?;
    let everybody = PeopleFilter::default();
    let colleagues = person::list(&visit.app, &actor, everybody, CHOICES_MAX).await?;
    let units = unit::list(&visit.app, &actor).await?;
    let around = PersonSurroundings {
        units: &units,
        colleagues: &colleagues,
        manages_people: actor.may(Permission::ManagePeople),
        manages_roles: actor.may(Permission::ManageRoles),
        is_own: actor.person == id,
    };
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(refused.is_some()), &surroundings, |frame| {
            person_page(frame, &entry, &around, refused.as_ref())
        })
        .await
}

#[post("/admin/people/{person}/{act}")]
pub(super) async fn send_act(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (person, act) = path.into_inner();
    let answer = do_act(&visit, (&person, act), posted).await;
    visit.answer(answer).await
}

async fn do_act(
    visit: &Visit,
    (path, act): (&str, String),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let id: PersonId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let target = (id, sent.version()?);
    let tried = if act == "deputy" {
        let deputy = sent.get("deputy");
        match (DeputyBody { deputy }).parse() {
            Ok(named) => deputy::name_deputy(&visit.app, actor, target, named).await,
            Err(error) => Err(error),
        }
    } else {
        match change_of(&act, &sent)?.parse() {
            Ok(wish) => person::change(&visit.app, &actor, target, wish).await,
            Err(error) => Err(error),
        }
    };
    match tried {
        Ok(()) => Ok(kept(&format!("/admin/people/{id}"))),
        Err(error) => {
            let form = refused(sent.typed(), error)?;
            draw_person(visit, path, Some(RefusedEntry { act, form })).await
        }
    }
}

/// What an act upon a person asks for. A field that is left empty takes its value away.
fn change_of(act: &str, sent: &Sent) -> Result<ChangePersonBody, AppError> {
    let nothing = ChangePersonBody::default();
    Ok(match act {
        "change" => ChangePersonBody {
            name: Some(sent.text("name").to_owned()),
            email: Some(sent.get("email")),
            phone: Some(sent.get("phone")),
            unit: Some(sent.get("unit")),
            language: sent.get("language"),
            ..nothing
        },
        "roles" => {
            let taken = |role: &Role| sent.yes(&format!("role_{}", role.code())) == Some(true);
            let roles = Role::ALL.into_iter().filter(taken);
            ChangePersonBody {
                roles: Some(roles.map(|role| role.code().to_owned()).collect()),
                ..nothing
            }
        }
        "close" => ChangePersonBody {
            is_active: Some(false),
            hand_over_to: sent.get("hand_over_to"),
            ..nothing
        },
        "open" => ChangePersonBody {
            is_active: Some(true),
            ..nothing
        },
        _ => return Err(AppError::Absent),
    })
}

#[get("/admin/units")]
pub(super) async fn show_units(visit: Visit) -> HttpResponse {
    let answer = draw_units(&visit, None).await;
    visit.answer(answer).await
}

async fn draw_units(
    visit: &Visit,
    refused: Option<RefusedEntry>,
) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let units = unit::list(&visit.app, &actor).await?;
    let can_change = actor.may(Permission::ManagePeople);
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(refused.is_some()), &surroundings, |frame| {
            units_page(frame, &units, refused.as_ref(), can_change)
        })
        .await
}

#[post("/admin/units")]
pub(super) async fn send_unit(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = do_add_unit(&visit, posted).await;
    visit.answer(answer).await
}

async fn do_add_unit(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = UnitBody {
        code: sent.get("code"),
        kind: sent.get("kind"),
        name_zh: sent.get("name_zh"),
        name_en: sent.get("name_en"),
    };
    let tried = match body.parse() {
        Ok(new) => unit::add(&visit.app, &actor, new).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(_) => Ok(kept("/admin/units")),
        Err(error) => {
            let (act, form) = (String::new(), refused(sent.typed(), error)?);
            draw_units(visit, Some(RefusedEntry { act, form })).await
        }
    }
}

#[post("/admin/units/{unit}")]
pub(super) async fn send_change(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = do_change_unit(&visit, path.into_inner(), posted).await;
    visit.answer(answer).await
}

async fn do_change_unit(
    visit: &Visit,
    path: String,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = administrator(visit)?;
    let id: UnitId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = ChangeUnitBody {
        kind: sent.get("kind"),
        name_zh: Some(sent.text("name_zh").to_owned()),
        name_en: Some(sent.text("name_en").to_owned()),
        is_active: sent.yes("is_active"),
    };
    let target = (id, sent.version()?);
    let tried = match body.parse() {
        Ok(wish) => unit::change(&visit.app, &actor, target, wish).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(()) => Ok(kept("/admin/units")),
        Err(error) => {
            let (act, form) = (path, refused(sent.typed(), error)?);
            draw_units(visit, Some(RefusedEntry { act, form })).await
        }
    }
}
