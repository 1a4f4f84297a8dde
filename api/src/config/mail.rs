//! How letters go out.

use std::path::PathBuf;

use domain::pace::Pace;
use notifications::deliver::Limits;
use serde::Deserialize;
use time::Duration;

/// How letters go out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// `smtp` or `folder`.
    pub transport: Transport,
    /// The relay.
    pub host: Option<String>,
    /// The relay's port; by default that of `security`.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// How to sign in at the relay.
    pub user: Option<String>,
    /// A file that holds nothing but the password.
    pub password_file: Option<PathBuf>,
    /// The directory of the `folder` transport.
    pub folder: Option<PathBuf>,
    /// The sender's address.
    pub from: String,
    /// By which name we say hello.
    pub hello_name: String,
    /// Letters to one person in any hour; what is more is told in one letter. Codes for signing in do not count.
    pub person_per_hour: u32,
    /// Letters to one domain in any minute.
    pub domain_per_minute: u32,
    /// Letters in all in any minute.
    pub per_minute: u32,
}

/// Where letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// To a relay.
    Smtp,
    /// Into a directory; nobody gets them.
    Folder,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Not at all; for a relay on this machine.
    Plain,
    /// TLS after STARTTLS.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            transport: Transport::Smtp,
            host: None,
            port: None,
            security: MailSecurity::Starttls,
            user: None,
            password_file: None,
            folder: None,
            from: "green-channel@localhost.localdomain".into(),
            hello_name: "localhost".into(),
            person_per_hour: 6,
            domain_per_minute: 1_200,
            per_minute: 1_200,
        }
    }
}

impl Mail {
    /// How many letters may leave.
    pub fn limits(&self) -> Limits {
        Limits {
            person: Pace::new(self.person_per_hour, Duration::HOUR),
            domain: Pace::new(self.domain_per_minute, Duration::MINUTE),
            relay: Pace::new(self.per_minute, Duration::MINUTE),
        }
    }

    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let missing =
            |value: &Option<String>| value.as_deref().is_none_or(|text| text.trim().is_empty());
        match self.transport {
            Transport::Smtp if missing(&self.host) => faults.push(
                "mail.host: the SMTP relay is missing; set it, or mail.transport = \"folder\" to send nothing"
                    .into(),
            ),
            Transport::Folder if self.folder.is_none() => {
                faults.push("mail.folder: the directory for letters is missing".into());
            }
            Transport::Smtp | Transport::Folder => {}
        }
        if !self.from.contains('@') {
            faults.push(format!("mail.from: {:?} is not an address", self.from));
        }
        if self.user.is_some() != self.password_file.is_some() {
            faults.push("mail.user and mail.password_file go together".into());
        }
        faults
    }

    /// The part of the sender's address behind the at sign.
    pub fn domain(&self) -> &str {
        self.from
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain)
    }
}
