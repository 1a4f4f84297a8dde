//! Answers as they are kept: the headers that matter, the bytes, and the seal around them.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, to_bytes},
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web::Bytes,
};
use aws_lc_rs::hmac;
use persistence::idempotency::Hash;
use serde::{Deserialize, Serialize};

use crate::{keys::Keys, seal};

/// Bytes of an answer that are kept; a longer one is made again.
const ANSWER_BYTES_MAX: usize = 1_024 * 1_024;

/// The headers of an answer that belong to what it says; all others are those of every answer.
static KEPT: [HeaderName; 7] = [
    header::ETAG,
    header::LOCATION,
    header::CONTENT_TYPE,
    header::CONTENT_DISPOSITION,
    header::CACHE_CONTROL,
    header::VARY,
    HeaderName::from_static("preference-applied"),
];

/// An answer.
pub(super) struct Answer {
    head: Head,
    body: Bytes,
}

#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// The parts of a response, and the same response again.
    pub(super) async fn of(
        response: HttpResponse<BoxBody>,
    ) -> Result<(Self, HttpResponse<BoxBody>), Error> {
        let headers = KEPT.iter().filter_map(|name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some((name.to_string(), value.to_owned()))
        });
        let head = Head {
            status: response.status().as_u16(),
            headers: headers.collect(),
        };
        let (response, body) = response.into_parts();
        let body = to_bytes(body).await?;
        let response = response.set_body(BoxBody::new(body.clone()));
        Ok((Self { head, body }, response))
    }

    /// One line of head, then the body; `None` for what is too long to keep.
    pub(super) fn written(&self) -> Option<Vec<u8>> {
        if self.body.len() > ANSWER_BYTES_MAX {
            return None;
        }
        let mut bytes = serde_json::to_vec(&self.head).ok()?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        Some(bytes)
    }

    /// What was [`Self::written`].
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = bytes.split_at_checked(end)?;
        Some(Self {
            head: serde_json::from_slice(head).ok()?,
            body: Bytes::copy_from_slice(body.get(1..)?),
        })
    }

    /// The response again.
    pub(super) fn response(self) -> HttpResponse<BoxBody> {
        let status = StatusCode::from_u16(self.head.status).unwrap_or_default();
        let mut response = HttpResponse::build(status);
        for header in self.head.headers {
            response.insert_header(header);
        }
        response.body(self.body)
    }
}

/// Seals what is kept of one request: whoever has the database alone, or the client's key alone, reads nothing.
#[derive(Clone)]
pub(super) struct Cipher([u8; 32]);

impl Cipher {
    /// The name under which the request of `text` is kept.
    pub(super) fn name(keys: &Keys, text: &str) -> Hash {
        derived(keys, "idempotency-name", text)
    }

    /// The seal of the request of `text`.
    pub(super) fn of(keys: &Keys, text: &str) -> Self {
        Self(derived(keys, "idempotency-seal", text))
    }

    /// `bytes` sealed. Each use has a nonce of its own from `random`; nothing comes back if it cannot be done.
    pub(super) fn seal(&self, bytes: &[u8], random: &[u8; 32]) -> Vec<u8> {
        seal::seal(&self.0, *random, PLACE, bytes).unwrap_or_default()
    }

    /// What was sealed.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        seal::open(&self.0, PLACE, sealed)
    }
}

/// Where it is kept. The key is of one request alone, so nothing else tells rows apart.
const PLACE: &str = "idempotency";

fn derived(keys: &Keys, purpose: &str, text: &str) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &keys.derived(purpose));
    let tag = hmac::sign(&key, text.as_bytes());
    std::array::from_fn(|at| tag.as_ref().get(at).copied().unwrap_or_default())
}
