//! Lists: which rows, in which order, from where on, and in which form.
//!
//! Every list takes `limit`, `cursor`, `count` and `fields` and refuses what it does not know. A cursor is
//! signed and belongs to one list with one filter and one order; what is behind it is nobody's business.

mod answer;

use std::{collections::BTreeMap, str::FromStr};

use actix_web::{HttpRequest, web};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Date, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

pub(super) use self::answer::{Order, Shown, answer, answer_beside, known, whole};
use crate::{
    error::{AppError, RequestFlaw},
    keys::Keys,
};

/// Rows of a page if nothing is said: about a screen or two.
pub const LIMIT_DEFAULT: i64 = 50;
/// Rows of a page at most: an answer stays below some hundred kilobytes.
pub const LIMIT_MAX: i64 = 200;
/// Characters of an unknown name that are repeated to whoever sent it.
const NAME_CHARACTERS_MAX: usize = 64;

/// What every list takes.
const COMMON: [&str; 4] = ["limit", "cursor", "count", "fields"];
/// What says how much is shown, not of what: a cursor is good for any of it.
const BESIDE_FILTER: [&str; 5] = ["limit", "cursor", "count", "fields", "format"];

/// What the address of every list may say.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a row, with commas; all if absent.
    pub fields: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageOf<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the pages beside it begin.
    pub page: PageMark,
}

/// On which side of a row a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// It begins behind the row.
    Behind,
    /// It ends before the row.
    Before,
}

/// What the address of a list says.
#[derive(Debug)]
pub(super) struct ListQuery {
    list: &'static str,
    path: String,
    pairs: BTreeMap<String, String>,
}

