//! Forms that carry a file.

use std::{collections::BTreeMap, convert::Infallible};

use actix_web::web::Bytes;
use multer::Multipart;

use super::form::Sent;
use crate::error::AppError;

/// A file as it was sent.
pub(super) struct Upload {
    /// Its name on the sender's machine.
    pub(super) name: String,
    /// What it holds.
    pub(super) bytes: Bytes,
}

/// What divides the parts of a form that carries a file; nothing for a form of another kind.
pub(super) fn boundary(media_type: &str) -> Option<String> {
    multer::parse_boundary(media_type).ok()
}

/// The fields of a form, and its file if one was chosen. The body is bounded where it is received.
pub(super) async fn read(
    body: Bytes,
    boundary: String,
) -> Result<(Sent, Option<Upload>), AppError> {
    let whole = futures_util::stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = Multipart::new(whole, boundary);
    let mut fields = BTreeMap::new();
    let mut upload = None;
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|error| malformed(&error))?
    {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|error| malformed(&error))?;
        match file_name {
            Some(file_name) if !file_name.is_empty() => {
                upload = Some(Upload {
                    name: file_name,
                    bytes,
                });
            }
            // A browser sends an empty file where none was chosen.
            Some(_) => {}
            None => {
                fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok((Sent::with(fields), upload))
}

fn malformed(error: &multer::Error) -> AppError {
    AppError::Malformed {
        detail: error.to_string(),
    }
}
