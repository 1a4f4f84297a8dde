//! How to reach the relay, checked at start and not with the first letter.

use std::{fmt, net::IpAddr, time::Duration};

use domain::secret::Secret;
use lettre::transport::smtp::Error;

/// A relay that does not take a connection in this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// For each reply before DATA.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(1);
/// For the reply to DATA. RFC 5321, 4.5.3.2.4.
const DATA_TIMEOUT: Duration = Duration::from_mins(2);
/// For each block of the letter and for the reply to the final dot. RFC 5321, 4.5.3.2.6: giving up
/// sooner is how a letter is sent five times.
const FINAL_TIMEOUT: Duration = Duration::from_mins(10);

/// How to reach the relay.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Name or address; the certificate must be made out to it.
    pub host: String,
    /// Usually 465 with [`Security::Tls`], 587 with [`Security::StartTls`], 25 on the own machine.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// A root certificate in PEM beside the public ones, for a relay of the zone's own.
    pub extra_root_pem: Option<String>,
    /// How to sign in, if the relay wants it.
    pub login: Option<Login>,
    /// By which name we say hello: this machine's full domain name.
    pub hello_name: String,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all; only for a relay on this machine.
    Plain,
    /// Not at all, over a network, because the operator said so. Never with a password.
    PlainOverNetwork,
    /// TLS after STARTTLS; a relay that does not offer it is not used.
    StartTls,
    /// TLS from the first byte. To be preferred: nothing precedes it that could be tampered with.
    Tls,
}

/// A name and a password. Debug shows no password.
#[derive(Clone)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, ***)", self.user)
    }
}

/// How long to wait for what. The defaults are those of RFC 5321 or shorter where that is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For connecting, and for each reply until the greeting is over.
    pub connect: Duration,
    /// For each reply before DATA.
    pub command: Duration,
    /// For the reply to DATA.
    pub data: Duration,
    /// For each block of the letter and for the reply to the final dot.
    pub last_reply: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: CONNECT_TIMEOUT,
            command: COMMAND_TIMEOUT,
            data: DATA_TIMEOUT,
            last_reply: FINAL_TIMEOUT,
        }
    }
}

/// Why settings cannot be used. Found at start, not with the first letter.
#[derive(Debug)]
pub enum SmtpFlaw {
    /// [`Security::Plain`] to another machine.
    PlainOverNetwork,
    /// A password over a connection that everybody can read.
    PasswordInClear,
    /// The host or the hello name is empty or not plain ASCII.
    Name {
        /// Which setting.
        setting: &'static str,
    },
    /// The root certificate's text holds no certificate.
    NoCertificate,
    /// The root certificate or the host's name cannot be used for TLS.
    Tls(Error),
}

impl fmt::Display for SmtpFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlainOverNetwork => f.write_str(
                "a connection without TLS is allowed to this machine only, unless said explicitly",
            ),
            Self::PasswordInClear => {
                f.write_str("a password needs TLS, or a relay on this machine")
            }
            Self::Name { setting } => write!(f, "{setting} is not a host name"),
            Self::NoCertificate => f.write_str("extra_root_pem holds no certificate in PEM"),
            Self::Tls(_) => f.write_str("the TLS settings cannot be used"),
        }
    }
}

impl std::error::Error for SmtpFlaw {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Tls(cause) => Some(cause),
            Self::PlainOverNetwork
            | Self::PasswordInClear
            | Self::NoCertificate
            | Self::Name { .. } => None,
        }
    }
}

impl SmtpSettings {
    /// Names that can stand in a command, and no secret that the network could read.
    pub(super) fn check(&self) -> Result<(), SmtpFlaw> {
        for (setting, name) in [("host", &self.host), ("hello_name", &self.hello_name)] {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(SmtpFlaw::Name { setting });
            }
        }
        let is_here = self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        match self.security {
            Security::Plain if !is_here => Err(SmtpFlaw::PlainOverNetwork),
            Security::PlainOverNetwork if !is_here && self.login.is_some() => {
                Err(SmtpFlaw::PasswordInClear)
            }
            Security::Plain | Security::PlainOverNetwork | Security::StartTls | Security::Tls => {
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Smtp, *};

    #[test]
    fn settings_that_show_secrets_to_the_network_are_refused() {
        let login = Some(Login {
            user: "gc".to_owned(),
            password: Secret::new("s3cret".to_owned()),
        });
        assert!(!format!("{login:?}").contains("s3cret"));
        let check = |host: &str, security, login: &Option<Login>, pem: Option<&str>| {
            Smtp::new(SmtpSettings {
                host: host.to_owned(),
                security,
                login: login.clone(),
                extra_root_pem: pem.map(str::to_owned),
                port: 25,
                hello_name: "worker.gc.example.gov.cn".to_owned(),
                timeouts: Timeouts::default(),
            })
            .map(|_smtp| ())
        };
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(check(host, Security::Plain, &login, None).is_ok(), "{host}");
        }
        let relay = "relay.example.gov.cn";
        assert!(matches!(
            check(relay, Security::Plain, &None, None),
            Err(SmtpFlaw::PlainOverNetwork)
        ));
        assert!(check(relay, Security::PlainOverNetwork, &None, None).is_ok());
        assert!(matches!(
            check(relay, Security::PlainOverNetwork, &login, None),
            Err(SmtpFlaw::PasswordInClear)
        ));
        assert!(check(relay, Security::Tls, &login, None).is_ok());
        assert!(check(relay, Security::StartTls, &login, None).is_ok());
        assert!(matches!(
            check(relay, Security::Tls, &None, Some("no certificate")),
            Err(SmtpFlaw::NoCertificate)
        ));
        for host in ["", "a b", "a\r\nb"] {
            assert!(matches!(
                check(host, Security::Tls, &None, None),
                Err(SmtpFlaw::Name { setting: "host" })
            ));
        }
    }
}
