//! Style sheet and script: inside the binary, served under a name that changes with their content.

use std::{io::Write as _, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// A file with its address.
pub(super) struct Asset {
    /// `/static/app.<hash>.css`
    pub(super) href: String,
    content_type: &'static str,
    plain: &'static [u8],
    gzip: Vec<u8>,
}

impl Asset {
    fn new(extension: &str, content_type: &'static str, plain: &'static [u8]) -> Self {
        let digest = Sha256::digest(plain);
        let hash = crate::keys::hexadecimal(digest.get(..6).unwrap_or_default());
        Self {
            href: format!("/static/app.{hash}.{extension}"),
            content_type,
            plain,
            gzip: gzip(plain, Compression::best()),
        }
    }
}

pub(super) static STYLES: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../../static/app.css"),
    )
});
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../static/app.js"),
    )
});

/// The bytes, compressed; writing to memory does not fail.
pub(super) fn gzip(plain: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    let _into_memory = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}

/// True when the client takes gzip.
pub(super) fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted.split(',').any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next() == Some("gzip") && !parts.any(|part| part == "q=0")
        })
    })
}

#[get("/static/{name}")]
pub(super) async fn show_asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let wanted = format!("/static/{name}");
    let Some(asset) = [&*STYLES, &*SCRIPT]
        .into_iter()
        .find(|asset| asset.href == wanted)
    else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    if takes_gzip(&request) {
        response
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(asset.gzip.clone())
    } else {
        response.body(asset.plain)
    }
}
