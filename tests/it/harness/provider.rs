//! An identity provider on this machine, which does as a test tells it: it says the truth, or lies in one point.
//!
//! It has keys of its own and makes its tokens itself; the browser of a test is told by [`Provider::admit`] where
//! it would be sent back to.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, LazyLock, Mutex},
    thread,
    time::Duration,
};

use api::{clock::Clock, oidc::Settings};
use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::secret::Secret;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::office::Answer;

/// By which name the provider knows the office.
pub(crate) const CLIENT_ID: &str = "green-channel";
/// What the office proves it with; odd enough to need encoding.
pub(crate) const CLIENT_SECRET: &str = "s3cret: with/odd+letters";
/// Where people are sent back to.
const REDIRECT_URI: &str = "http://gc.example/auth/oidc/callback";

/// What the provider does otherwise than it should.
#[derive(Default)]
pub(crate) struct Mood {
    /// Claims of the token that are changed; null takes one away.
    pub(crate) claims: Map<String, Value>,
    /// Members of the token's head that are changed.
    pub(crate) head: Map<String, Value>,
    /// How the token is signed.
    pub(crate) signer: Signer,
    /// Members of the description that are changed.
    pub(crate) description: Map<String, Value>,
    /// What the token endpoint answers instead of a token: the whole answer.
    pub(crate) answer: Option<String>,
    /// Addresses that are not answered at all.
    pub(crate) is_silent: bool,
    /// The key that is published under another name.
    pub(crate) kid: Option<&'static str>,
    /// How long ago somebody signed in at the provider, in seconds.
    pub(crate) seen_ago: i64,
    /// True where it says so only when asked.
    pub(crate) says_time_when_asked: bool,
}

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Signer {
    #[default]
    Rsa,
    P256,
    Ed25519,
    /// With a key of somebody else under the name of the provider's.
    Foreign,
    /// With the provider's public key, as if it were a shared secret.
    PublicKey,
    /// Not at all.
    Nobody,
}

struct Pairs {
    rsa: rsa::KeyPair,
    foreign: rsa::KeyPair,
    p256: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs {
    rsa: rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap(),
    foreign: rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap(),
    p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
    ed25519: Ed25519KeyPair::generate().unwrap(),
});

/// A code that was given out and not exchanged yet.
struct Grant {
    asked: BTreeMap<String, String>,
    subject: String,
}

#[derive(Default)]
struct State {
    grants: BTreeMap<String, Grant>,
    count: u32,
    /// Every request, as its first line.
    got: Vec<String>,
    /// Streams that nobody answers.
    held: Vec<TcpStream>,
    mood: Mood,
    clock: Option<Clock>,
}

/// The provider.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// Opens its doors.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!(
            "http://127.0.0.1:{}/op",
            listener.local_addr().unwrap().port()
        );
        let state: Arc<Mutex<State>> = Arc::default();
        let provider = Self {
            issuer: issuer.clone(),
            state: Arc::clone(&state),
        };
        // Ends with the process: nothing else of the test waits for it.
        let _listens = thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&issuer, &state, stream.unwrap());
            }
        });
        provider
    }

    /// How an office is told of it.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.into(),
            client_secret: Some(Secret::new(CLIENT_SECRET.into())),
            roots_pem: None,
            name: None,
            trusted_acr: vec!["two-factors".into()],
            trusted_amr: vec!["otp".into()],
            timeout: Duration::from_secs(30),
        }
    }

    /// Goes by this clock.
    pub(crate) fn go_by(&self, clock: &Clock) {
        self.state.lock().unwrap().clock = Some(clock.clone());
    }

    /// Changes what it does.
    pub(crate) fn mood(&self, change: impl FnOnce(&mut Mood)) {
        let mut state = self.state.lock().unwrap();
        state.mood = Mood::default();
        change(&mut state.mood);
    }

    /// What was asked since the last time a test looked.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().got)
    }

    /// What somebody's browser asks who is sent here by `sent`, by name.
    pub(crate) fn asked(&self, sent: &Answer) -> BTreeMap<String, String> {
        assert_eq!(sent.status, 303, "{}", sent.text());
        let location = sent.header("location").unwrap();
        let (endpoint, query) = location.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/authorize", self.issuer));
        fields(query)
    }

    /// Lets in whoever was sent here as `subject`; gives where the browser is sent back to.
    pub(crate) fn admit(&self, sent: &Answer, subject: &str) -> String {
        let asked = self.asked(sent);
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value, "{name}");
        }
        let mut state = self.state.lock().unwrap();
        state.count += 1;
        let code = format!("code/{}+", state.count);
        let grant = Grant {
            asked: asked.clone(),
            subject: subject.into(),
        };
        state.grants.insert(code.clone(), grant);
        format!(
            "/auth/oidc/callback?code={}&state={}&iss={}",
            encoded(&code),
            asked["state"],
            encoded(&self.issuer)
        )
    }

    /// Sends whoever was sent here back with an error.
    pub(crate) fn turn_away(&self, sent: &Answer, error: &str) -> String {
        let asked = self.asked(sent);
        format!("/auth/oidc/callback?error={error}&state={}", asked["state"])
    }
}

