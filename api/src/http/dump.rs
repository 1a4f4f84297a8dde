//! The full export over the API.

use std::{
    fs::File,
    io::{self, Read as _},
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    get,
    http::header::{self, HeaderValue},
    web,
};
use futures_util::stream;

use super::{
    access::{ExportZone, Proved},
    list::ListQuery,
    problem::{ApiError, Problem},
    witness,
};
use crate::{app::App, error::AppError, usecase::dump};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 * 1_024;

/// All that the zone has, but for its secrets, as lines of JSON on one snapshot: a head, a line for each thing, and
/// at last a line with the number of the lines before it and their SHA-256. Whoever asks has signed in at most five
/// minutes ago; it is told to the security record.
#[utoipa::path(tag = "export", operation_id = "exportZone",
    responses((status = 200, body = String, content_type = "application/x-ndjson"), (status = 403, body = Problem), (status = 503, body = Problem)))]
#[get("/export")]
pub(crate) async fn export_zone(
    app: web::Data<App>,
    proved: Proved<ExportZone>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    ListQuery::of_one(&request, &[])?;
    let address = witness::address(&request);
    let (file, length) = dump::prepare(&app, &proved.actor, &address).await?;
    let pieces = stream::unfold(Some(file), |file| async {
        match next(file?).await {
            Ok((piece, _)) if piece.is_empty() => None,
            Ok((piece, file)) => Some((Ok(piece), Some(file))),
            Err(error) => Some((Err(error), None)),
        }
    });
    let name = format!(
        "attachment; filename=\"green-channel-{}.ndjson\"",
        app.now().date()
    );
    let name = HeaderValue::from_str(&name).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(SizedStream::new(length, pieces)))
}

/// The next piece of the file; an empty one at its end.
async fn next(mut file: File) -> io::Result<(web::Bytes, File)> {
    let read = web::block(move || {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let bytes_max = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        file.by_ref().take(bytes_max).read_to_end(&mut piece)?;
        Ok::<_, io::Error>((web::Bytes::from(piece), file))
    });
    read.await.map_err(io::Error::other)?
}
