//! By way of the identity provider: in, once more, or to connect the own account with it.
//!
//! The provider says which of its accounts it is; a person here is found by that alone, never by a mail address.
//! Which person it is was laid down before, by the person, signed in and with a fresh proof.

mod link;

use domain::{
    id::{AttemptId, PersonId},
    security::{SecurityAct, SecurityEvent},
    session::{CLOCKS_APART_MAX, PROOF_AGE_MAX, vouched_since},
    sign_in::{Attempt, Awaited, Over},
};
use persistence::Tx;
use time::OffsetDateTime;

pub use self::link::{begin_link, connect, unlink};
use super::{Comer, Step, go_on, miss};
use crate::{
    app::App,
    error::{AppError, OidcFlaw},
    oidc::{Freshness, Provider, Trouble, Vouched},
    throttle::Door,
    usecase::guess::{self, Admitted},
    whence::Whence,
};

/// What somebody is sent to the provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To prove once more that it is this person, who is signed in.
    Confirm(PersonId),
}

/// What a browser brings back from the provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returned {
    /// What we gave it to bring back.
    pub state: String,
    /// What the provider gave it for us.
    pub code: Option<String>,
    /// By which name the provider calls itself, if it says.
    pub issuer: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// What came of it.
pub enum Answered {
    /// A step of a sign-in.
    Step(Step),
    /// The account is connected.
    Linked,
}

fn provider(app: &App) -> Result<&Provider, AppError> {
    app.oidc.as_ref().ok_or(AppError::Absent)
}

fn attempt(app: &App, person: Option<PersonId>, awaited: Awaited, next: &str) -> Attempt {
    let now = app.now();
    Attempt {
        id: AttemptId(app.ids.key(now)),
        person,
        awaited,
        wrong: 0,
        created_at: now,
        used_at: None,
        next: next.to_owned(),
        vouched_at: None,
    }
}

/// Begins a sign-in at the provider, or one more proof: the attempt, and where the browser goes. Nothing is kept
/// where the provider does not answer.
pub async fn begin_at_provider(
    app: &App,
    purpose: Purpose,
    next: &str,
) -> Result<(Attempt, String), AppError> {
    let person = match purpose {
        Purpose::SignIn => None,
        Purpose::Confirm(person) => Some(person),
    };
    let attempt = attempt(app, person, Awaited::Provider, next);
    let address = way_out(app, &attempt).await?;
    keep(app, &attempt).await?;
    Ok((attempt, address))
}

async fn keep(app: &App, attempt: &Attempt) -> Result<(), AppError> {
    let (zone, kept) = (app.zone, attempt.clone());
    app.store
        .write(async move |tx: &mut Tx| tx.add_attempt(zone, &kept).await)
        .await?;
    Ok(())
}

/// Where the browser of an attempt goes.
pub async fn way_out(app: &App, attempt: &Attempt) -> Result<String, AppError> {
    let freshness = match (attempt.awaited, attempt.person) {
        (Awaited::ProviderLink, _) => Freshness::Now,
        (Awaited::Provider, Some(_)) => Freshness::Recent,
        (Awaited::Provider, None) => Freshness::Any,
        (Awaited::Mail | Awaited::SecondFactor | Awaited::Enrolment | Awaited::NewPassword, _) => {
            return Err(AppError::Over(Over::Expired));
        }
    };
    attempt.takes_answer(app.now()).map_err(AppError::Over)?;
    let handshake = app.keys.oidc_handshake(attempt.id);
    let way = provider(app)?
        .way_out(handshake, freshness, app.now())
        .await;
    way.map_err(|trouble| {
        log(trouble);
        AppError::Oidc(trouble.flaw)
    })
}

fn log(trouble: Trouble) {
    let why = trouble.why;
    tracing::warn!(why, "the identity provider could not be used");
}

