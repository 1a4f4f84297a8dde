//! At which identity provider staff may sign in.

use std::path::PathBuf;

use domain::text::Language;
use serde::Deserialize;

use crate::{oidc::is_sound_address, web::text::t};

/// An identity provider that speaks OpenID Connect. None where nothing of it is set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Oidc {
    /// By which name the provider calls itself, letter by letter: an `https` address.
    pub issuer: Option<String>,
    /// By which name the provider knows this deployment.
    pub client_id: Option<String>,
    /// A file that holds nothing but the secret; without it, the provider must take us without one.
    pub client_secret_file: Option<PathBuf>,
    /// A file with the certificates (PEM) of those who vouch for the provider's own; without it, the public ones
    /// that browsers know.
    pub ca_file: Option<PathBuf>,
    /// What people call it, in Chinese.
    pub name_zh: Option<String>,
    /// What people call it, in English.
    pub name_en: Option<String>,
    /// Values of `acr` with which the provider says that it has asked for a second factor.
    pub trusted_acr: Vec<String>,
    /// Values of `amr` that say the same.
    pub trusted_amr: Vec<String>,
}

/// The stable codes of what can be wrong, as in the catalogue of words.
pub const FAULTS: [&str; 5] = [
    "issuer-missing",
    "issuer-address",
    "client-missing",
    "name-half",
    "trusted-empty",
];

/// What is wrong with a key, in both languages: whoever starts the server may read either.
fn fault(key: &str, code: &str) -> String {
    let said = |language| t(language, &format!("oidc-fault-{code}"), &[]);
    format!(
        "oidc.{key}: {} / {}",
        said(Language::Zh),
        said(Language::En)
    )
}

impl Oidc {
    /// True when anything is set.
    pub fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// What is missing or cannot be: half a provider is none, and nobody should learn of it at the door.
    pub(super) fn faults(&self) -> Vec<String> {
        if !self.is_set() {
            return Vec::new();
        }
        let is_missing = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        let mut faults = Vec::new();
        match &self.issuer {
            Some(issuer) if !issuer.is_empty() => {
                if !is_sound_address(issuer) || issuer.contains(['?', '#']) {
                    faults.push(fault("issuer", "issuer-address"));
                }
            }
            Some(_) | None => faults.push(fault("issuer", "issuer-missing")),
        }
        if is_missing(&self.client_id) {
            faults.push(fault("client_id", "client-missing"));
        }
        if is_missing(&self.name_zh) != is_missing(&self.name_en) {
            faults.push(fault("name_zh, oidc.name_en", "name-half"));
        }
        for (key, values) in [
            ("trusted_acr", &self.trusted_acr),
            ("trusted_amr", &self.trusted_amr),
        ] {
            if values.iter().any(|value| value.trim().is_empty()) {
                faults.push(fault(key, "trusted-empty"));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Oidc {
        Oidc {
            issuer: Some("https://id.example.gov.cn/realms/zone".into()),
            client_id: Some("green-channel".into()),
            ..Oidc::default()
        }
    }

    #[test]
    fn what_is_half_set_is_said_in_both_languages() {
        assert_eq!(Oidc::default().faults(), Vec::<String>::new());
        assert_eq!(whole().faults(), Vec::<String>::new());
        let half = Oidc {
            trusted_acr: vec!["mfa".into(), String::new()],
            name_zh: Some("政务统一认证".into()),
            ..Oidc::default()
        };
        let faults = half.faults().join("\n");
        for key in [
            "oidc.issuer",
            "oidc.client_id",
            "oidc.name_zh",
            "oidc.trusted_acr",
        ] {
            assert!(faults.contains(key), "{key} in {faults}");
        }
        assert!(faults.contains("客户端"), "{faults}");
        assert!(faults.contains("is missing"), "{faults}");
    }

    #[test]
    fn an_issuer_is_reached_over_https_or_is_on_this_machine() {
        for (issuer, is_good) in [
            ("https://id.example", true),
            ("https://id.example/realms/zone/", true),
            ("http://127.0.0.1:9000", true),
            ("http://localhost:9000/op", true),
            ("http://[::1]:9000", true),
            ("http://id.example", false),
            ("http://127.0.0.1.example", false),
            ("https://id.example/?tenant=1", false),
            ("https://id.example/#x", false),
            ("https://user@id.example/", false),
            ("id.example", false),
            ("ftp://id.example", false),
        ] {
            let tried = Oidc {
                issuer: Some(issuer.into()),
                ..whole()
            };
            assert_eq!(tried.faults().is_empty(), is_good, "{issuer}");
        }
    }
}
