//! One letter over one connection to a relay, step by step.

use std::{error::Error as _, io, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{Certificate, SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
        response::{Response, Severity},
    },
};

use super::{
    Outcome, Phase, Verdict, judge,
    settings::{Security, SmtpFlaw, SmtpSettings},
};

/// For the reply to QUIT, which nobody needs; the outcome waits to be written down.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);
/// Replies that came too early lie in memory already; this only has to be more than nothing.
const EARLY_REPLY_TIMEOUT: Duration = Duration::from_millis(1);
/// The letter goes out in blocks of this size.
const BLOCK_OCTETS: usize = 16 * 1024;
/// What is kept of a reply; some relays answer with a page.
const REPLY_CHARACTERS_MAX: usize = 500;

/// A relay, ready to be used. Each letter has a connection of its own.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

impl Smtp {
    /// Checks the settings; does not connect.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpFlaw> {
        settings.check()?;
        let tls = match settings.security {
            Security::Plain | Security::PlainOverNetwork => None,
            Security::StartTls | Security::Tls => Some(tls(&settings)?),
        };
        Ok(Self {
            hello: ClientId::Domain(settings.hello_name.clone()),
            settings,
            tls,
        })
    }

    pub(super) fn send(
        &self,
        from: Address,
        to: Address,
        bytes: &[u8],
        intent: &mut dyn FnMut() -> bool,
    ) -> Outcome {
        let mut connection = match self.open() {
            Ok(connection) => connection,
            Err(failure) => return failure.outcome(),
        };
        match self.transfer(&mut connection, (from, to), bytes, intent) {
            Ok(reply) => {
                part_politely(&mut connection);
                Outcome::Accepted { reply }
            }
            Err(Stop::Failure(failure)) => {
                // Between DATA and the final reply a QUIT would be read as part of the letter.
                if failure.reply.is_some() {
                    part_politely(&mut connection);
                }
                failure.outcome()
            }
            Err(Stop::NoIntent) => Outcome::Aborted,
        }
    }

    /// A connection that is protected and signed in.
    fn open(&self) -> Result<SmtpConnection, Failure> {
        let timeouts = self.settings.timeouts;
        let tls_first = self
            .tls
            .as_ref()
            .filter(|_| self.settings.security == Security::Tls);
        let mut connection = SmtpConnection::connect(
            (self.settings.host.as_str(), self.settings.port),
            Some(timeouts.connect),
            &self.hello,
            tls_first,
            None,
        )
        .map_err(Failure::at(Phase::Connect))?;
        wait_for(&mut connection, timeouts.command);
        if let (Some(tls), Security::StartTls) = (&self.tls, self.settings.security) {
            connection
                .starttls(tls, &self.hello)
                .map_err(Failure::at(Phase::StartTls))?;
            refuse_early_replies(&mut connection)?;
            wait_for(&mut connection, timeouts.command);
        }
        if let Some(login) = &self.settings.login {
            let credentials = Credentials::new(login.user.clone(), login.password.expose().clone());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .map_err(Failure::at(Phase::Auth))?;
        }
        Ok(connection)
    }

    fn transfer(
        &self,
        connection: &mut SmtpConnection,
        (from, to): (Address, Address),
        bytes: &[u8],
        intent: &mut dyn FnMut() -> bool,
    ) -> Result<String, Stop> {
        let timeouts = self.settings.timeouts;
        let reply = connection.command(Mail::new(Some(from), Vec::new()));
        expect(Phase::MailFrom, Severity::PositiveCompletion, reply)?;
        let reply = connection.command(Rcpt::new(to, Vec::new()));
        expect(Phase::RcptTo, Severity::PositiveCompletion, reply)?;
        wait_for(connection, timeouts.data);
        let reply = connection.command(Data);
        expect(Phase::Data, Severity::PositiveIntermediate, reply)?;
        wait_for(connection, timeouts.last_reply);
        if !intent() {
            return Err(Stop::NoIntent);
        }
        // The library itself ends the last line before the dot.
        let mut blocks = bytes
            .strip_suffix(b"\r\n")
            .unwrap_or(bytes)
            .chunks(BLOCK_OCTETS);
        // The library asks for another block only when the last one is written, so asking in vain means
        // that the dot comes next.
        let mut phase = Phase::Body;
        let reply = connection.message_iter(std::iter::from_fn(|| {
            let block = blocks.next();
            if block.is_none() {
                phase = Phase::FinalReply;
            }
            block
        }));
        let reply = expect(phase, Severity::PositiveCompletion, reply)?;
        Ok(said(u16::from(reply.code()), &words(&reply)))
    }
}