/// Takes what a browser has brought back. `here` is who is signed in with it. The attempt is used up before the
/// provider is asked, so that of answers at the same instant one at most is exchanged; no transaction waits for
/// the network.
pub async fn answer_provider(
    app: &App,
    (id, here): (AttemptId, Option<PersonId>),
    returned: Returned,
    whence: &Whence,
) -> Result<Answered, AppError> {
    let provider = provider(app)?;
    let admitted = guess::admit(app, Door::provider(whence, id)).await?;
    let attempt = use_up(app, (id, here), &returned.state, (&admitted, whence)).await?;
    let vouched = match (returned.code, returned.error) {
        (Some(code), None) => {
            let handshake = app.keys.oidc_handshake(id);
            let brought = (code, returned.issuer);
            provider.redeem(brought, handshake, app.now()).await
        }
        (_, Some(error)) => Err(declined(&error)),
        (None, None) => Err(Trouble::odd("answer_without_code")),
    };
    let vouched = vouched.and_then(|vouched| match attempt.person {
        Some(_) => require_fresh(vouched, app.now()),
        None => Ok(vouched),
    });
    let taken = match vouched {
        Ok(vouched) => take(app, (&attempt, vouched), (&admitted, whence)).await?,
        Err(trouble) => Err(trouble),
    };
    match taken {
        Ok(answered) => Ok(answered),
        Err(trouble) => {
            log(trouble);
            refuse(app, (&attempt, trouble), (&admitted, whence)).await?;
            Err(AppError::Oidc(trouble.flaw))
        }
    }
}

/// Why the provider sends somebody back without a code. Its own words go nowhere: anybody could have written them.
fn declined(error: &str) -> Trouble {
    match error {
        "server_error" | "temporarily_unavailable" => Trouble {
            flaw: OidcFlaw::Unavailable,
            why: "provider_error",
        },
        "access_denied" | "login_required" | "interaction_required" | "consent_required" => {
            Trouble {
                flaw: OidcFlaw::Declined,
                why: "declined",
            }
        }
        _ => Trouble {
            flaw: OidcFlaw::Unavailable,
            why: "provider_refused",
        },
    }
}

/// What may change or confirm an account needs a word of the provider that is not older than ours would be.
fn require_fresh(vouched: Vouched, now: OffsetDateTime) -> Result<Vouched, Trouble> {
    let is_fresh = vouched
        .seen_at
        .is_some_and(|at| now - at <= PROOF_AGE_MAX + CLOCKS_APART_MAX);
    if is_fresh {
        Ok(vouched)
    } else {
        Err(Trouble {
            flaw: OidcFlaw::Stale,
            why: "not_fresh",
        })
    }
}

/// Uses an attempt up whose browser has brought back what we gave it. A wrong state counts as a wrong answer and
/// uses nothing up: anybody can send somebody else's browser to our address.
async fn use_up(
    app: &App,
    (id, here): (AttemptId, Option<PersonId>),
    state: &str,
    (admitted, whence): (&Admitted, &Whence),
) -> Result<Attempt, AppError> {
    let (now, zone) = (app.now(), app.zone);
    let known = app.keys.oidc_handshake(id).state;
    let is_ours =
        aws_lc_rs::constant_time::verify_slices_are_equal(known.as_bytes(), state.as_bytes())
            .is_ok();
    let (admitted, whence, app) = (admitted.clone(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let found = tx.attempt_to_answer(zone, id).await?;
            let attempt = found.ok_or(AppError::Over(Over::Expired))?;
            if let Err(over) = attempt.takes_answer(now) {
                return Ok(Err(AppError::Over(over)));
            }
            let is_theirs = attempt.awaited == Awaited::Provider || attempt.person == here;
            if !is_ours || !is_theirs {
                miss(tx, &app, attempt, (&admitted, &whence, now)).await?;
                return Ok(Err(AppError::Oidc(OidcFlaw::Distrusted)));
            }
            let used = Attempt {
                used_at: Some(now),
                ..attempt
            };
            tx.save_attempt(zone, &used).await?;
            Ok::<_, AppError>(Ok(used))
        })
        .await?
}

