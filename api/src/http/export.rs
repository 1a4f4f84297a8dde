//! Lists as files: CSV for spreadsheets, XLSX with typed cells, JSON lines for programs.

mod row;
mod sheet;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
};
use serde::Serialize;
use time::Date;

pub(super) use self::sheet::{Cell, Sheet};
use super::list::ListQuery;
use crate::error::{AppError, RequestFlaw};

/// Rows of a file at most; more are a matter for several files, each with a filter.
pub(super) const ROWS_MAX: usize = 10_000;

/// Rows that are read at once for a file.
pub(super) const ROWS_READ: i64 = 1_000;

/// In which form a list is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A page of JSON.
    Page,
    /// All rows as a file.
    File(FileForm),
}

/// A form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileForm {
    /// Text with commas, for spreadsheets.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON object in each line.
    Ndjson,
}

impl FileForm {
    const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Ndjson];

    fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// The form of a media type without its parameters.
    fn of_media_type(name: &str) -> Option<Self> {
        let named = |form: &Self| form.media_type().split(';').next() == Some(name);
        Self::ALL.into_iter().find(named)
    }
}

/// The form that is asked for: by `format` if it is there, otherwise by the first type of `Accept` that we have.
pub(super) fn form(request: &HttpRequest, query: &ListQuery) -> Result<Form, AppError> {
    let asked = query.parsed("format", "json, csv, xlsx, ndjson", |text| {
        if text == "json" {
            return Some(Form::Page);
        }
        let form = FileForm::ALL.into_iter().find(|form| form.code() == text)?;
        Some(Form::File(form))
    })?;
    if let Some(form) = asked {
        return Ok(form);
    }
    let accept = request.headers().get(header::ACCEPT);
    let Some(accept) = accept.and_then(|value| value.to_str().ok()) else {
        return Ok(Form::Page);
    };
    let types = accept.split(',').map(|part| {
        part.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    });
    for name in types {
        match name.as_str() {
            "" | "*/*" | "application/*" | "application/json" => return Ok(Form::Page),
            other => {
                if let Some(form) = FileForm::of_media_type(other) {
                    return Ok(Form::File(form));
                }
            }
        }
    }
    let known = "application/json, text/csv, application/x-ndjson, \
                 application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Err(RequestFlaw::NotAcceptable {
        known: known.to_owned(),
    }
    .into())
}

/// A list as a file, named after what it is of and the day.
pub(super) fn file<T: Sheet + Serialize>(
    form: FileForm,
    rows: &[T],
    today: Date,
) -> Result<HttpResponse, AppError> {
    if rows.len() > ROWS_MAX {
        return Err(RequestFlaw::TooManyRows { max: ROWS_MAX }.into());
    }
    let bytes = match form {
        FileForm::Csv => sheet::csv(rows),
        FileForm::Xlsx => sheet::xlsx(rows)?,
        FileForm::Ndjson => ndjson(rows)?,
    };
    let name = disposition(T::NAME, T::NAME_ZH, &format!("{today}.{}", form.code()));
    Ok(HttpResponse::Ok()
        .content_type(form.media_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::VARY, "Accept, Authorization, Accept-Language"))
        .body(bytes))
}

fn ndjson<T: Serialize>(rows: &[T]) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row).map_err(|error| AppError::Broken {
            cause: error.to_string(),
        })?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// A file name that old and new clients can read: plain letters, and Chinese after RFC 8187.
fn disposition(name: &str, name_zh: &str, rest: &str) -> HeaderValue {
    let mut encoded = String::new();
    super::list::encode(&format!("{name_zh}-{rest}"), &mut encoded);
    let text = format!("attachment; filename=\"{name}-{rest}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests;
