//! The demonstration's extras: becoming somebody, the next working day, and reading the letters.

use actix_web::{HttpResponse, get, http::header, post, web};
use domain::id::{LetterId, PersonId};
use mail_parser::MessageParser;
use persistence::{
    Tx,
    outbox::{Letter, LetterState},
};

use super::{
    form::{Posted, Sent},
    visit::{Visit, see_other},
};
use crate::{
    demo,
    error::AppError,
    usecase::{account, look, session},
    view::mail::{MailListView, MailRow, MailState, MailView},
    web::{
        frame::Done,
        mail::{mail_list_page, mail_page},
    },
};

/// Letters in the list.
const LETTERS_SHOWN_MAX: i64 = 500;

fn require_demo(visit: &Visit) -> Result<&demo::Demo, AppError> {
    visit.app.demo.as_ref().ok_or(AppError::Absent)
}

#[post("/demo/persona")]
pub(super) async fn send_persona(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = become_persona(&visit, posted).await;
    visit.answer(answer).await
}

async fn become_persona(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let demo = require_demo(visit)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    if sent.get("person").is_none() {
        // The switch offers nobody too: a guest at the front page.
        return Ok(visit.leave("/"));
    }
    let person: PersonId = sent
        .text("person")
        .parse()
        .map_err(|_malformed| AppError::Absent)?;
    if !demo.personas.contains(&person) {
        return Err(AppError::Absent);
    }
    let opened = session::enter(&visit.app, person, &visit.whence()).await?;
    let actor = account::find_actor(&visit.app, person)
        .await?
        .ok_or(AppError::Absent)?;
    Ok(visit.enter(Visit::start_page(&actor), opened))
}

#[post("/demo/advance")]
pub(super) async fn send_advance(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = go_on(&visit, posted).await;
    visit.answer(answer).await
}

async fn go_on(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    require_demo(visit)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    demo::advance(&visit.app).await?;
    // A working day is longer than a session: who was signed in stays so.
    let renewed = session::renew(&visit.app, visit.session(), &visit.whence()).await?;
    let back = visit
        .request()
        .headers()
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let path = back
        .and_then(|address| address.split_once("://"))
        .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)))
        .and_then(|path| path.split('?').next())
        .filter(|path| !path.starts_with("//"))
        .unwrap_or("/");
    let to = format!("{path}?done={}", Done::Advanced.code());
    Ok(match renewed {
        Some(opened) => visit.enter(&to, opened),
        None => see_other(&to).finish(),
    })
}

#[get("/demo/mail")]
pub(super) async fn show_mail_list(visit: Visit) -> HttpResponse {
    let answer = draw_list(&visit).await;
    visit.answer(answer).await
}

async fn draw_list(visit: &Visit) -> Result<HttpResponse, AppError> {
    require_demo(visit)?;
    let zone = visit.app.zone;
    let letters = visit
        .app
        .store
        .read(async |tx: &mut Tx| tx.letters(zone, LETTERS_SHOWN_MAX).await)
        .await?;
    let surroundings = look::surroundings(&visit.app).await?;
    let rows = letters
        .iter()
        .map(|letter| row(letter, &surroundings))
        .collect();
    visit
        .page(&surroundings, |frame| {
            mail_list_page(frame, &MailListView { rows })
        })
        .await
}

fn row(letter: &Letter, surroundings: &look::Surroundings) -> MailRow {
    let person = surroundings.directory.people.get(&letter.person);
    let rendered = letter.rendered.as_ref();
    MailRow {
        id: letter.id.to_string(),
        to_name: person.map(|person| person.name.clone()).unwrap_or_default(),
        to_address: rendered
            .map(|rendered| rendered.address.clone())
            .or_else(|| person.and_then(|person| person.email.clone()))
            .unwrap_or_default(),
        subject: rendered.map(|rendered| rendered.subject.clone()),
        state: match letter.state {
            LetterState::Sent => MailState::Sent,
            LetterState::Pending if letter.attempts == 0 => MailState::Queued,
            LetterState::Pending | LetterState::Sending | LetterState::Ambiguous => {
                MailState::Deferred
            }
            LetterState::Covered => MailState::Covered,
            LetterState::Cancelled | LetterState::Dead | LetterState::Uncertain => MailState::Dead,
        },
        written_at: letter.created_at,
        sent_at: letter
            .settled_at
            .filter(|_| letter.state == LetterState::Sent),
    }
}

async fn letter(visit: &Visit, path: &str) -> Result<Letter, AppError> {
    require_demo(visit)?;
    let id: LetterId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let zone = visit.app.zone;
    Ok(visit
        .app
        .store
        .read(async |tx: &mut Tx| tx.letter(zone, id).await)
        .await?)
}

#[get("/demo/mail/{letter}")]
pub(super) async fn show_mail(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_mail(&visit, &path).await;
    visit.answer(answer).await
}

async fn draw_mail(visit: &Visit, path: &str) -> Result<HttpResponse, AppError> {
    let letter = letter(visit, path).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    let bytes = letter
        .rendered
        .as_ref()
        .map_or(&[][..], |rendered| &rendered.bytes);
    let parsed = MessageParser::default().parse(bytes);
    let headers = parsed.as_ref().map(|message| {
        message
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect()
    });
    let text = parsed.as_ref().and_then(|message| message.body_text(0));
    let view = MailView {
        row: row(&letter, &surroundings),
        headers: headers.unwrap_or_default(),
        text: text.map(std::borrow::Cow::into_owned).unwrap_or_default(),
        has_html: parsed
            .as_ref()
            .is_some_and(|message| message.html_body_count() > 0),
    };
    visit
        .page(&surroundings, |frame| mail_page(frame, &view))
        .await
}

/// Letters carry their styles with them and may do nothing else.
const LETTER_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups";

#[get("/demo/mail/{letter}/html")]
pub(super) async fn show_mail_html(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = letter(&visit, &path).await.and_then(|letter| {
        let bytes = letter
            .rendered
            .as_ref()
            .map_or(&[][..], |rendered| &rendered.bytes);
        let parsed = MessageParser::default()
            .parse(bytes)
            .ok_or(AppError::Absent)?;
        let html = parsed.body_html(0).ok_or(AppError::Absent)?.into_owned();
        Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
            .body(html))
    });
    visit.answer(answer).await
}
