//! The key and the typed value of one attribute element.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::escape::EscapeError;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use super::Value;
use super::error::{XesErrorKind, excerpt};
use super::limits::VALUE_BYTES_MAX;

/// The types of attributes that have a value, after their elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    String,
    Date,
    Int,
    Float,
    Boolean,
    Id,
}

/// Reads `<string key=".." value=".."/>` and its like.
pub(super) fn keyed_value(
    value_type: ValueType,
    start: &BytesStart<'_>,
) -> Result<(String, Value), XesErrorKind> {
    let mut raw_key = None;
    let mut raw_value = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|flaw| XesErrorKind::malformed(&flaw))?;
        match attribute.key.as_ref() {
            "key" => raw_key = Some(attribute),
            "value" => raw_value = Some(attribute),
            _ => {}
        }
    }
    let key = raw_key
        .as_ref()
        .map(decoded)
        .transpose()?
        .unwrap_or_default();
    if key.trim().is_empty() {
        let element = excerpt(start.local_name().as_ref());
        return Err(XesErrorKind::AttributeWithoutKey { element });
    }
    check_length(&key, &key)?;
    let Some(raw_value) = raw_value else {
        return Err(XesErrorKind::AttributeWithoutValue { key: excerpt(&key) });
    };
    let value = decoded(&raw_value)?;
    check_length(&key, &value)?;
    let value = typed(value_type, &key, value)?;
    Ok((key.into_owned(), value))
}

/// What is wrong with a reference in a value or text.
pub(super) fn escape_flaw(flaw: EscapeError) -> XesErrorKind {
    match flaw {
        EscapeError::UnrecognizedEntity(_, entity) => XesErrorKind::UnknownEntity {
            entity: excerpt(&entity),
        },
        EscapeError::UnterminatedEntity(_)
        | EscapeError::InvalidCharRef(_)
        | EscapeError::TooManyNestedEntities => XesErrorKind::malformed(&flaw),
    }
}

fn decoded<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, XesErrorKind> {
    let text = match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(text) => text,
        Err(Error::Escape(flaw)) => return Err(escape_flaw(flaw)),
        Err(flaw) => return Err(XesErrorKind::malformed(&flaw)),
    };
    // XML 1.0, 2.2: of the control characters only three. The parser lets others through, and a
    // database may refuse a text with a zero in it.
    let is_forbidden = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    // To the end even if one is found early: without a way out, many bytes are tested at once.
    if text
        .bytes()
        .fold(false, |found, byte| found | is_forbidden(byte))
    {
        return Err(XesErrorKind::malformed(
            &"a control character stands in a key or value",
        ));
    }
    Ok(text)
}

fn check_length(key: &str, text: &str) -> Result<(), XesErrorKind> {
    if text.len() > VALUE_BYTES_MAX {
        let key = excerpt(key);
        return Err(XesErrorKind::ValueTooLong {
            key,
            bytes_max: VALUE_BYTES_MAX,
        });
    }
    Ok(())
}

fn typed(value_type: ValueType, key: &str, value: Cow<'_, str>) -> Result<Value, XesErrorKind> {
    // XML Schema drops blanks around everything but strings.
    let word = value.trim();
    let bad_number = || XesErrorKind::BadNumber {
        key: excerpt(key),
        value: excerpt(&value),
    };
    match value_type {
        ValueType::String => Ok(Value::Text(value.into_owned())),
        ValueType::Id => Ok(Value::Id(value.into_owned())),
        ValueType::Date => moment(key, word).map(Value::Moment),
        ValueType::Int => word.parse().ok().map(Value::Whole).ok_or_else(bad_number),
        ValueType::Float => number(word).map(Value::Number).ok_or_else(bad_number),
        ValueType::Boolean => match word {
            "true" | "1" => Ok(Value::Truth(true)),
            "false" | "0" => Ok(Value::Truth(false)),
            _ => Err(XesErrorKind::BadBoolean {
                key: excerpt(key),
                value: excerpt(&value),
            }),
        },
    }
}

/// XML Schema has `INF` and `NaN`, Rust a dozen spellings of them and a few words more.
fn number(word: &str) -> Option<f64> {
    let is_spelt_out = matches!(word, "INF" | "-INF" | "NaN");
    let is_digits = word
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if is_spelt_out || is_digits {
        word.parse().ok()
    } else {
        None
    }
}

/// RFC 3339 first, which is what nearly every log has and the quicker to read; else ISO 8601 in
/// its other spellings of the same.
fn moment(key: &str, word: &str) -> Result<OffsetDateTime, XesErrorKind> {
    let flaw = match OffsetDateTime::parse(word, &Rfc3339) {
        // RFC 3339 leaves the separator open, and the parser takes any.
        Ok(moment) if matches!(word.as_bytes().get(10), Some(b'T' | b't' | b' ')) => {
            return Ok(moment);
        }
        Ok(_) | Err(_) => XesErrorKind::BadDate {
            key: excerpt(key),
            value: excerpt(word),
        },
    };
    // ISO 8601 allows only the `T`, but a blank in its place is the commonest deviation.
    let iso = word.replacen(' ', "T", 1);
    if let Ok(moment) = OffsetDateTime::parse(&iso, &Iso8601::PARSING) {
        return Ok(moment);
    }
    let is_local = PrimitiveDateTime::parse(&iso, &Iso8601::PARSING).is_ok()
        || Date::parse(&iso, &Iso8601::PARSING).is_ok();
    if is_local {
        return Err(XesErrorKind::DateWithoutOffset {
            key: excerpt(key),
            value: excerpt(word),
        });
    }
    Err(flaw)
}