/// Why a transfer ended.
enum Stop {
    Failure(Failure),
    NoIntent,
}

/// What went wrong, and where.
pub(super) struct Failure {
    phase: Phase,
    /// The relay's words, if it said no.
    reply: Option<(u16, String)>,
    /// What failed, if it said nothing or nonsense.
    cause: String,
}

impl Failure {
    fn at(phase: Phase) -> impl FnOnce(Error) -> Self {
        move |error| {
            let cause = chain(&error);
            let reply = error.status().map(|code| {
                let text = error.source().map(ToString::to_string).unwrap_or_default();
                (u16::from(code), text)
            });
            Self {
                phase,
                reply,
                cause,
            }
        }
    }

    fn outcome(self) -> Outcome {
        let phase = self.phase;
        let Some((code, text)) = self.reply else {
            let reason = format!("{}: {}", phase.code(), self.cause);
            return match phase {
                Phase::Connect | Phase::StartTls | Phase::Auth => Outcome::RelayDown { reason },
                Phase::MailFrom | Phase::RcptTo | Phase::Data | Phase::Body => Outcome::Retry {
                    reason,
                    at_phase: phase,
                    is_throttled: false,
                },
                Phase::FinalReply => Outcome::Ambiguous { reason },
            };
        };
        let reason = said(code, &text);
        let verdict = judge(phase, code, &text);
        match verdict {
            Verdict::Retry | Verdict::Throttled => Outcome::Retry {
                reason,
                at_phase: phase,
                is_throttled: verdict == Verdict::Throttled,
            },
            Verdict::Refused => Outcome::Refused { reason },
            Verdict::RelayDown => Outcome::RelayDown { reason },
        }
    }
}

/// The reply, if it is of the kind that belongs here. The library takes any 2xx or 3xx; a 250 in answer
/// to DATA means that replies and commands are out of step, and then no reply means anything.
fn expect(
    phase: Phase,
    severity: Severity,
    reply: Result<Response, Error>,
) -> Result<Response, Stop> {
    let reply = reply.map_err(|error| Stop::Failure(Failure::at(phase)(error)))?;
    if reply.code().severity == severity {
        return Ok(reply);
    }
    let answer = said(u16::from(reply.code()), &words(&reply));
    Err(Stop::Failure(Failure {
        phase,
        reply: None,
        cause: format!("an answer to something else: {answer}"),
    }))
}

/// Fails if a reply is there that nobody has asked for.
///
/// What had been read before the handshake is still in the library's memory after it (0.11.23), so
/// somebody on the line could append forged replies to the one to STARTTLS, up to "250, I took the
/// letter". Two or more are found here; after a single one the reply to DATA is not 354.
pub(super) fn refuse_early_replies(connection: &mut SmtpConnection) -> Result<(), Failure> {
    wait_for(connection, EARLY_REPLY_TIMEOUT);
    let Err(error) = connection.read_response() else {
        return Err(Failure {
            phase: Phase::StartTls,
            reply: None,
            cause: "a reply that nobody asked for".to_owned(),
        });
    };
    let is_silence = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .is_some_and(|cause| {
            matches!(
                cause.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            )
        });
    if is_silence {
        Ok(())
    } else {
        Err(Failure::at(Phase::StartTls)(error))
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SmtpFlaw> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_root_pem {
        // The library takes a text without a certificate for none.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(SmtpFlaw::NoCertificate);
        }
        let root = Certificate::from_pem(pem.as_bytes()).map_err(SmtpFlaw::Tls)?;
        builder = builder.add_root_certificate(root);
    }
    builder.build().map_err(SmtpFlaw::Tls)
}

fn wait_for(connection: &mut SmtpConnection, timeout: Duration) {
    // A socket that takes no timeout is broken, and the next command says so.
    let _is_set = connection.set_timeout(Some(timeout));
}

fn part_politely(connection: &mut SmtpConnection) {
    wait_for(connection, QUIT_TIMEOUT);
    // Whatever the answer, the letter's fate is known.
    let _farewell = connection.quit();
}

fn words(reply: &Response) -> String {
    reply.message().collect::<Vec<_>>().join(" ")
}

fn said(code: u16, text: &str) -> String {
    let line = format!("{code} {text}");
    line.chars()
        .filter(|letter| !letter.is_control())
        .take(REPLY_CHARACTERS_MAX)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// An error with its causes; the library's own display shows the first of them already.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source().and_then(std::error::Error::source);
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text.chars().take(REPLY_CHARACTERS_MAX).collect()
}
