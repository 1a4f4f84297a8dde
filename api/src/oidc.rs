//! Signing in at an identity provider: our side of OpenID Connect (authorization code with PKCE).
//!
//! ```text
//! way_out: read the provider's description -> send the browser there with state, nonce and challenge
//! redeem:  code + verifier -> token endpoint -> ID token -> signature, issuer, audience, times, nonce
//! ```
//!
//! The browser carries nothing but the code; everything else goes between the provider and us. Of the answer one
//! thing is kept: issuer and subject. Access tokens are not used, no other claim is asked for, and rights come
//! from the database alone.
//!
//! Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700
//! (current practice), OWASP ASVS 5.0 chapters 6.8 and 10.5.

mod client;
mod document;
mod id_token;
mod key;
mod settings;

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{session::PROOF_AGE_MAX, text::Language};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;

use self::{client::Client, document::Document, id_token::Expected, key::Key};
use crate::{error::OidcFlaw, web::text::t};

pub use self::{
    document::is_sound_address,
    settings::{Settings, TIMEOUT},
};

/// Requests to the provider at once. One that answers slowly must not take the threads of everything else.
const LANES: usize = 8;
/// How long the provider's description and keys are used before they are read again.
const KNOWN_AGE_MAX: Duration = Duration::hours(1);
/// How long ago the provider must have answered when somebody is sent there: a page of ours says better than the
/// browser that nobody is there.
const SEEN_AGE_MAX: Duration = Duration::seconds(30);
/// How soon the keys may be read again because a token names a strange one: a provider may just have made it, and
/// a stranger must not make us ask without end.
const KEYS_AGE_MIN: Duration = Duration::seconds(10);

/// What ties an answer of the provider to one sign-in in one browser. All three follow from the key of the sign-in
/// under a key of the deployment, so they are kept nowhere.
#[derive(Clone)]
pub struct Handshake {
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Proves to the provider that whoever brings the code began the sign-in.
    pub verifier: String,
}

/// Whether somebody must have proved a moment ago who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Whenever it was.
    Any,
    /// Within the last minutes.
    Recent,
    /// Now, whatever the provider remembers: the account is about to be tied to whoever this is.
    Now,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// By which name it knows the person; means something together with the issuer only.
    pub subject: String,
    /// When it saw the person prove who it is, if it says.
    pub seen_at: Option<OffsetDateTime>,
    /// True when it asked for a second factor, in words that the configuration trusts.
    pub is_second_proved: bool,
}

/// Why nobody is vouched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// What the person hears.
    pub flaw: OidcFlaw,
    /// What the log and the security record say: a stable word.
    pub why: &'static str,
}

impl Trouble {
    fn down(why: &'static str) -> Self {
        let flaw = OidcFlaw::Unavailable;
        Self { flaw, why }
    }

    /// Something that cannot be believed.
    pub fn odd(why: &'static str) -> Self {
        let flaw = OidcFlaw::Distrusted;
        Self { flaw, why }
    }
}

/// An identity provider. Cheap to clone.
#[derive(Clone)]
pub struct Provider {
    inner: Arc<Inner>,
    lanes: Arc<Semaphore>,
}

struct Inner {
    settings: Settings,
    redirect_uri: String,
    client: Client,
    known: Mutex<Known>,
}

/// Something that was read, and when.
type Dated<T> = Option<(Arc<T>, OffsetDateTime)>;

#[derive(Default)]
struct Known {
    document: Dated<Document>,
    keys: Dated<Vec<Key>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}

impl Provider {
    /// A provider to whom people are sent from the deployment at `public_url`; an error where its certificates
    /// cannot be read. Nothing is asked of it yet: it may be down while we start.
    pub fn new(settings: Settings, public_url: &str) -> Result<Self, String> {
        let client = Client::new(settings.timeout, settings.roots_pem.as_deref())?;
        let inner = Inner {
            redirect_uri: format!("{public_url}{CALLBACK}"),
            settings,
            client,
            known: Mutex::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            lanes: Arc::new(Semaphore::new(LANES)),
        })
    }

    /// By which name the provider calls itself.
    pub fn issuer(&self) -> &str {
        &self.inner.settings.issuer
    }

    /// What people call it.
    pub fn name(&self, language: Language) -> String {
        match &self.inner.settings.name {
            Some(name) => name.get(language).to_owned(),
            None => t(language, "oidc-name", &[]),
        }
    }

    /// Where a browser goes to have somebody vouched for.
    pub async fn way_out(
        &self,
        handshake: Handshake,
        freshness: Freshness,
        now: OffsetDateTime,
    ) -> Result<String, Trouble> {
        self.run(move |inner| {
            let document = inner.document((SEEN_AGE_MAX, now))?;
            Ok(inner.address(&document, &handshake, freshness))
        })
        .await
    }

    /// Exchanges the code that a browser has brought. `issuer` is what it says of where the code comes from.
    pub async fn redeem(
        &self,
        (code, issuer): (String, Option<String>),
        handshake: Handshake,
        now: OffsetDateTime,
    ) -> Result<Vouched, Trouble> {
        self.run(move |inner| {
            let document = inner.document((KNOWN_AGE_MAX, now))?;
            // A code of another provider must not be shown to this one (RFC 9207).
            match issuer {
                Some(issuer) if issuer != inner.settings.issuer => {
                    return Err(Trouble::odd("answer_issuer"));
                }
                None if document.says_issuer => return Err(Trouble::odd("answer_without_issuer")),
                Some(_) | None => {}
            }
            let token = inner.exchange(&document, &code, &handshake)?;
            inner.judge(&document, &token, &handshake.nonce, now)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let lane = self.lanes.clone().try_acquire_owned();
        let lane = lane.map_err(|_none_free| Trouble::down("too_many_at_once"))?;
        let inner = self.inner.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&inner);
            drop(lane);
            done
        });
        done.await.map_err(|_gone| Trouble::down("thread"))?
    }
}

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/auth/oidc/callback";

