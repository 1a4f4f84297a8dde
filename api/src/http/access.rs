//! Who asks, and with which right: the permission stands in the handler's type.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use domain::{
    access::{Actor, Permission},
    text::Language,
};

use super::problem::ApiError;
use crate::{app::App, error::AppError, usecase::account};

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
    /// May end the sessions of others.
    EndSessions;
    /// May take somebody's authenticator away, together with another.
    ResetSecondFactor;
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

async fn actor(request: &HttpRequest) -> Result<Actor, AppError> {
    let app = request
        .app_data::<Data<App>>()
        .ok_or_else(|| AppError::Broken {
            cause: "no application".into(),
        })?;
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(AppError::Unknown)?;
    let person = app
        .tokens
        .verify(token.trim(), app.now())
        .ok_or(AppError::Unknown)?;
    account::find_actor(app, person)
        .await?
        .ok_or(AppError::Unknown)
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
