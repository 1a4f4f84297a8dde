//! A rendered letter and its envelope as the final bytes.
//!
//! The same input gives the same bytes: the boundary comes from the Message-ID, the date is a value. So
//! the bytes are made once, kept, and sent again unchanged, and two copies of a letter are one letter.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use domain::code::crockford;
use lettre::{
    Address, Message,
    address::AddressError,
    message::{
        Body, Mailbox, MessageBuilder, MultiPart, MultiPartKind, SinglePart,
        header::{self, ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::letter::{OneLine, Rendered};

/// Longest Message-ID, root and list id: each must fit a header line of 998 octets with its name.
const ID_OCTETS_MAX: usize = 250;
/// Longest name beside an address, in characters; a longer one is no name.
const NAME_CHARACTERS_MAX: usize = 200;
/// Octets of a digest that go into a Message-ID: 128 bits are enough to never meet twice.
const DIGEST_OCTETS: usize = 16;

/// What stands on a letter beside its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The sender's name in the reader's language: the zone.
    pub from_name: String,
    /// The sender's address, from the configuration.
    pub from_address: String,
    /// The reader's name.
    pub to_name: String,
    /// The reader's address; exactly one.
    pub to_address: String,
    /// With its angle brackets; see [`message_id`].
    pub message_id: String,
    /// When the letter was written.
    pub date: OffsetDateTime,
    /// The root of the stage's thread, with its angle brackets; the root letter need not exist.
    pub thread_root: Option<String>,
    /// For filters, with its angle brackets: `<project.GC-2026-0042.gc.example.gov.cn>`.
    pub list_id: Option<String>,
    /// Where answers go, if anybody reads them.
    pub reply_to: Option<String>,
}

/// Why a letter cannot become bytes. Trying again does not help; the letter is dead until somebody
/// corrects what it was made from.
#[derive(Debug)]
pub enum Unsendable {
    /// Not an address.
    Address {
        /// Which header.
        header: &'static str,
        /// What is wrong with it.
        cause: AddressError,
    },
    /// An address with letters outside ASCII; not every relay between here and there takes it.
    ForeignAddress {
        /// Which header.
        header: &'static str,
    },
    /// Not of the form `<left@right>` or `<a.b.c>` in printable ASCII.
    Identifier {
        /// Which header.
        header: &'static str,
    },
    /// A date before 1970.
    Date,
    /// The mail library found a header missing.
    Incomplete(lettre::error::Error),
    /// The bytes hold a CR or LF alone, which a relay may read as the end of the letter.
    BareLineEnd,
}

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { header, .. } => write!(f, "{header} is not an e-mail address"),
            Self::ForeignAddress { header } => {
                write!(f, "the address in {header} is not in plain ASCII")
            }
            Self::Identifier { header } => write!(f, "{header} is not a message identifier"),
            Self::Date => f.write_str("the date lies before 1970"),
            Self::Incomplete(_) => f.write_str("the message is incomplete"),
            Self::BareLineEnd => f.write_str("the message holds a bare CR or LF"),
        }
    }
}

impl std::error::Error for Unsendable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Address { cause, .. } => Some(cause),
            Self::Incomplete(cause) => Some(cause),
            Self::ForeignAddress { .. }
            | Self::Identifier { .. }
            | Self::Date
            | Self::BareLineEnd => None,
        }
    }
}

/// The Message-ID of the letter with this key: the same over retries, restarts and restores.
///
/// `secret` keeps outsiders from computing which letters exist. The domain is the configured one.
pub fn message_id(secret: &[u8], dedupe_key: &str, domain: &str) -> String {
    let digest = Sha256::new()
        .chain_update(secret)
        .chain_update(dedupe_key.as_bytes())
        .finalize();
    format!("<{}@{domain}>", base32(&digest))
}

/// The first 128 bits of a digest in 26 digits.
fn base32(digest: &[u8]) -> String {
    let bits = digest
        .iter()
        .take(DIGEST_OCTETS)
        .fold(0_u128, |bits, octet| (bits << 8) | u128::from(*octet));
    crockford::encode_id(bits).to_ascii_lowercase()
}

/// The digits by which a letter is called in file names and boundaries.
pub(crate) fn short_hash(text: &str) -> String {
    base32(&Sha256::digest(text.as_bytes()))
}

