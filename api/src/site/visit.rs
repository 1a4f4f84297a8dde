//! Who visits: session, rights, language and theme; and how a page goes out.

mod cookie;

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{Method, StatusCode, header},
    web::Data,
};
use domain::{
    access::{Actor, Permission},
    id::{PersonId, ProjectId},
    text::Language,
};
use flate2::Compression;
use persistence::session::{Session, SessionOf};

use super::{
    asset::{SCRIPT, STYLES, gzip, takes_gzip},
    banner,
};
use crate::{
    app::App,
    error::{AppError, GateFlaw, OidcFlaw},
    http::{access, problem, routes::BODY_KILOBYTES_MAX, trace},
    usecase::{
        account, count,
        look::{self, Surroundings},
        session,
    },
    view::setting::Viewer,
    web::{
        Rendered,
        frame::{Done, Frame, Theme},
        problem::{Problem, problem_page},
    },
};

/// Bodies above this are worth compressing; below, the head of the answer is larger.
const GZIP_BYTES_MIN: usize = 1_024;

/// A visit of one page.
pub(super) struct Visit {
    pub(super) app: Data<App>,
    request: HttpRequest,
    language: Language,
    theme: Theme,
    token: Option<String>,
    session: Option<Session>,
    actor: Option<Actor>,
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Ok(Self::begin(request)
                .await
                .map_err(problem::ApiError::from)?)
        })
    }
}

impl Visit {
    async fn begin(request: HttpRequest) -> Result<Self, AppError> {
        let app = request
            .app_data::<Data<App>>()
            .cloned()
            .ok_or_else(|| AppError::Broken {
                cause: "no application".into(),
            })?;
        let token = request
            .cookie(cookie::SESSION.name(&app))
            .map(|cookie| cookie.value().to_owned());
        let mut session = match &token {
            Some(token) => session::find(&app, token).await?,
            None => None,
        };
        let actor = match session.as_ref().map(|session| session.of) {
            Some(SessionOf::Person(person)) => {
                trace::name_caller(&request, person);
                account::find_actor(&app, person).await?
            }
            Some(SessionOf::Guest(_)) | None => None,
        };
        if let (Some(token), Some(held), Some(actor)) = (&token, &mut session, &actor) {
            session::note_use(&app, token, (held, actor)).await;
        }
        let mut visit = Self {
            language: Language::default(),
            theme: Theme::Auto,
            app,
            request,
            token,
            session,
            actor,
        };
        visit.language = visit
            .chosen_language()
            .unwrap_or_else(|| access::language(&visit.request));
        visit.theme = visit
            .chosen("theme")
            .and_then(|code| Theme::of_code(&code))
            .unwrap_or_default();
        Ok(visit)
    }

    fn chosen_language(&self) -> Option<Language> {
        self.chosen("lang").and_then(|tag| Language::of_tag(&tag))
    }

    /// What the address asks for, else what a cookie remembers.
    fn chosen(&self, name: &str) -> Option<String> {
        let remembered = || {
            self.request
                .cookie(name)
                .map(|cookie| cookie.value().to_owned())
        };
        self.asked(name).or_else(remembered)
    }