impl Inner {
    fn known<T>(
        &self,
        of: impl Fn(&mut Known) -> &mut Dated<T>,
        (age_max, now): (Duration, OffsetDateTime),
    ) -> Option<Arc<T>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let held = of(&mut known).as_ref();
        held.filter(|(_, at)| (now - *at).abs() < age_max)
            .map(|(thing, _)| thing.clone())
    }

    fn keep<T>(
        &self,
        of: impl Fn(&mut Known) -> &mut Dated<T>,
        (thing, now): (T, OffsetDateTime),
    ) -> Arc<T> {
        let kept = Arc::new(thing);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *of(&mut known) = Some((kept.clone(), now));
        kept
    }

    /// The provider's description of itself, not older than `age_max`.
    fn document(
        &self,
        (age_max, now): (Duration, OffsetDateTime),
    ) -> Result<Arc<Document>, Trouble> {
        if let Some(known) = self.known(|known| &mut known.document, (age_max, now)) {
            return Ok(known);
        }
        let address = document::address(&self.settings.issuer);
        let bytes = self.client.get(&address).map_err(Trouble::down)?;
        let read = Document::read(&bytes, &self.settings.issuer).map_err(Trouble::down)?;
        Ok(self.keep(|known| &mut known.document, (read, now)))
    }

    /// Its keys, not older than `age_max`.
    fn keys(
        &self,
        document: &Document,
        (age_max, now): (Duration, OffsetDateTime),
    ) -> Result<Arc<Vec<Key>>, Trouble> {
        if let Some(known) = self.known(|known| &mut known.keys, (age_max, now)) {
            return Ok(known);
        }
        let bytes = self.client.get(&document.jwks_uri).map_err(Trouble::down)?;
        let read = key::keys(&bytes).ok_or(Trouble::down("keys_unreadable"))?;
        Ok(self.keep(|known| &mut known.keys, (read, now)))
    }

    fn address(&self, document: &Document, handshake: &Handshake, freshness: Freshness) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&handshake.verifier));
        let mut address = document.authorization_endpoint.clone();
        {
            let mut pairs = address.query_pairs_mut();
            pairs
                .append_pair("response_type", "code")
                .append_pair("client_id", &self.settings.client_id)
                .append_pair("redirect_uri", &self.redirect_uri)
                // Who it is, and nothing else about the person.
                .append_pair("scope", "openid")
                .append_pair("state", &handshake.state)
                .append_pair("nonce", &handshake.nonce)
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
            let age_max = PROOF_AGE_MAX.whole_seconds().to_string();
            if freshness != Freshness::Any {
                pairs.append_pair("max_age", &age_max);
            }
            if freshness == Freshness::Now {
                pairs.append_pair("prompt", "login");
            }
            if !self.settings.trusted_acr.is_empty() {
                pairs.append_pair("acr_values", &self.settings.trusted_acr.join(" "));
            }
        }
        address.into()
    }

    /// The ID token for a code.
    fn exchange(
        &self,
        document: &Document,
        code: &str,
        handshake: &Handshake,
    ) -> Result<String, Trouble> {
        let settings = &self.settings;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("code_verifier", &handshake.verifier);
        let secret = settings.client_secret.as_ref();
        let basic = secret.filter(|_| document.takes_basic);
        if basic.is_none() {
            form.append_pair("client_id", &settings.client_id);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.expose());
            }
        }
        let authorization = basic.map(|secret| client::basic(&settings.client_id, secret.expose()));
        let answered = self
            .client
            .post(&document.token_endpoint, form.finish(), authorization);
        let (status, bytes) = answered.map_err(Trouble::down)?;
        match status {
            200 => document::id_token(&bytes).ok_or(Trouble::odd("token_answer")),
            // The code was used, is not ours, or its verifier is another's.
            400 if document::is_code_refused(&bytes) => Err(Trouble::odd("code_refused")),
            400 | 401 | 403 => Err(Trouble::down("client_refused")),
            300..400 => Err(Trouble::down("redirect")),
            _ => Err(Trouble::down("token_status")),
        }
    }

    fn judge(
        &self,
        document: &Document,
        token: &str,
        nonce: &str,
        now: OffsetDateTime,
    ) -> Result<Vouched, Trouble> {
        let settings = &self.settings;
        let expected = Expected {
            issuer: &settings.issuer,
            client_id: &settings.client_id,
            nonce,
            now: now.unix_timestamp(),
        };
        let head = id_token::head(token).map_err(Trouble::odd)?;
        let mut keys = self.keys(document, (KNOWN_AGE_MAX, now))?;
        if head.key(&keys).is_none() {
            keys = self.keys(document, (KEYS_AGE_MIN, now))?;
        }
        let key = head.key(&keys).ok_or(Trouble::odd("key_unknown"))?;
        let claims = id_token::check(token, key, &expected).map_err(Trouble::odd)?;
        let is_trusted = |trusted: &[String], value: &str| trusted.iter().any(|one| one == value);
        let is_by_class = claims
            .acr
            .as_deref()
            .is_some_and(|acr| is_trusted(&settings.trusted_acr, acr));
        let is_by_method = claims
            .amr
            .iter()
            .any(|amr| is_trusted(&settings.trusted_amr, amr));
        let seen_at = claims.auth_time.map(OffsetDateTime::from_unix_timestamp);
        let seen_at = seen_at.transpose();
        Ok(Vouched {
            subject: claims.sub,
            seen_at: seen_at.map_err(|_no_time| Trouble::odd("auth_time"))?,
            is_second_proved: is_by_class || is_by_method,
        })
    }
}
