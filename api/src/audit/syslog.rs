//! Syslog (RFC 5424) over UDP or a Unix socket: one datagram a line. What gets lost on the way is lost; the
//! numbers show the gap.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs as _, UdpSocket},
    path::PathBuf,
};

use time::{OffsetDateTime, UtcOffset, format_description::StaticFormatDescription};

/// Facility 13, "log audit" (RFC 5424, section 6.2.1).
const FACILITY: u8 = 13;
/// Severities 5, notice, and 4, warning.
const NOTICE: u8 = 5;
const WARNING: u8 = 4;
/// The program's name in every line.
const APP_NAME: &str = "green-channel";
/// An instant as RFC 5424 has it, in UTC with microseconds.
const INSTANT: StaticFormatDescription = time::macros::format_description!(
    "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z"
);
/// Bytes of a line; a datagram over UDP must stay below 64 KiB, and many receivers stop at 8.
const LINE_MAX: usize = 8_000;

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A host and port.
    Udp(SocketAddr),
    /// A socket of this machine, for example `/dev/log`.
    Unix(PathBuf),
}

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoReceiver(pub String);

impl std::fmt::Display for NoReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; use udp://HOST:PORT or unix:///PATH", self.0)
    }
}

impl std::error::Error for NoReceiver {}

impl Receiver {
    /// Reads `udp://HOST:PORT` or `unix:///PATH`.
    pub fn parse(address: &str) -> Result<Self, NoReceiver> {
        match address.split_once("://") {
            Some(("udp", host)) => {
                let found = host
                    .to_socket_addrs()
                    .map_err(|error| NoReceiver(format!("{host}: {error}")))?
                    .next();
                found
                    .map(Self::Udp)
                    .ok_or_else(|| NoReceiver(format!("{host} has no address")))
            }
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            _ => Err(NoReceiver(format!("{address:?} is no syslog"))),
        }
    }
}

/// Sends lines.
#[derive(Debug)]
pub struct Syslog {
    receiver: Receiver,
    host: String,
}

impl Syslog {
    /// To `receiver`, as `host`.
    pub fn new(receiver: Receiver, host: &str) -> Self {
        let is_plain = |letter: &char| letter.is_ascii_graphic();
        let host: String = host.chars().filter(is_plain).take(255).collect();
        Self {
            receiver,
            host: if host.is_empty() { "-".into() } else { host },
        }
    }

    /// Sends one line: what kind it is, whether it is a warning, when it happened, and a text of ASCII.
    pub fn send(
        &self,
        kind: &str,
        is_warning: bool,
        at: OffsetDateTime,
        text: &str,
    ) -> io::Result<()> {
        let severity = if is_warning { WARNING } else { NOTICE };
        let at = at
            .to_offset(UtcOffset::UTC)
            .format(INSTANT)
            .map_err(io::Error::other)?;
        let line = format!(
            "<{}>1 {at} {} {APP_NAME} {} {kind} - {}",
            FACILITY * 8 + severity,
            self.host,
            std::process::id(),
            escaped(text)
        );
        let line: String = line.chars().take(LINE_MAX).collect();
        match &self.receiver {
            Receiver::Udp(to) => {
                let any: SocketAddr = if to.is_ipv4() {
                    ([0, 0, 0, 0], 0).into()
                } else {
                    ([0_u16; 8], 0).into()
                };
                UdpSocket::bind(any)?.send_to(line.as_bytes(), to)?;
            }
            #[cfg(unix)]
            Receiver::Unix(path) => {
                let socket = std::os::unix::net::UnixDatagram::unbound()?;
                socket.set_nonblocking(true)?;
                socket.send_to(line.as_bytes(), path)?;
            }
            #[cfg(not(unix))]
            Receiver::Unix(_) => return Err(io::Error::other("no Unix sockets here")),
        }
        Ok(())
    }
}

/// ASCII alone: what is not is written as JSON writes it, so that no receiver has to guess the encoding and
/// no control character ends a line.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == ' ' || letter.is_ascii_graphic() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _text_takes_everything = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}
