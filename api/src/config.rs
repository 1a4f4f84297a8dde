//! Configuration: defaults, then a TOML file, then the environment, then flags. Every fault at once.

mod sign_in;

use std::{fmt, path::PathBuf};

use domain::egress::Network;
use serde::Deserialize;

mod gate;
mod mail;
mod oidc;

pub use self::{
    gate::Quota,
    mail::{Mail, MailSecurity, Transport},
    oidc::{FAULTS as OIDC_FAULTS, Oidc},
    sign_in::{PasswordCost, Profile, SignIn, Totp},
};

/// What is configured. A key that nothing executes is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the server listens and is reached.
    pub server: Server,
    /// Where things are kept.
    pub database: Database,
    /// How letters go out.
    pub mail: Mail,
    /// How often the worker looks.
    pub worker: Worker,
    /// The master key.
    pub secret: Secret,
    /// Where checkpoints of the records go besides the database.
    pub audit: Audit,
    /// Where events may be sent.
    pub webhooks: Webhooks,
    /// How much one client may ask.
    pub quota: Quota,
    /// How people sign in.
    pub sign_in: SignIn,
    /// At which identity provider staff may sign in.
    pub oidc: Oidc,
}

/// Where the server listens and is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// What stands before every link in a letter, for example `https://gc.example.gov.cn`.
    pub public_url: Option<String>,
    /// Whom to tell of a weakness, for `security.txt`: a `mailto:` or `https:` address.
    pub security_contact: Option<String>,
    /// Proxies whose word is taken for where a request comes from, for example `10.0.0.0/8`. Nobody else's is.
    pub trusted_proxies: Vec<String>,
    /// Where figures about this process are told to whoever asks, for example `127.0.0.1:9464`; nowhere if absent.
    pub metrics_listen: Option<String>,
}

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://USER@HOST/NAME`.
    pub url: String,
}

/// How often the worker looks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Worker {
    /// Seconds between two looks; 1 to 3600.
    pub interval_seconds: u64,
}

/// Where checkpoints of the records go besides the database. They prove something only where somebody keeps
/// them who cannot write the database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// A file that gets a line of JSON for each checkpoint.
    pub checkpoint_file: Option<PathBuf>,
    /// `udp://HOST:PORT` or `unix:///PATH`: RFC 5424, checkpoints and security events.
    pub syslog: Option<String>,
}

/// The master key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Secret {
    /// A file with 64 hexadecimal digits. Made on first use beside an SQLite database; on PostgreSQL it
    /// must be given, because every replica needs the same.
    pub key_file: Option<PathBuf>,
}

/// Where events may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Own networks to which events may go, for example `10.20.0.0/16`; also without TLS. Everything else that
    /// is not reachable from everywhere is refused.
    pub allow_cidrs: Vec<String>,
}

impl Webhooks {
    /// The networks; what is none was a fault at the start.
    pub fn networks(&self) -> Vec<Network> {
        let parsed = self.allow_cidrs.iter();
        parsed
            .filter_map(|typed| typed.trim().parse().ok())
            .collect()
    }

    fn faults(&self) -> Vec<String> {
        let parsed = self.allow_cidrs.iter();
        let faulty = parsed.filter_map(|typed| typed.trim().parse::<Network>().err());
        faulty
            .map(|fault| format!("webhooks.allow_cidrs: {fault}"))
            .collect()
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8077".into(),
            public_url: None,
            security_contact: None,
            trusted_proxies: Vec::new(),
            metrics_listen: None,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://green-channel.sqlite".into(),
        }
    }
}

impl Default for Worker {
    fn default() -> Self {
        Self {
            interval_seconds: 5,
        }
    }
}

/// What is wrong with the configuration; all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// The prefix of environment variables: `GREEN_CHANNEL__MAIL__HOST` sets `mail.host`.
const PREFIX: &str = "GREEN_CHANNEL__";

/// Reads a file's text, if there is one, and the environment over it, for a command that sends letters.
pub fn read(
    file: Option<(&str, &str)>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    read_for(Use::Serving, file, environment)
}

/// What the configuration is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To run the server: everything must be there.
    Serving,
    /// To work on the database and be done: how letters go out is not asked.
    Keeping,
}

/// Reads a file's text, if there is one, and the environment over it, and judges what `wanted` needs.
pub fn read_for(
    wanted: Use,
    file: Option<(&str, &str)>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut faults = Vec::new();
    let mut table = match file {
        Some((name, text)) => text.parse::<toml::Table>().unwrap_or_else(|error| {
            faults.push(format!("{name}: {error}"));
            toml::Table::new()
        }),
        None => toml::Table::new(),
    };
    for (name, value) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let path = path.to_lowercase();
        match path.split_once("__") {
            Some((section, key)) if !key.contains("__") => {
                let section = table
                    .entry(section)
                    .or_insert_with(|| toml::Value::Table(toml::Table::new()));
                if let toml::Value::Table(section) = section {
                    section.insert(key.to_owned(), typed(key, value));
                }
            }
            _ => faults.push(format!("{name}: the form is {PREFIX}SECTION__KEY")),
        }
    }
    let origin = file.map_or("environment", |(name, _)| name);
    match toml::Value::Table(table).try_into::<Config>() {
        Ok(config) => {
            faults.extend(config.faults());
            if wanted == Use::Serving {
                faults.extend(config.mail.faults());
                faults.extend(config.server.faults());
            }
            if faults.is_empty() {
                Ok(config)
            } else {
                Err(ConfigError(faults))
            }
        }
        Err(error) => {
            faults.push(format!("{origin}: {error}"));
            Err(ConfigError(faults))
        }
    }
}

