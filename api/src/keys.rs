//! Secrets of a deployment, all derived from one master key.

use aws_lc_rs::{
    hmac,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    code::QueryCode,
    id::{AttemptId, PersonId},
};

use crate::oidc::Handshake;

/// Secrets of a deployment. Debug prints none of them.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(***)")
    }
}

/// The head of a PKCS #8 document that holds an Ed25519 seed (RFC 8410, section 7).
const ED25519_PKCS8_HEAD: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl Keys {
    /// The secrets that follow from a master key.
    pub fn new(master: [u8; 32]) -> Self {
        Self { master }
    }

    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.master);
        let tag = hmac::sign(&key, purpose.as_bytes());
        std::array::from_fn(|at| tag.as_ref().get(at).copied().unwrap_or_default())
    }

    /// The hash under which a project's query code is kept. Keyed, because 40 bits could be tried out by
    /// somebody who has the database alone.
    pub fn query_hash(&self, project_code: &str, code: &QueryCode) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived("query-code"));
        let tag = hmac::sign(
            &key,
            format!("{project_code}\u{1f}{}", code.digits()).as_bytes(),
        );
        URL_SAFE_NO_PAD.encode(tag.as_ref())
    }

    /// The hash under which a session's token is kept.
    pub fn session_hash(&self, token: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived("session"));
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, token.as_bytes()).as_ref())
    }

    /// The hash under which the address of a calendar feed is kept.
    pub fn calendar_feed_hash(&self, token: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived("calendar-feed"));
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, token.as_bytes()).as_ref())
    }

    /// What the secrets of webhooks are sealed with.
    pub fn webhook_key(&self) -> [u8; 32] {
        self.derived("webhook-secret")
    }

    /// A keyed hash of `text` for one purpose, under which a secret or something personal is kept.
    fn tagged(&self, purpose: &str, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived(purpose));
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()).as_ref())
    }

    /// The name of a door at which somebody guesses: neither login nor address can be read from it.
    pub fn door_hash(&self, door: &str) -> String {
        self.tagged("door", door)
    }

    /// The hash under which a browser's token is kept.
    pub fn device_hash(&self, token: &str) -> String {
        self.tagged("device", token)
    }

    /// The hash under which a recovery code is kept. Its 120 bits cannot be tried out, so a fast one is enough.
    pub fn recovery_hash(&self, person: PersonId, code: &str) -> String {
        self.tagged("recovery-code", &format!("{person}\u{1f}{code}"))
    }

    /// The hash under which a setup token is kept.
    pub fn setup_hash(&self, token: &str) -> String {
        self.tagged("setup", token)
    }

    /// What a browser carries to go on with a sign-in: its key and the proof that it was given it.
    pub fn attempt_ticket(&self, attempt: AttemptId) -> String {
        let printed = attempt.to_string();
        let proof = self.tagged("sign-in-attempt", &printed);
        format!("{printed}.{proof}")
    }

    /// The sign-in of a ticket, if it is one of ours.
    pub fn attempt_of(&self, ticket: &str) -> Option<AttemptId> {
        let attempt = ticket.split_once('.')?.0.parse().ok()?;
        let known = self.attempt_ticket(attempt);
        let is_ours =
            aws_lc_rs::constant_time::verify_slices_are_equal(known.as_bytes(), ticket.as_bytes());
        is_ours.ok().map(|()| attempt)
    }

    /// The secret that an authenticator is offered while it is set up: the same each time the page is shown.
    pub fn enrolment_secret(&self, attempt: AttemptId) -> [u8; 20] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived("enrolment"));
        let tag = hmac::sign(&key, attempt.0.as_bytes());
        std::array::from_fn(|at| tag.as_ref().get(at).copied().unwrap_or_default())
    }

    /// What ties an answer of the identity provider to one sign-in.
    pub fn oidc_handshake(&self, attempt: AttemptId) -> Handshake {
        let of = |purpose| URL_SAFE_NO_PAD.encode(self.tag(purpose, attempt.0.as_bytes()));
        Handshake {
            state: of("oidc-state"),
            nonce: of("oidc-nonce"),
            verifier: of("oidc-verifier"),
        }
    }

    /// The key for what must be read again and still not lie open in a table.
    pub fn sealing_key(&self) -> [u8; 32] {
        self.derived("sealing")
    }

    /// Keeps strangers from guessing Message-IDs.
    pub fn message_key(&self) -> Vec<u8> {
        self.derived("message-id").to_vec()
    }

    /// The seed of the key that signs checkpoints.
    pub fn checkpoint_seed(&self) -> [u8; 32] {
        self.derived("audit-checkpoint")
    }

    /// The key pair of access tokens with the name `kid`: the PKCS #8 document and the public key.
    pub fn token_pair(&self, kid: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        let seed = self.tag("access-token", kid.as_bytes());
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
        let private = ED25519_PKCS8_HEAD.iter().chain(&seed).copied().collect();
        Some((private, pair.public_key().as_ref().to_vec()))
    }

    /// The hash under which a refresh token, a personal token or one of a program is kept.
    pub fn token_hash(&self, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.tag("token", token.as_bytes()))
    }

    /// The secret of a generation of a family: the same whenever it is asked for, and not to be known from
    /// the database alone.
    pub fn refresh_secret(&self, salt: &str, generation: i64) -> [u8; 32] {
        let named = format!("{salt}\u{1f}{generation}");
        self.tag("refresh-token", named.as_bytes())
    }

    /// What is kept of a client, or of an address that used something up: enough to know it again.
    pub fn client_hash(&self, client: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.tag("client", client.as_bytes()))
    }

    fn tag(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived(purpose));
        let tag = hmac::sign(&key, message);
        std::array::from_fn(|at| tag.as_ref().get(at).copied().unwrap_or_default())
    }
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
            }
            text
        })
}
