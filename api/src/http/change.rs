//! What has changed in the API, and what will go away.

use actix_web::{
    HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue, LINK},
    middleware::Next,
};
use time::{
    Date, OffsetDateTime, Time, format_description::BorrowedFormatItem, macros::date,
    macros::format_description,
};

/// What changed on which day, the oldest first; the sentences stand under these codes.
pub const CHANGES: [(Date, &str); 3] = [
    (date!(2026 - 11 - 20), "first"),
    (date!(2026 - 11 - 23), "described"),
    (date!(2026 - 11 - 23), "corrections"),
];

/// An operation that will go away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecation {
    /// In capitals.
    pub method: &'static str,
    /// Its address with parameters in braces, from the root of the server.
    pub path: &'static str,
    /// Since when nobody should begin to use it.
    pub deprecated_on: Date,
    /// From when on it is gone: six months later at least.
    pub sunset_on: Date,
    /// The address of what does it better.
    pub successor: Option<&'static str>,
}

/// The operations that will go away.
pub const DEPRECATED: [Deprecation; 0] = [];

/// RFC 9745: a structured date.
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
/// RFC 8594: a date as HTTP writes it.
const SUNSET: HeaderName = HeaderName::from_static("sunset");
const HTTP_DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// Says on every answer of an operation that will go away that it will.
pub async fn announce<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut answered = next.call(request).await?;
    let going = going(answered.request(), &DEPRECATED);
    if let Some(going) = going {
        tell(&going, answered.headers_mut());
    }
    Ok(answered)
}

fn going(request: &HttpRequest, all: &[Deprecation]) -> Option<Deprecation> {
    let pattern = request.match_pattern()?;
    let method = request.method().as_str();
    let mut all = all.iter().copied();
    all.find(|one| one.method == method && one.path == pattern)
}

fn tell(going: &Deprecation, headers: &mut HeaderMap) {
    let midnight = |on: Date| OffsetDateTime::new_utc(on, Time::MIDNIGHT);
    let since = format!("@{}", midnight(going.deprecated_on).unix_timestamp());
    let until = midnight(going.sunset_on)
        .format(HTTP_DATE)
        .unwrap_or_default();
    let mut add = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(name, value);
        }
    };
    add(DEPRECATION, since);
    add(SUNSET, until);
    for kind in ["deprecation", "sunset"] {
        add(LINK, format!("</api/docs/changes>; rel=\"{kind}\""));
    }
    if let Some(successor) = going.successor {
        add(LINK, format!("<{successor}>; rel=\"successor-version\""));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use time::Duration;

    use super::*;

    const OLD: Deprecation = Deprecation {
        method: "GET",
        path: "/api/v1/old/{thing}",
        deprecated_on: date!(2026 - 01 - 01),
        sunset_on: date!(2026 - 11 - 11),
        successor: Some("/api/v1/new"),
    };

    #[test]
    fn what_will_go_says_since_when_until_when_and_what_comes_after() {
        let mut headers = HeaderMap::new();
        tell(&OLD, &mut headers);
        assert_eq!(headers.get("deprecation").unwrap(), "@1767225600");
        assert_eq!(
            headers.get("sunset").unwrap(),
            "Wed, 11 Nov 2026 00:00:00 GMT"
        );
        let links: Vec<_> = headers.get_all("link").collect();
        assert_eq!(links.len(), 3);
        assert_eq!(links[2], "</api/v1/new>; rel=\"successor-version\"");
    }

    #[test]
    fn an_address_without_an_operation_is_not_going_away() {
        let request = TestRequest::get().uri("/api/v1/old/x").to_http_request();
        assert_eq!(going(&request, &[OLD]), None);
    }

    #[test]
    fn nothing_goes_before_six_months_are_over() {
        for going in DEPRECATED {
            assert!(going.sunset_on - going.deprecated_on >= Duration::days(180));
        }
    }
}