impl ListQuery {
    /// Reads the address of `list`, which takes `own` beside what all lists take.
    pub(super) fn read(
        request: &HttpRequest,
        list: &'static str,
        own: &[&'static str],
    ) -> Result<Self, AppError> {
        Self::taking(request, list, [&COMMON, own].concat())
    }

    fn taking(
        request: &HttpRequest,
        list: &'static str,
        mut known: Vec<&'static str>,
    ) -> Result<Self, AppError> {
        let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
        let query = query.map_err(|error| AppError::Malformed {
            detail: format!("query: {error}"),
        })?;
        let mut pairs = BTreeMap::new();
        for (name, value) in query.into_inner() {
            if !known.contains(&name.as_str()) {
                let name = name.chars().take(NAME_CHARACTERS_MAX).collect();
                known.sort_unstable();
                let known = known.join(", ");
                return Err(RequestFlaw::UnknownParameter { name, known }.into());
            }
            if pairs.insert(name.clone(), value).is_some() {
                return Err(RequestFlaw::RepeatedParameter { name }.into());
            }
        }
        Ok(Self {
            list,
            path: request.path().to_owned(),
            pairs,
        })
    }

    /// Reads the address of one thing, which takes `own` alone.
    pub(super) fn of_one(request: &HttpRequest, own: &[&'static str]) -> Result<Self, AppError> {
        Self::taking(request, "", own.to_vec())
    }

    /// A parameter that is there and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let value = self.pairs.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// A parameter that is read by `read`; `expected` says what it may be.
    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, AppError> {
        let Some(text) = self.pairs.get(name) else {
            return Ok(None);
        };
        let bad = || RequestFlaw::BadParameter {
            name,
            expected: expected.to_owned(),
        };
        Ok(Some(read(text.trim()).ok_or_else(bad)?))
    }

    /// One of a closed list, by its code.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &'static str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, AppError> {
        let codes: Vec<&str> = all.iter().map(|value| code(*value)).collect();
        self.parsed(name, &codes.join(", "), |text| {
            all.iter().copied().find(|value| code(*value) == text)
        })
    }

    /// A key.
    pub(super) fn key<T: FromStr>(
        &self,
        name: &'static str,
        prefix: &str,
    ) -> Result<Option<T>, AppError> {
        self.parsed(name, &format!("{prefix}_..."), |text| text.parse().ok())
    }

    /// A day.
    pub(super) fn day(&self, name: &'static str) -> Result<Option<Date>, AppError> {
        self.parsed(name, "YYYY-MM-DD", |text| {
            let day = Date::parse(text, &Iso8601::DATE).ok()?;
            (1900..=2200).contains(&day.year()).then_some(day)
        })
    }

    /// Rows of a page.
    pub(super) fn limit(&self) -> Result<i64, AppError> {
        let limit = self.parsed("limit", &format!("1-{LIMIT_MAX}"), |text| {
            let limit = text.parse().ok()?;
            (1..=LIMIT_MAX).contains(&limit).then_some(limit)
        })?;
        Ok(limit.unwrap_or(LIMIT_DEFAULT))
    }

    /// True when the rows of all pages are to be counted.
    pub(super) fn wants_count(&self) -> Result<bool, AppError> {
        let wants = self.parsed("count", "true, false", |text| text.parse().ok())?;
        Ok(wants.unwrap_or_default())
    }

    /// Where the page lies that is asked for, as `place` reads it.
    pub(super) fn place<T>(
        &self,
        keys: &Keys,
        place: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<(Side, T)>, AppError> {
        let Some(cursor) = self.text("cursor") else {
            return Ok(None);
        };
        let (side, text) = self.opened(keys, cursor)?;
        let place = place(&text).ok_or(RequestFlaw::CursorMalformed)?;
        Ok(Some((side, place)))
    }

    fn opened(&self, keys: &Keys, cursor: &str) -> Result<(Side, String), RequestFlaw> {
        let malformed = || RequestFlaw::CursorMalformed;
        let bytes = URL_SAFE_NO_PAD
            .decode(cursor)
            .map_err(|_not_base64| malformed())?;
        let split = bytes.len().checked_sub(TAG_BYTES).ok_or_else(malformed)?;
        let (said, tag) = bytes.split_at_checked(split).ok_or_else(malformed)?;
        if signed(keys, said) != tag {
            return Err(malformed());
        }
        let (hash, said) = said.split_at_checked(HASH_BYTES).ok_or_else(malformed)?;
        if hash != self.filter_hash() {
            return Err(RequestFlaw::CursorForeign);
        }
        let (side, place) = said.split_first().ok_or_else(malformed)?;
        let side = match side {
            b'>' => Side::Behind,
            b'<' => Side::Before,
            _ => return Err(malformed()),
        };
        let place = String::from_utf8(place.to_vec()).map_err(|_not_text| malformed())?;
        Ok((side, place))
    }

    fn cursor(&self, keys: &Keys, side: Side, place: &str) -> String {
        let mut said = self.filter_hash().to_vec();
        said.push(match side {
            Side::Behind => b'>',
            Side::Before => b'<',
        });
        said.extend_from_slice(place.as_bytes());
        let tag = signed(keys, &said);
        said.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(said)
    }

    /// What the list is of, and in which order: the same for every page of it.
    fn filter_hash(&self) -> [u8; HASH_BYTES] {
        let mut hash = Sha256::new().chain_update(self.list);
        let filter = self
            .pairs
            .iter()
            .filter(|(name, _)| !BESIDE_FILTER.contains(&name.as_str()));
        for (name, value) in filter {
            hash.update([0]);
            hash.update(name);
            hash.update([1]);
            hash.update(value);
        }
        // The list of a project is not that of another.
        hash.update(&self.path);
        let digest = hash.finalize();
        std::array::from_fn(|at| digest.get(at).copied().unwrap_or_default())
    }

    /// The page of `rows`, which were asked for with one more than fits, in the order of the side.
    pub(super) fn page<T>(
        &self,
        keys: &Keys,
        (side, limit): (Option<Side>, i64),
        mut rows: Vec<T>,
        place: impl Fn(&T) -> String,
    ) -> Page<T> {
        let fits = usize::try_from(limit).unwrap_or_default();
        let has_more = rows.len() > fits;
        rows.truncate(fits);
        let is_backward = side == Some(Side::Before);
        if is_backward {
            rows.reverse();
        }
        // Whoever came from a page can go back to it.
        let (has_next, has_prev) = match side {
            None => (has_more, false),
            Some(Side::Behind) => (has_more, true),
            Some(Side::Before) => (true, has_more),
        };
        let cursor = |row: Option<&T>, side, is_there: bool| {
            row.filter(|_| is_there)
                .map(|row| self.cursor(keys, side, &place(row)))
        };
        let mark = PageMark {
            next: cursor(rows.last(), Side::Behind, has_next),
            prev: cursor(rows.first(), Side::Before, has_prev),
            has_more: has_next && !rows.is_empty(),
            total: None,
        };
        Page { rows, mark }
    }

    /// The address of this list with another cursor.
    fn address(&self, cursor: Option<&str>) -> String {
        let others = self.pairs.iter().filter(|(name, _)| *name != "cursor");
        let mut text = self.path.clone();
        let mut mark = '?';
        let pairs = others.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in pairs.chain(cursor.map(|cursor| ("cursor", cursor))) {
            text.push(mark);
            mark = '&';
            text.push_str(name);
            text.push('=');
            encode(value, &mut text);
        }
        text
    }
}

/// Percent-encodes everything but what may stand in a query as it is.
pub(super) fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        let plain = char::from(byte);
        if plain.is_ascii_alphanumeric() || matches!(plain, '-' | '.' | '_' | '~') {
            into.push(plain);
        } else {
            into.push('%');
            into.push_str(&crate::keys::hexadecimal(&[byte]).to_uppercase());
        }
    }
}

/// Bytes of a cursor that say which list it is of.
const HASH_BYTES: usize = 8;
/// Bytes of a cursor that say that it is ours.
const TAG_BYTES: usize = 16;

fn signed(keys: &Keys, said: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &keys.derived("cursor"));
    let tag = hmac::sign(&key, said);
    tag.as_ref().iter().take(TAG_BYTES).copied().collect()
}

/// Rows with where they lie.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// The rows, in the order of the list.
    pub(super) rows: Vec<T>,
    /// Where they lie.
    pub(super) mark: PageMark,
}

/// Where the pages before and behind begin.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PageMark {
    /// For `cursor`; null on the last page.
    pub next: Option<String>,
    /// For `cursor`; null on the first page.
    pub prev: Option<String>,
    /// True when there is a next page.
    pub has_more: bool,
    /// Rows of all pages, if `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64)]
    pub total: Option<i64>,
}

#[cfg(test)]
mod tests;
