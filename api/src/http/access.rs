//! Who asks, and with which right: the permission stands in the handler's type.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::header, web::Data,
};
use domain::{
    access::{Actor, Permission},
    id::TokenId,
    session::is_recent,
    text::Language,
};

use super::problem::ApiError;
use crate::{
    app::App,
    error::{AppError, GateFlaw},
    usecase::{signing_key, token},
};

/// A permission as a type, so that a handler without one is seen at a glance.
pub trait Right: 'static {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Right for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

rights! {
    /// May see a project.
    ReadProject;
    /// May admit a project.
    AdmitProject;
    /// May accept a stage.
    AcceptStage;
    /// May note progress.
    NoteProgress;
    /// May stop a clock.
    StopClock;
    /// May let a clock run again.
    ResumeClock;
    /// May answer a stop in the investor's court.
    AnswerStop;
    /// May look into a stop that the investor objects to.
    ReviewStop;
    /// May renew what a stage has issued.
    RenewValidity;
    /// May ask for more time.
    AskExtension;
    /// May decide upon more time.
    DecideExtension;
    /// May finish a stage.
    CompleteStage;
    /// May make somebody responsible.
    AssignStage;
    /// May see the own desk.
    ReadDesk;
    /// May see the board.
    ReadBoard;
    /// May answer an alert.
    AcknowledgeAlert;
    /// May propose a working calendar.
    ProposeCalendar;
    /// May approve or reject a working calendar.
    ApproveCalendar;
    /// May plan the works of a project.
    PlanProgress;
    /// May report how far works are.
    ReportProgress;
    /// May give the reason for a miss.
    ExplainCard;
    /// May appeal against a card.
    AppealCard;
    /// May decide upon a card.
    DecideCard;
    /// May read the security record.
    ReadAudit;
    /// May have due dates fetched.
    SubscribeCalendar;
    /// May have events sent.
    KeepWebhook;
    /// May say that events are sent to an address.
    ApproveWebhook;
    /// May make and revoke the tokens of programs.
    ManageTokens;
    /// May see who is who.
    ReadPeople;
    /// May add, change and close units and accounts.
    ManagePeople;
    /// May bring in units and people from a file.
    ImportPeople;
    /// May enter that somebody is away.
    ReportAbsence;
    /// May see letters that were lost.
    KeepPost;
    /// May see companies.
    ReadCompanies;
    /// May add and change companies.
    ManageCompanies;
    /// May say who looks after a project.
    AssignSteward;
    /// May put right what is wrong about a project.
    CorrectProject;
    /// May end the sessions of others.
    EndSessions;
    /// May take somebody's authenticator away, together with another.
    ResetSecondFactor;
    /// May take away all that the zone has.
    ExportZone;
}

/// Somebody with an access token whose roles give the right `R` to something. Whether it holds for the
/// thing at hand is decided where the thing is known.
#[derive(Debug)]
pub struct Allowed<R> {
    /// Who.
    pub actor: Actor,
    right: PhantomData<R>,
}

impl<R: Right> FromRequest for Allowed<R> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let language = language(&request);
            let allowed = async {
                let actor = actor(&request).await?;
                if !actor.may(R::PERMISSION) {
                    return Err(AppError::Forbidden(R::PERMISSION));
                }
                Ok(Self {
                    actor,
                    right: PhantomData,
                })
            };
            allowed
                .await
                .map_err(|error| ApiError::new(error, language))
        })
    }
}

/// Anybody with an access token.
#[derive(Debug)]
pub struct SignedIn(pub Actor);

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            actor(&request)
                .await
                .map(Self)
                .map_err(|error| ApiError::new(error, language(&request)))
        })
    }
}

/// Somebody who signed in; a personal token or one of a program is not enough.
#[derive(Debug)]
pub struct InPerson(pub Actor);

impl FromRequest for InPerson {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let found = actor(&request).await.and_then(in_person);
            found
                .map(Self)
                .map_err(|error| ApiError::new(error, language(&request)))
        })
    }
}

/// Refuses whoever comes with a token that was made for a narrower purpose.
pub fn in_person(actor: Actor) -> Result<Actor, AppError> {
    if actor.scopes.is_some() {
        return Err(GateFlaw::SignInNeeded.into());
    }
    Ok(actor)
}