/// Keys that hold numbers; the environment knows only text.
fn typed(key: &str, value: String) -> toml::Value {
    match (key, value.parse::<i64>()) {
        (
            "port" | "interval_seconds" | "reads_per_minute" | "writes_per_minute"
            | "password_days" | "person_per_hour" | "domain_per_minute" | "per_minute",
            Ok(number),
        ) => toml::Value::Integer(number),
        ("device_mail", _) => value
            .parse()
            .map_or(toml::Value::String(value), toml::Value::Boolean),
        // Lists, with commas.
        ("allow_cidrs", _) => {
            let items = value.split(',').filter(|item| !item.trim().is_empty());
            let text = |item: &str| toml::Value::String(item.trim().to_owned());
            toml::Value::Array(items.map(text).collect())
        }
        ("trusted_proxies" | "trusted_acr" | "trusted_amr", _) => {
            let parts = value.split(',').map(|part| part.trim().into());
            toml::Value::Array(parts.collect())
        }
        _ => toml::Value::String(value),
    }
}

impl Config {
    /// What fits its type and still cannot be.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            faults.push(format!(
                "server.listen: {:?} is not ADDRESS:PORT, for example 127.0.0.1:8077",
                self.server.listen
            ));
        }
        if let Some(url) = &self.server.public_url {
            let is_sound =
                (url.starts_with("https://") || url.starts_with("http://")) && !url.ends_with('/');
            if !is_sound {
                faults.push(format!(
                    "server.public_url: {url:?} must begin with https:// and not end with /"
                ));
            }
        }
        if let Some(contact) = &self.server.security_contact
            && !["mailto:", "https://", "tel:"]
                .iter()
                .any(|start| contact.starts_with(start))
        {
            faults.push(format!(
                "server.security_contact: {contact:?} must begin with mailto:, https:// or tel:"
            ));
        }
        if let Err(error) = persistence::connection::Target::parse(&self.database.url) {
            faults.push(format!("database.url: {error}"));
        }
        let range = 1..=3_600;
        if !range.contains(&self.worker.interval_seconds) {
            faults.push("worker.interval_seconds: 1 to 3600".into());
        }
        faults.extend(self.webhooks.faults());
        faults.extend(self.sign_in.faults());
        faults.extend(self.oidc.faults());
        faults
    }

    /// What stands before every link in a letter.
    pub fn public_url(&self) -> String {
        let listen = || format!("http://{}", self.server.listen);
        self.server.public_url.clone().unwrap_or_else(listen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
        let owned: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        owned.into_iter()
    }

    #[test]
    fn the_environment_stands_over_the_file() {
        let file = "[mail]\nhost = \"relay.example\"\nport = 25\n[worker]\ninterval_seconds = 9\n";
        let config = read(
            Some(("gc.toml", file)),
            environment(&[
                ("GREEN_CHANNEL__MAIL__HOST", "other.example"),
                ("PATH", "/bin"),
            ]),
        )
        .unwrap();
        assert_eq!(config.mail.host.as_deref(), Some("other.example"));
        assert_eq!(
            (config.mail.port, config.worker.interval_seconds),
            (Some(25), 9)
        );
    }

    #[test]
    fn every_fault_is_said_at_once_and_names_its_key() {
        let file = "[sign_in]\npassword_days = 30\n[server]\nlisten = \"nowhere\"\n[database]\nurl = \"mysql://x\"\n[mail]\nfrom = \"nobody\"\n";
        let faults = read(Some(("gc.toml", file)), environment(&[]))
            .unwrap_err()
            .to_string();
        for key in [
            "server.listen",
            "database.url",
            "mail.host",
            "mail.from",
            "sign_in.password_days",
        ] {
            assert!(faults.contains(key), "{key} in {faults}");
        }
    }

    #[test]
    fn own_networks_are_a_list_in_the_file_and_in_the_environment() {
        let mail = "[mail]\nhost = \"relay.example\"\n";
        let listed = format!("{mail}[webhooks]\nallow_cidrs = [\"10.20.0.0/16\"]\n");
        let config = read(Some(("gc.toml", &listed)), environment(&[])).unwrap();
        assert_eq!(
            config.webhooks.networks(),
            ["10.20.0.0/16".parse().unwrap()]
        );
        let pairs = [(
            "GREEN_CHANNEL__WEBHOOKS__ALLOW_CIDRS",
            "10.1.0.0/16, fd00::/8",
        )];
        let config = read(Some(("gc.toml", mail)), environment(&pairs)).unwrap();
        assert_eq!(config.webhooks.networks().len(), 2);
        let wrong = format!("{mail}[webhooks]\nallow_cidrs = [\"10.20.0.1/16\"]\n");
        let fault = read(Some(("gc.toml", &wrong)), environment(&[])).unwrap_err();
        assert!(
            fault.to_string().contains("webhooks.allow_cidrs"),
            "{fault}"
        );
    }

    #[test]
    fn a_key_that_nothing_executes_is_an_error() {
        let fault = read(
            Some(("gc.toml", "[mail]\nhots = \"x\"\n")),
            environment(&[]),
        )
        .unwrap_err();
        assert!(fault.to_string().contains("hots"), "{fault}");
        let fault = read(None, environment(&[("GREEN_CHANNEL__MALE__HOST", "x")])).unwrap_err();
        assert!(fault.to_string().contains("male"), "{fault}");
    }
}
