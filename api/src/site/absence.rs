//! One's own absences, and who stands in.

use actix_web::{HttpResponse, get, post, web};
use domain::access::Permission;

use super::{
    directory::{CHOICES_MAX, status},
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::{AbsenceBody, DeputyBody},
    usecase::{
        deputy, look,
        person::{self, PeopleFilter},
    },
    web::{absence::absence_page, form::Form, frame::Done},
};

#[get("/desk/absence")]
pub(super) async fn show_absence(visit: Visit) -> HttpResponse {
    let answer = draw(&visit, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReportAbsence)?;
    let (entry, _) = person::look(&visit.app, &actor, actor.person).await?;
    let filter = PeopleFilter {
        is_active: Some(true),
        ..PeopleFilter::default()
    };
    let colleagues = person::list(&visit.app, &actor, filter, CHOICES_MAX).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    let people = &surroundings.directory.people;
    let absent = actor.stands_in_for.iter().filter_map(|id| people.get(id));
    let standing_in: Vec<String> = absent.map(|person| person.name.clone()).collect();
    visit
        .page_with(status(form.is_refused()), &surroundings, |frame| {
            absence_page(frame, &entry, (&colleagues, &standing_in), form)
        })
        .await
}

fn done(done: Done) -> HttpResponse {
    see_other(&format!("/desk/absence?done={}", done.code())).finish()
}

#[post("/desk/absence")]
pub(super) async fn send_absence(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = do_report(&visit, posted).await;
    visit.answer(answer).await
}

async fn do_report(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReportAbsence)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let body = AbsenceBody {
        from_on: sent.get("from_on"),
        until_on: sent.get("until_on"),
        reason: sent.get("reason"),
        substitute: sent.get("substitute"),
    };
    let person = actor.person;
    let tried = match body.parse() {
        Ok(new) => deputy::report(&visit.app, actor, person, new).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(_) => Ok(done(Done::AbsenceKept)),
        Err(error) => draw(visit, &refused(sent.typed(), error)?).await,
    }
}

/// `{absence}/end`, or `deputy/name`.
#[post("/desk/absence/{absence}/{act}")]
pub(super) async fn send_end(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (absence, act) = path.into_inner();
    let answer = do_end(&visit, (&absence, &act), posted).await;
    visit.answer(answer).await
}

async fn do_end(
    visit: &Visit,
    (absence, act): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::ReportAbsence)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let target = (actor.person, sent.version()?);
    let (tried, what) = match (absence, act) {
        ("deputy", "name") => {
            let deputy = sent.get("deputy");
            let tried = match (DeputyBody { deputy }).parse() {
                Ok(named) => deputy::name_deputy(&visit.app, actor, target, named).await,
                Err(error) => Err(error),
            };
            (tried, Done::AbsenceKept)
        }
        (absence, "end") => {
            let id = absence.parse().map_err(|_malformed| AppError::Absent)?;
            let tried = deputy::end(&visit.app, actor, target, id).await;
            (tried, Done::AbsenceEnded)
        }
        _ => return Err(AppError::Absent),
    };
    match tried {
        Ok(()) => Ok(done(what)),
        Err(error) => draw(visit, &refused(sent.typed(), error)?).await,
    }
}