/// Somebody with the right `R` who signed in a few minutes ago; a token of a narrower purpose is not enough.
#[derive(Debug)]
pub struct Proved<R> {
    /// Who.
    pub actor: Actor,
    right: PhantomData<R>,
}

impl<R: Right> FromRequest for Proved<R> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let allowed = Allowed::<R>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let allowed = allowed.await?;
            let proved = async {
                let actor = in_person(allowed.actor)?;
                require_recent(&request).await?;
                Ok(Self {
                    actor,
                    right: PhantomData,
                })
            };
            proved
                .await
                .map_err(|error| ApiError::new(error, language(&request)))
        })
    }
}

/// Refuses whoever has signed in longer ago than a change of credentials may go on; a refreshed token is as old as
/// its sign-in.
async fn require_recent(request: &HttpRequest) -> Result<(), AppError> {
    let app = application(request)?;
    let bearer = match brought(request) {
        Some(text) => signing_key::read(app, text).await?,
        None => None,
    };
    let proved_at = match bearer {
        Some(bearer) => token::proved_at(app, bearer).await?,
        None => None,
    };
    if proved_at.is_some_and(|at| is_recent(at, app.now())) {
        Ok(())
    } else {
        Err(AppError::ProofNeeded)
    }
}

/// Who asks, as far as what they bring tells.
#[derive(Debug, Clone)]
pub enum Known {
    /// Somebody with an access token.
    Person(Actor),
    /// A personal token, or one of a program, and its key.
    Token(Actor, TokenId),
    /// Nobody we know.
    Nobody,
}

/// Who asks, by the rights of this moment.
pub async fn identify(request: &HttpRequest) -> Result<Known, AppError> {
    let app = application(request)?;
    let Some(text) = brought(request) else {
        return Ok(Known::Nobody);
    };
    // A JWT has dots; what is looked up has none.
    if !text.contains('.') {
        let found = token::actor_of_token(app, text).await?;
        return Ok(found.map_or(Known::Nobody, |(actor, id)| Known::Token(actor, id)));
    }
    let Some(bearer) = signing_key::read(app, text).await? else {
        return Ok(Known::Nobody);
    };
    let actor = token::actor_of_access(app, bearer).await?;
    Ok(actor.map_or(Known::Nobody, Known::Person))
}

fn application(request: &HttpRequest) -> Result<&Data<App>, AppError> {
    request
        .app_data::<Data<App>>()
        .ok_or_else(|| AppError::Broken {
            cause: "no application".into(),
        })
}

/// The token of a request, as it was sent.
fn brought(request: &HttpRequest) -> Option<&str> {
    let mut lines = request.headers().get_all(header::AUTHORIZATION);
    let line = match (lines.next(), lines.next()) {
        (Some(line), None) => line.to_str().ok(),
        // Of two, nobody could say which counts.
        (None, _) | (Some(_), Some(_)) => None,
    };
    line?.strip_prefix("Bearer ").map(str::trim)
}

async fn known(request: &HttpRequest) -> Result<Known, AppError> {
    // The gate has asked already, unless the database failed then.
    let known = request.extensions().get::<Known>().cloned();
    match known {
        Some(known) => Ok(known),
        None => identify(request).await,
    }
}

/// The key of the personal token, or of the program's, that came with a request.
pub(super) async fn token_of(request: &HttpRequest) -> Result<Option<TokenId>, AppError> {
    Ok(match known(request).await? {
        Known::Token(_, id) => Some(id),
        Known::Person(_) | Known::Nobody => None,
    })
}

/// Who asks, by the token of the request.
pub(super) async fn actor(request: &HttpRequest) -> Result<Actor, AppError> {
    match known(request).await? {
        Known::Person(actor) | Known::Token(actor, _) => {
            super::trace::name_caller(request, actor.person);
            Ok(actor)
        }
        Known::Nobody => Err(AppError::Unknown),
    }
}

/// The language that the caller likes best, Chinese where nothing is said.
pub fn language(request: &HttpRequest) -> Language {
    let wished = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    wished
        .into_iter()
        .flat_map(|wishes| wishes.split(','))
        .find_map(|wish| Language::of_tag(wish.split(';').next().unwrap_or_default().trim()))
        .unwrap_or_default()
}