    /// A parameter of the address.
    pub(super) fn asked(&self, name: &str) -> Option<String> {
        let pairs =
            actix_web::web::Query::<Vec<(String, String)>>::from_query(self.request.query_string());
        pairs
            .ok()?
            .into_inner()
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The one who looks, for views.
    pub(super) fn viewer(&self) -> Viewer {
        self.actor.clone().map_or(Viewer::Guest, Viewer::Person)
    }

    /// The session, if there is one.
    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The project whose query code was entered.
    pub(super) fn guest_of(&self) -> Option<ProjectId> {
        match self.session.as_ref()?.of {
            SessionOf::Guest(project) => Some(project),
            SessionOf::Person(_) => None,
        }
    }

    /// The one who is signed in, with a right to `permission` somewhere.
    pub(super) fn allowed(&self, permission: Permission) -> Result<Actor, AppError> {
        let actor = self.actor.clone().ok_or(AppError::Unknown)?;
        if actor.may(permission) {
            Ok(actor)
        } else {
            Err(AppError::Forbidden(permission))
        }
    }

    /// The one who is signed in and works in or for the zone.
    pub(super) fn staff(&self) -> Result<Actor, AppError> {
        let actor = self.actor.clone().ok_or(AppError::Unknown)?;
        if actor.is_staff() {
            Ok(actor)
        } else {
            Err(AppError::Forbidden(Permission::ProposeCalendar))
        }
    }

    /// The page of what is the visitor's own: only investors have one.
    pub(super) async fn own_page(&self) -> Result<Option<String>, AppError> {
        match &self.actor {
            Some(actor) => Ok(count::counts(&self.app, Some(actor)).await?.own_page),
            None => Ok(None),
        }
    }

    /// The request, for throttling.
    pub(super) fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Who is signed in.
    pub(super) fn person(&self) -> Result<PersonId, AppError> {
        let actor = self.actor.as_ref().ok_or(AppError::Unknown)?;
        Ok(actor.person)
    }

    /// The session with its secret.
    pub(super) fn held(&self) -> Result<(&str, &Session), AppError> {
        let token = self.token.as_deref().ok_or(AppError::Unknown)?;
        Ok((token, self.session.as_ref().ok_or(AppError::Unknown)?))
    }

    /// The language of the page.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// The token of the session.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Refuses a form that another site sent, or that belongs to another session.
    pub(super) fn require_own_form(&self, csrf: &str) -> Result<(), AppError> {
        let header = |name: &str| {
            self.request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let is_foreign = match (header("sec-fetch-site"), header("origin"), header("host")) {
            (Some(site), _, _) => !matches!(site, "same-origin" | "none"),
            (None, Some(origin), Some(host)) => origin
                .split_once("://")
                .is_none_or(|(_, origin)| origin != host),
            (None, Some(_), None) => true,
            (None, None, _) => false,
        };
        let belongs = self
            .session
            .as_ref()
            .is_none_or(|session| session.csrf == csrf);
        if is_foreign || !belongs {
            Err(AppError::FormExpired)
        } else {
            Ok(())
        }
    }

    /// A page inside its frame. `surroundings` are those the page was made in.
    pub(super) async fn page(
        &self,
        surroundings: &Surroundings,
        draw: impl FnOnce(&Frame<'_>) -> Rendered,
    ) -> Result<HttpResponse, AppError> {
        self.page_with(StatusCode::OK, surroundings, draw).await
    }

    /// A page with another status than 200.
    pub(super) async fn page_with(
        &self,
        status: StatusCode,
        surroundings: &Surroundings,
        draw: impl FnOnce(&Frame<'_>) -> Rendered,
    ) -> Result<HttpResponse, AppError> {
        let counts = count::counts(&self.app, self.actor.as_ref()).await?;
        let frame = Frame {
            language: self.language,
            theme: self.theme,
            zone: surroundings.zone(),
            time: &surroundings.zone.office.time,
            now: surroundings.now,
            path: self.request.path(),
            account: banner::account(self.actor.as_ref(), surroundings, &counts),
            csrf: self.session.as_ref().map_or("", |session| &session.csrf),
            provider: self.provider_name(),
            session_until: self.session.as_ref().map(|session| session.idle_until),
            demo: banner::demo(&self.app, self.actor.as_ref(), surroundings, counts.letters),
            done: self.asked("done").and_then(|code| Done::of_code(&code)),
            css_href: &STYLES.href,
            js_href: &SCRIPT.href,
        };
        let html = draw(&frame).map_err(|error| AppError::Broken {
            cause: error.to_string(),
        })?;
        Ok(self.html(status, html))
    }

    /// What people call the identity provider at which staff may sign in, if there is one.
    fn provider_name(&self) -> Option<String> {
        let provider = self.app.oidc.as_ref()?;
        Some(provider.name(self.language))
    }

    fn html(&self, status: StatusCode, html: String) -> HttpResponse {
        let mut response = HttpResponse::build(status);
        response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, self.language.tag()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept-Language, Cookie, Accept-Encoding"));
        if is_on_the_way_in(self.request.path()) {
            // Addresses of sign-ins may hold a secret; no other page hears of them.
            response.insert_header((header::REFERRER_POLICY, "no-referrer"));
        }
        for name in ["lang", "theme"] {
            if let Some(value) = self.asked(name).filter(|_| self.is_known_choice(name)) {
                response.cookie(self.remember(name, value));
            }
        }
        if html.len() > GZIP_BYTES_MIN && takes_gzip(&self.request) {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
            response.body(gzip(html.as_bytes(), Compression::fast()))
        } else {
            response.body(html)
        }
    }

    fn is_known_choice(&self, name: &str) -> bool {
        let asked = self.asked(name).unwrap_or_default();
        match name {
            "lang" => Language::of_tag(&asked).is_some(),
            _ => Theme::of_code(&asked).is_some(),
        }
    }

    /// The answer, or the page of what went wrong.
    pub(super) async fn answer(&self, answer: Result<HttpResponse, AppError>) -> HttpResponse {
        match answer {
            Ok(response) => response,
            Err(AppError::Unknown) if self.request.method() == Method::GET => {
                see_other(&format!("/auth/sign-in?next={}", self.request.path())).finish()
            }
            Err(AppError::Unknown) => see_other("/auth/sign-in").finish(),
            Err(AppError::ProofNeeded) => {
                see_other(&format!("/auth/confirm?next={}", self.way_back())).finish()
            }
            Err(error) => self.problem(&error).await,
        }
    }

    async fn problem(&self, error: &AppError) -> HttpResponse {
        let named = trace::current().unwrap_or_else(|| self.app.ids.key(self.app.now()));
        let number = named.to_string();
        if let AppError::Broken { cause } = error {
            tracing::error!(%cause, %number, "a page failed");
        }
        let kind = match error {
            AppError::Absent
            | AppError::Malformed { .. }
            | AppError::Gate(GateFlaw::Method { .. }) => Problem::NotFound,
            AppError::Forbidden(_) => Problem::Forbidden,
            AppError::FormExpired => Problem::FormExpired,
            AppError::TooManyTries { seconds } => {
                let minutes = u32::try_from((seconds + 59) / 60).unwrap_or(1);
                Problem::TooManyTries { minutes }
            }
            AppError::Busy
            | AppError::Gate(GateFlaw::Overloaded)
            | AppError::Oidc(OidcFlaw::Unavailable) => Problem::Unavailable,
            AppError::TooLarge => Problem::TooLarge {
                kilobytes: BODY_KILOBYTES_MAX,
            },
            AppError::WrongMedia
            | AppError::Flawed(_)
            | AppError::Refused(_)
            | AppError::NotAdmitted(_)
            | AppError::Unknown
            | AppError::WrongPassword
            | AppError::WrongCode
            | AppError::Over(_)
            | AppError::CodeNeeded
            | AppError::PasswordOver
            | AppError::EnrolmentNeeded
            | AppError::ProofNeeded
            | AppError::OwnAccount
            | AppError::Stale(_)
            | AppError::VersionRequired
            | AppError::Broken { .. }
            | AppError::Panicked { .. }
            | AppError::Gate(_)
            | AppError::Oidc(_)
            | AppError::Unconventional(_) => Problem::Internal,
        };
        let status = problem::status(error);
        let draw = async {
            let surroundings = look::surroundings(&self.app).await?;
            self.page_with(status, &surroundings, |frame| {
                problem_page(frame, kind, &number)
            })
            .await
        };
        draw.await
            .unwrap_or_else(|_also_broken| HttpResponse::build(status).finish())
    }
}

/// 303: the form went through, go and look.
pub(super) fn see_other(to: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, to.to_owned()));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// True for pages on which somebody proves something.
fn is_on_the_way_in(path: &str) -> bool {
    path.starts_with("/auth/") || path == "/setup"
}