/// A text as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    let octets = text.bytes().map(|octet| format!("%{octet:02X}"));
    octets.collect()
}

/// The fields of a query or form.
fn fields(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        let mut octets = Vec::new();
        let mut rest = text.bytes();
        while let Some(octet) = rest.next() {
            match octet {
                b'+' => octets.push(b' '),
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    let digits = std::str::from_utf8(&digits).unwrap();
                    octets.push(u8::from_str_radix(digits, 16).unwrap());
                }
                octet => octets.push(octet),
            }
        }
        String::from_utf8(octets).unwrap()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (decoded(name), decoded(value))
        })
        .collect()
}

fn answer(issuer: &str, state: &Mutex<State>, mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut length, mut authorization) = (String::new(), 0, String::new());
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => value.clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let form = fields(std::str::from_utf8(&body).unwrap());
    let mut state = state.lock().unwrap();
    let first = first.trim_end().trim_end_matches(" HTTP/1.1");
    state.got.push(first.to_owned());
    if state.mood.is_silent {
        state.held.push(stream);
        return;
    }
    let answer = match first {
        "GET /op/.well-known/openid-configuration" => {
            written(200, &description(issuer, &state.mood).to_string())
        }
        "GET /op/keys" => written(200, &keys(&state.mood).to_string()),
        "POST /op/token" => token(issuer, &mut state, (&form, &authorization)),
        _ => written(404, "{}"),
    };
    let _gone = stream.write_all(answer.as_bytes());
}

/// An answer as it goes over the line.
pub(crate) fn written(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn changed(mut document: Value, changes: &Map<String, Value>) -> Value {
    let members = document.as_object_mut().unwrap();
    for (name, value) in changes {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    document
}

fn description(issuer: &str, mood: &Mood) -> Value {
    let described = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code", "id_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    });
    changed(described, &mood.description)
}

fn keys(mood: &Mood) -> Value {
    let text = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
    let rsa = PAIRS.rsa.public_key();
    let point = PAIRS.p256.public_key().as_ref();
    json!({ "keys": [
        {
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": mood.kid.unwrap_or("rsa"),
            "n": text(rsa.modulus().big_endian_without_leading_zero()),
            "e": text(rsa.exponent().big_endian_without_leading_zero()),
        },
        { "kty": "EC", "crv": "P-256", "kid": "p256", "x": text(&point[1..33]), "y": text(&point[33..]) },
        { "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": text(PAIRS.ed25519.public_key().as_ref()) },
        // What nobody here can use is in such lists, too.
        { "kty": "oct", "kid": "shared", "k": text(b"shared") },
        { "kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AAAA" },
        "not even a key",
    ] })
}