/// The letter as bytes: a text and an HTML part, both base64, all lines ended by CR LF.
///
/// Line breaks and control characters in names and subjects become spaces; in addresses and identifiers
/// they are refused.
pub fn build(letter: &Rendered, envelope: &Envelope) -> Result<Vec<u8>, Unsendable> {
    let multipart = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("gc-{}", short_hash(&envelope.message_id)))
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text)?)
        .singlepart(part(ContentType::TEXT_HTML, &letter.html)?);
    let bytes = headers(letter, envelope)?
        .multipart(multipart)
        .map_err(Unsendable::Incomplete)?
        .formatted();
    if has_bare_line_end(&bytes) {
        return Err(Unsendable::BareLineEnd);
    }
    Ok(bytes)
}

fn headers(letter: &Rendered, envelope: &Envelope) -> Result<MessageBuilder, Unsendable> {
    let written =
        u64::try_from(envelope.date.unix_timestamp()).map_err(|_before_1970| Unsendable::Date)?;
    let message_id = identifier("Message-ID", &envelope.message_id)?;
    let mut builder = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(written))
        .from(mailbox(
            "From",
            &envelope.from_name,
            &envelope.from_address,
        )?)
        .to(mailbox("To", &envelope.to_name, &envelope.to_address)?)
        .subject(header_text(&letter.subject))
        .message_id(Some(message_id))
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("X-Auto-Response-Suppress", "DR, OOF, AutoReply"));
    if let Some(address) = &envelope.reply_to {
        builder = builder.reply_to(mailbox("Reply-To", "", address)?);
    }
    if let Some(root) = &envelope.thread_root {
        let root = identifier("References", root)?;
        builder = builder.in_reply_to(root.clone()).references(root);
    }
    if let Some(list) = &envelope.list_id {
        builder = builder.raw_header(plain("List-Id", &identifier("List-Id", list)?));
    }
    Ok(builder)
}

fn mailbox(header: &'static str, name: &str, address: &str) -> Result<Mailbox, Unsendable> {
    let address = parse_address(header, address)?;
    let name: String = header_text(name)
        .chars()
        .take(NAME_CHARACTERS_MAX)
        .collect();
    Ok(Mailbox::new(
        Some(name).filter(|name| !name.is_empty()),
        address,
    ))
}

/// One line in which nothing looks encoded already: the mail library leaves an encoded word (RFC 2047)
/// as it is, and the reader's mail program would decode what a stranger typed.
fn header_text(text: &str) -> String {
    String::from(OneLine::from(text)).replace("=?", "= ?")
}

/// An address for a header or for the envelope of the wire.
pub(crate) fn parse_address(header: &'static str, address: &str) -> Result<Address, Unsendable> {
    if !address.is_ascii() {
        return Err(Unsendable::ForeignAddress { header });
    }
    address
        .parse()
        .map_err(|cause| Unsendable::Address { header, cause })
}

/// `<...>` of printable ASCII without a second bracket, as it came.
fn identifier(header: &'static str, text: &str) -> Result<String, Unsendable> {
    text.strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .filter(|inner| {
            !inner.is_empty()
                && inner.len() <= ID_OCTETS_MAX
                && inner
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
        })
        .map(|_inner| text.to_owned())
        .ok_or(Unsendable::Identifier { header })
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn part(content_type: ContentType, text: &str) -> Result<SinglePart, Unsendable> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let body =
        Body::new_with_encoding(lines.replace('\n', "\r\n"), ContentTransferEncoding::Base64)
            .map_err(|_unencodable| Unsendable::BareLineEnd)?;
    Ok(SinglePart::builder()
        .header(content_type)
        .header(header::ContentDisposition::inline())
        .body(body))
}

/// True when a CR or LF stands alone. The mail library ends a letter's lines by CR LF only and would
/// not double a dot after any other line end (RUSTSEC-2026-0561).
pub fn has_bare_line_end(bytes: &[u8]) -> bool {
    let mut was_cr = false;
    for &byte in bytes {
        if was_cr != (byte == b'\n') {
            return true;
        }
        was_cr = byte == b'\r';
    }
    was_cr
}

#[cfg(test)]
mod tests;