/// Acts upon the word of the provider.
async fn take(
    app: &App,
    (attempt, vouched): (&Attempt, Vouched),
    (admitted, whence): (&Admitted, &Whence),
) -> Result<Result<Answered, Trouble>, AppError> {
    let now = app.now();
    let issuer = provider(app)?.issuer().to_owned();
    let (attempt, admitted, whence) = (attempt.clone(), admitted.clone(), whence.clone());
    let app = app.clone();
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            if attempt.awaited == Awaited::ProviderLink {
                let whose = (attempt.person, (issuer, vouched.subject));
                let linked = link::link_own(tx, &app, whose, (&whence, now)).await?;
                guess::forgive(tx, app.zone, &admitted, now).await?;
                return Ok(linked.map(|()| Answered::Linked));
            }
            let subject = (issuer.as_str(), vouched.subject.as_str());
            let person = match person_of(tx, &app, subject, attempt.person).await? {
                Ok(person) => person,
                Err(trouble) => return Ok(Err(trouble)),
            };
            guess::forgive(tx, app.zone, &admitted, now).await?;
            let comer = Comer {
                person,
                attempt: None,
                has_proved_second: vouched.is_second_proved,
                whence: &whence,
                next: attempt.next,
                vouched_at: Some(vouched_since(vouched.seen_at, now)),
            };
            let step = go_on(tx, &app, comer, now).await?;
            Ok::<_, AppError>(Ok(Answered::Step(step)))
        })
        .await
}

/// The member of staff behind a subject, who must be `wanted` if somebody is.
async fn person_of(
    tx: &mut Tx,
    app: &App,
    subject: (&str, &str),
    wanted: Option<PersonId>,
) -> Result<Result<PersonId, Trouble>, AppError> {
    let zone = app.zone;
    let stranger = |why| Trouble {
        flaw: OidcFlaw::Stranger,
        why,
    };
    let Some(person) = tx.find_person_by_subject(zone, subject).await? else {
        return Ok(Err(stranger("unknown_subject")));
    };
    if wanted.is_some_and(|wanted| wanted != person) {
        return Ok(Err(Trouble {
            flaw: OidcFlaw::SomebodyElse,
            why: "somebody_else",
        }));
    }
    // Who has left or works here no more hears what a stranger hears.
    let actor = tx.find_actor(zone, person).await?;
    Ok(match actor.filter(domain::access::Actor::is_staff) {
        Some(_) => Ok(person),
        None => Err(stranger("no_staff")),
    })
}

/// Writes into the security record why nobody came in, or nothing was connected.
async fn refuse(
    app: &App,
    (attempt, trouble): (&Attempt, Trouble),
    (admitted, whence): (&Admitted, &Whence),
) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    let act = match attempt.awaited {
        Awaited::ProviderLink => SecurityAct::OidcLinked,
        Awaited::Provider
        | Awaited::Mail
        | Awaited::SecondFactor
        | Awaited::Enrolment
        | Awaited::NewPassword => SecurityAct::SignIn,
    };
    let event = SecurityEvent::refused(act, None)
        .from(&whence.address)
        .with("step", attempt.awaited.code())
        .with("why", trouble.why);
    let event = match attempt.person {
        Some(person) => event.on(person),
        None => event,
    };
    // That the provider is down, or that somebody thinks better of it, must not shut the door of a whole office.
    let is_guess = !matches!(trouble.flaw, OidcFlaw::Unavailable | OidcFlaw::Declined);
    let admitted = admitted.clone();
    app.store
        .write(async move |tx: &mut Tx| {
            if is_guess {
                return guess::note_refused(tx, zone, (event, &admitted), now).await;
            }
            guess::forgive(tx, zone, &admitted, now).await?;
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await?;
    Ok(())
}
