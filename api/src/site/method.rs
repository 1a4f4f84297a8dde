//! Which methods the addresses of the pages take, for whoever comes with another.

use actix_web::http::Method;

/// Every address outside the API with its methods; a test holds the list to the handlers.
#[rustfmt::skip]
const ADDRESSES: [(&str, &str); 89] = [
    ("/", "GET"),
    ("/.well-known/api-catalog", "GET"),
    ("/.well-known/change-password", "GET"),
    ("/.well-known/jwks.json", "GET"),
    ("/.well-known/security.txt", "GET"),
    ("/admin/accounts", "GET"),
    ("/admin/accounts/oidc", "POST"),
    ("/admin/accounts/second-factor", "POST"),
    ("/admin/accounts/sessions", "POST"),
    ("/admin/audit", "GET"),
    ("/admin/audit/export", "GET"),
    ("/admin/imports", "GET, POST"),
    ("/admin/imports/{import}", "GET"),
    ("/admin/imports/{import}/commit", "POST"),
    ("/admin/people", "GET, POST"),
    ("/admin/people/{person}", "GET"),
    ("/admin/people/{person}/{act}", "POST"),
    ("/admin/units", "GET, POST"),
    ("/admin/units/{unit}", "POST"),
    ("/admin/webhooks", "GET"),
    ("/api/docs", "GET"),
    ("/api/docs/changes", "GET"),
    ("/api/docs/schemas", "GET"),
    ("/api/docs/{tag}", "GET"),
    ("/auth/code", "GET, POST"),
    ("/auth/confirm", "GET, POST"),
    ("/auth/enrol", "GET, POST"),
    ("/auth/link", "POST"),
    ("/auth/link/{token}", "GET"),
    ("/auth/oidc/callback", "GET"),
    ("/auth/oidc/confirm", "GET"),
    ("/auth/oidc/leave", "GET"),
    ("/auth/oidc/link", "GET"),
    ("/auth/oidc/start", "GET"),
    ("/auth/password", "GET, POST"),
    ("/auth/sign-in", "GET, POST"),
    ("/auth/sign-out", "POST"),
    ("/auth/totp", "GET, POST"),
    ("/board", "GET"),
    ("/board/alerts/{alert}", "GET"),
    ("/board/alerts/{alert}/acknowledge", "POST"),
    ("/cal/{token}.ics", "GET"),
    ("/calculator", "GET"),
    ("/calendar", "GET"),
    ("/calendar/proposals", "POST"),
    ("/calendar/proposals/{proposal}", "GET"),
    ("/calendar/proposals/{proposal}/{decision}", "POST"),
    ("/cards/{card}", "GET"),
    ("/cards/{card}/{action}", "POST"),
    ("/deliveries/{delivery}/redelivery", "POST"),
    ("/demo/advance", "POST"),
    ("/demo/mail", "GET"),
    ("/demo/mail/{letter}", "GET"),
    ("/demo/mail/{letter}/html", "GET"),
    ("/demo/persona", "POST"),
    ("/desk", "GET"),
    ("/desk/absence", "GET, POST"),
    ("/desk/absence/{absence}/{act}", "POST"),
    ("/desk/stages/{stage}", "GET"),
    ("/desk/stages/{stage}/{action}", "POST"),
    ("/letters", "GET"),
    ("/letters/{letter}", "GET"),
    ("/letters/{letter}/note", "POST"),
    ("/letters/{letter}/resend", "POST"),
    ("/live", "GET"),
    ("/livez", "GET"),
    ("/me/feeds", "GET, POST"),
    ("/me/feeds/{feed}/revocation", "POST"),
    ("/me/security", "GET"),
    ("/me/security/authenticator", "POST"),
    ("/me/security/oidc", "POST"),
    ("/me/security/oidc/end", "POST"),
    ("/me/security/password", "POST"),
    ("/me/security/sessions", "POST"),
    ("/p/{project}", "GET"),
    ("/p/{project}/history", "GET"),
    ("/p/{project}/stages/{stage}/stop", "GET, POST"),
    ("/problems", "GET"),
    ("/problems/{code}", "GET"),
    ("/projects", "GET"),
    ("/projects/{project}/progress", "GET"),
    ("/projects/{project}/progress/{telling}", "POST"),
    ("/readyz", "GET"),
    ("/setup", "GET, POST"),
    ("/static/{name}", "GET"),
    ("/status", "POST"),
    ("/webhooks", "GET, POST"),
    ("/webhooks/{webhook}", "GET"),
    ("/webhooks/{webhook}/{act}", "POST"),
];

/// The methods that an address takes, if there is one and this is none of them.
pub(super) fn others(method: &Method, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_same = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        let mut pairs = known.iter().zip(&parts);
        known.len() == parts.len()
            && pairs.all(|(known, part)| known.starts_with('{') || known == part)
    };
    let mut methods: Vec<&str> = ADDRESSES
        .iter()
        .filter(|(known, _)| is_same(known))
        .flat_map(|(_, methods)| methods.split(", "))
        .collect();
    methods.sort_unstable();
    methods.dedup();
    let is_strange = !methods.is_empty() && !methods.contains(&method.as_str());
    is_strange.then(|| methods.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_parts() {
        let other = |method: Method, path: &str| others(&method, path);
        assert_eq!(other(Method::GET, "/desk"), None);
        assert_eq!(other(Method::POST, "/desk"), Some("GET".to_owned()));
        assert_eq!(
            other(Method::PUT, "/auth/sign-in"),
            Some("GET, POST".to_owned())
        );
        assert_eq!(
            other(Method::PUT, "/webhooks/x/pause"),
            Some("POST".to_owned())
        );
        assert_eq!(other(Method::PUT, "/nowhere"), None);
        assert_eq!(other(Method::PUT, "/desk/"), None);
    }
}