fn token(
    issuer: &str,
    state: &mut State,
    (form, authorization): (&BTreeMap<String, String>, &str),
) -> String {
    if let Some(answer) = &state.mood.answer {
        return answer.clone();
    }
    if !is_known(state, form, authorization) {
        return written(401, r#"{"error":"invalid_client"}"#);
    }
    let Some(grant) = state.grants.remove(&form["code"]) else {
        return written(400, r#"{"error":"invalid_grant"}"#);
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    let is_theirs = form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == REDIRECT_URI
        && form["code_verifier"].len() >= 43
        && challenge == grant.asked["code_challenge"];
    if !is_theirs {
        return written(400, r#"{"error":"invalid_grant"}"#);
    }
    let token = id_token(issuer, state, &grant);
    let body = json!({ "access_token": "x", "token_type": "Bearer", "id_token": token });
    written(200, &body.to_string())
}

/// The office proves who it is in the header, or in the form where the description says so.
fn is_known(state: &State, form: &BTreeMap<String, String>, authorization: &str) -> bool {
    let said = &state.mood.description;
    let methods = said.get("token_endpoint_auth_methods_supported");
    if methods == Some(&json!(["none"])) {
        return form["client_id"] == CLIENT_ID && authorization.is_empty();
    }
    if methods.is_some() {
        return form["client_id"] == CLIENT_ID && form["client_secret"] == CLIENT_SECRET;
    }
    let pair = authorization.strip_prefix("Basic ").unwrap_or_default();
    let pair = String::from_utf8(STANDARD.decode(pair).unwrap_or_default()).unwrap();
    let Some((id, secret)) = pair.split_once(':') else {
        return false;
    };
    let secret = fields(&format!("secret={secret}"));
    id == CLIENT_ID && secret["secret"] == CLIENT_SECRET && !form.contains_key("client_secret")
}

fn id_token(issuer: &str, state: &State, grant: &Grant) -> String {
    let mood = &state.mood;
    let now = state.clock.as_ref().unwrap().now().unix_timestamp();
    let mut claims = json!({
        "iss": issuer,
        "sub": grant.subject,
        "aud": CLIENT_ID,
        "exp": now + 300,
        "iat": now,
        "nonce": grant.asked["nonce"],
    });
    if !mood.says_time_when_asked || grant.asked.contains_key("max_age") {
        claims["auth_time"] = json!(now - mood.seen_ago);
    }
    let claims = changed(claims, &mood.claims);
    signed(mood, &claims)
}

fn pem(kind: &str, der: &[u8]) -> Vec<u8> {
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        STANDARD.encode(der)
    )
    .into_bytes()
}

fn rsa_key(pair: &rsa::KeyPair) -> EncodingKey {
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    EncodingKey::from_rsa_pem(&pem("PRIVATE KEY", der.as_ref())).unwrap()
}

fn signed(mood: &Mood, claims: &Value) -> String {
    let (algorithm, kid, key) = match mood.signer {
        Signer::Rsa | Signer::Nobody => (Algorithm::RS256, "rsa", rsa_key(&PAIRS.rsa)),
        Signer::Foreign => (Algorithm::RS256, "rsa", rsa_key(&PAIRS.foreign)),
        Signer::P256 => {
            let der = PAIRS.p256.to_pkcs8v1().unwrap();
            let key = EncodingKey::from_ec_der(der.as_ref());
            (Algorithm::ES256, "p256", key)
        }
        Signer::Ed25519 => {
            let der: Pkcs8V1Der<'_> = PAIRS.ed25519.as_der().unwrap();
            let key = EncodingKey::from_ed_der(der.as_ref());
            (Algorithm::EdDSA, "ed", key)
        }
        Signer::PublicKey => {
            let known = PAIRS.rsa.public_key().modulus();
            let key = EncodingKey::from_secret(known.big_endian_without_leading_zero());
            (Algorithm::HS256, "rsa", key)
        }
    };
    let name = match mood.signer {
        Signer::Nobody => "none",
        Signer::P256 => "ES256",
        Signer::Ed25519 => "EdDSA",
        Signer::PublicKey => "HS256",
        Signer::Rsa | Signer::Foreign => "RS256",
    };
    let head = json!({ "alg": name, "kid": kid, "typ": "JWT" });
    let head = changed(head, &mood.head);
    let part = |document: &Value| URL_SAFE_NO_PAD.encode(document.to_string());
    let message = format!("{}.{}", part(&head), part(claims));
    if mood.signer == Signer::Nobody {
        return format!("{message}.");
    }
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
    format!("{message}.{signature}")
}
