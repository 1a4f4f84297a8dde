//! The pages of webhooks, and what is done there.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{
    access::{Actor, Permission},
    id::WebhookId,
};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    http::body::WebhookBody,
    usecase::{
        look,
        webhook::{self, Change},
    },
    web::{
        form::Form,
        frame::Done,
        webhook::{webhook_list_page, webhook_page},
    },
};

#[get("/webhooks")]
pub(super) async fn show_webhooks(visit: Visit) -> HttpResponse {
    let answer = draw_list(&visit, &Form::default()).await;
    visit.answer(answer).await
}

/// Where administrators look for them.
#[get("/admin/webhooks")]
pub(super) async fn show_webhooks_of_all() -> HttpResponse {
    see_other("/webhooks").finish()
}

fn status(form: &Form) -> StatusCode {
    if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

async fn draw_list(visit: &Visit, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepWebhook)?;
    let hooks = webhook::list(&visit.app, &actor).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(form), &surroundings, |frame| {
            webhook_list_page(frame, &hooks, form)
        })
        .await
}

#[get("/webhooks/{webhook}")]
pub(super) async fn show_webhook(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw(&visit, &path, None, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw(
    visit: &Visit,
    path: &str,
    secret: Option<&str>,
    form: &Form,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepWebhook)?;
    let id: WebhookId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let hook = webhook::see(&visit.app, &actor, id).await?;
    let deliveries = webhook::deliveries(&visit.app, &actor, id).await?;
    let may_approve = actor.may(Permission::ApproveWebhook);
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status(form), &surroundings, |frame| {
            webhook_page(frame, (&hook, &deliveries), secret, may_approve, form)
        })
        .await
}

#[post("/webhooks")]
pub(super) async fn send_webhook(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = ask(&visit, posted).await;
    visit.answer(answer).await
}

async fn ask(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepWebhook)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let names = sent
        .text("events")
        .split([',', '，', '、', ' ', '\n', '\r']);
    let body = WebhookBody {
        url: sent.get("url"),
        events: names
            .filter(|name| !name.trim().is_empty())
            .map(|name| name.trim().to_owned())
            .collect(),
        include: sent.get("include"),
    };
    let tried = match body.parse(visit.app.webhooks.allowed()) {
        Ok(wish) => webhook::add(&visit.app, &actor, wish).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(added) => draw(visit, &added.id, added.secret.as_deref(), &Form::default()).await,
        Err(error) => draw_list(visit, &refused(sent.typed(), error)?).await,
    }
}

#[post("/webhooks/{webhook}/{act}")]
pub(super) async fn send_act(
    visit: Visit,
    path: web::Path<(String, String)>,
    posted: Posted,
) -> HttpResponse {
    let (hook, act) = path.into_inner();
    let answer = do_act(&visit, (&hook, &act), posted).await;
    visit.answer(answer).await
}

async fn do_act(
    visit: &Visit,
    (path, act): (&str, &str),
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepWebhook)?;
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let id: WebhookId = path.parse().map_err(|_malformed| AppError::Absent)?;
    match try_act(visit, &actor, (id, act)).await {
        Ok(Then::Show(done)) => {
            let done = done.code();
            Ok(see_other(&format!("/webhooks/{id}?done={done}")).finish())
        }
        Ok(Then::Leave) => {
            let done = Done::WebhookRemoved.code();
            Ok(see_other(&format!("/webhooks?done={done}")).finish())
        }
        Ok(Then::Tell(secret)) => draw(visit, path, secret.as_deref(), &Form::default()).await,
        Err(error @ AppError::Flawed(_)) => {
            draw(visit, path, None, &refused(Form::default(), error)?).await
        }
        Err(error) => Err(error),
    }
}

/// Where to go after an act.
enum Then {
    Show(Done),
    Leave,
    Tell(Option<String>),
}

async fn try_act(
    visit: &Visit,
    actor: &Actor,
    (id, act): (WebhookId, &str),
) -> Result<Then, AppError> {
    let app = &visit.app;
    if let Some(change) = Change::of_code(act) {
        visit.allowed(change.permission())?;
        webhook::change(app, actor, id, change).await?;
        return Ok(Then::Show(Done::WebhookChanged));
    }
    match act {
        "test" => {
            webhook::test(app, actor, id).await?;
            Ok(Then::Show(Done::WebhookQueued))
        }
        "secret" => Ok(Then::Tell(webhook::rotate(app, actor, id).await?.secret)),
        "removal" => {
            webhook::remove(app, actor, id).await?;
            Ok(Then::Leave)
        }
        _ => Err(AppError::Absent),
    }
}

#[post("/deliveries/{delivery}/redelivery")]
pub(super) async fn send_again(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = again(&visit, &path, posted).await;
    visit.answer(answer).await
}

async fn again(visit: &Visit, path: &str, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::KeepWebhook)?;
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let id = path.parse().map_err(|_malformed| AppError::Absent)?;
    let queued = webhook::send_again(&visit.app, &actor, id).await?;
    let (hook, done) = (queued.webhook, Done::WebhookQueued.code());
    Ok(see_other(&format!("/webhooks/{hook}?done={done}")).finish())
}
