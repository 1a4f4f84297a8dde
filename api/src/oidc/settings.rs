//! How we are known to a provider, and how we reach it.

use std::{path::Path, time::Duration};

use domain::{secret::Secret, text::Bilingual};

use crate::config;

/// How long a request to the provider may take, from the name to the last byte. Somebody waits for it.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// How we are known to a provider, and how we reach it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// By which name the provider calls itself.
    pub issuer: String,
    /// By which name it knows us.
    pub client_id: String,
    /// What we prove it with; none for a public client.
    pub client_secret: Option<Secret<String>>,
    /// Certificates in PEM of those who vouch for its own; none for the public ones.
    pub roots_pem: Option<Vec<u8>>,
    /// What people call it.
    pub name: Option<Bilingual>,
    /// Values of `acr` that stand for a second factor.
    pub trusted_acr: Vec<String>,
    /// Values of `amr` that stand for a second factor.
    pub trusted_amr: Vec<String>,
    /// How long a request may take.
    pub timeout: Duration,
}

impl Settings {
    /// The settings of a configuration; none where nothing is set. Files that it names are read, and what cannot
    /// be read is said by its key.
    pub fn of(config: &config::Oidc) -> Result<Option<Self>, String> {
        let (Some(issuer), Some(client_id)) = (&config.issuer, &config.client_id) else {
            return Ok(None);
        };
        let read = |key: &str, path: &Path| {
            let read = std::fs::read(path);
            read.map_err(|error| format!("oidc.{key}: {}: {error}", path.display()))
        };
        let secret = match &config.client_secret_file {
            None => None,
            Some(path) => {
                let bytes = read("client_secret_file", path)?;
                let text = String::from_utf8(bytes)
                    .map_err(|error| format!("oidc.client_secret_file: {error}"))?;
                let text = text.trim().to_owned();
                if text.is_empty() {
                    return Err(format!(
                        "oidc.client_secret_file: {}: empty",
                        path.display()
                    ));
                }
                Some(Secret::new(text))
            }
        };
        let roots = config.ca_file.as_deref();
        let name = config.name_zh.as_deref().zip(config.name_en.as_deref());
        Ok(Some(Self {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: secret,
            roots_pem: roots.map(|path| read("ca_file", path)).transpose()?,
            name: name.map(|(zh, en)| Bilingual::of(zh, en)),
            trusted_acr: config.trusted_acr.clone(),
            trusted_amr: config.trusted_amr.clone(),
            timeout: TIMEOUT,
        }))
    }
}
