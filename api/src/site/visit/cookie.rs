//! Cookies: the session, the browser, a sign-in under way, language and theme.

use actix_web::{
    HttpResponse,
    cookie::{Cookie, Expiration, SameSite},
    http::{Method, header},
};
use domain::{
    session::is_recent,
    sign_in::{Attempt, Awaited},
};

use super::{Visit, see_other};
use crate::{app::App, error::AppError, usecase::session::Opened, whence::Whence};

/// A cookie for this site alone and no script.
pub(super) struct Named(&'static str, &'static str);

/// The session.
pub(super) const SESSION: Named = Named("__Host-gc", "gc");
/// The browser, as long as nobody clears it.
const DEVICE: Named = Named("__Host-gc-device", "gc-device");
/// A sign-in under way.
const TICKET: Named = Named("__Host-gc-ticket", "gc-ticket");
/// How long a browser is known, in days.
const DEVICE_DAYS: i64 = 365;

impl Named {
    /// Browsers take the `__Host-` prefix over HTTPS only.
    pub(super) fn name(&self, app: &App) -> &'static str {
        if is_https(app) { self.0 } else { self.1 }
    }

    fn holding(&self, app: &App, value: String) -> Cookie<'static> {
        Cookie::build(self.name(app), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(is_https(app))
            .finish()
    }

    fn gone(&self, app: &App) -> Cookie<'static> {
        let mut cookie = self.holding(app, String::new());
        cookie.make_removal();
        cookie
    }
}

fn is_https(app: &App) -> bool {
    app.postmark.public_url.starts_with("https://")
}

impl Visit {
    pub(super) fn remember(&self, name: &str, value: String) -> Cookie<'static> {
        let year = actix_web::cookie::time::Duration::days(365);
        Cookie::build(name.to_owned(), value)
            .path("/")
            .same_site(SameSite::Lax)
            .secure(is_https(&self.app))
            .max_age(year)
            .finish()
    }

    /// From where the visitor comes.
    pub(in crate::site) fn whence(&self) -> Whence {
        Whence::of(&self.request, DEVICE.name(&self.app))
    }

    /// Puts the cookies of a new session into an answer.
    pub(in crate::site) fn carry(
        &self,
        response: &mut actix_web::HttpResponseBuilder,
        opened: Opened,
    ) {
        let mut session = SESSION.holding(&self.app, opened.token);
        session.set_expires(Expiration::from(opened.expires_at));
        response.cookie(session);
        if let Some(token) = opened.device_token {
            let mut device = DEVICE.holding(&self.app, token);
            device.set_max_age(actix_web::cookie::time::Duration::days(DEVICE_DAYS));
            response.cookie(device);
        }
        if self.ticket().is_some() {
            response.cookie(TICKET.gone(&self.app));
        }
    }

    /// Puts the cookies of a new session into a page that is drawn already.
    pub(in crate::site) fn carry_into(
        &self,
        response: &mut HttpResponse,
        opened: Opened,
    ) -> Result<(), AppError> {
        let mut cookies = HttpResponse::Ok();
        self.carry(&mut cookies, opened);
        for cookie in cookies.finish().cookies() {
            response
                .add_cookie(&cookie)
                .map_err(|error| AppError::Broken {
                    cause: error.to_string(),
                })?;
        }
        Ok(())
    }

    /// Goes on to another page with a new session.
    pub(in crate::site) fn enter(&self, to: &str, opened: Opened) -> HttpResponse {
        let mut response = see_other(to);
        self.carry(&mut response, opened);
        response.finish()
    }

    /// Goes on to another page without a session. What the browser has kept of the pages goes with it; its
    /// cookies are named one by one, because a browser that forgets what it is would be told of as a new one.
    pub(in crate::site) fn leave(&self, to: &str) -> HttpResponse {
        see_other(to)
            .cookie(SESSION.gone(&self.app))
            .insert_header(("Clear-Site-Data", "\"cache\", \"storage\""))
            .finish()
    }

    /// The ticket of a sign-in under way.
    pub(in crate::site) fn ticket(&self) -> Option<String> {
        let cookie = self.request.cookie(TICKET.name(&self.app))?;
        Some(cookie.value().to_owned())
    }

    /// Goes on to the page of what a sign-in waits for.
    pub(in crate::site) fn await_answer(&self, attempt: &Attempt) -> HttpResponse {
        let to = match attempt.awaited {
            Awaited::Mail => "/auth/code",
            Awaited::SecondFactor => "/auth/totp",
            Awaited::Enrolment => "/auth/enrol",
            Awaited::NewPassword => "/auth/password",
            Awaited::ProviderLink => "/auth/oidc/link",
            // Nothing waits on a page of ours; who comes back without an answer begins again.
            Awaited::Provider => "/auth/sign-in",
        };
        self.await_answer_at(attempt, to)
    }

    /// The same elsewhere. The ticket comes back with whoever is sent back to us, for the way leads through links and
    /// redirects alone.
    pub(in crate::site) fn await_answer_at(&self, attempt: &Attempt, to: &str) -> HttpResponse {
        let mut ticket = TICKET.holding(&self.app, self.app.keys.attempt_ticket(attempt.id));
        ticket.set_expires(Expiration::from(attempt.expires_at()));
        see_other(to).cookie(ticket).finish()
    }

    /// Goes on to another page; the sign-in under way is over.
    pub(in crate::site) fn end_attempt(&self, to: &str) -> HttpResponse {
        see_other(to).cookie(TICKET.gone(&self.app)).finish()
    }

    /// Lets through whoever has proved a few minutes ago who it is; everybody else proves it once more. Before
    /// every change of password, mail address, authenticator or role, before a token is made and a template
    /// published.
    pub(in crate::site) fn require_recent(&self) -> Result<(), AppError> {
        let session = self.session.as_ref().ok_or(AppError::Unknown)?;
        if is_recent(session.proved_at, self.app.now()) {
            Ok(())
        } else {
            Err(AppError::ProofNeeded)
        }
    }

    /// The page to come back to: this one, or the one that a form was on.
    pub(super) fn way_back(&self) -> String {
        if self.request.method() == Method::GET {
            return self.request.path().to_owned();
        }
        let from = self.request.headers().get(header::REFERER);
        from.and_then(|value| value.to_str().ok())
            .and_then(|address| address.split_once("://"))
            .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)))
            .and_then(|path| path.split('?').next())
            .filter(|path| !path.starts_with("//"))
            .unwrap_or("/me/security")
            .to_owned()
    }
}
