//! The server: HTTP and worker in one process.

use std::{io, net::TcpListener, path::Path, sync::Arc, time::Duration};

use actix_web::{App as Web, HttpServer, dev::Server, middleware::from_fn, web::Data};
use domain::id::ZoneId;
use notifications::{
    deliver::Postmark,
    mailer::{Folder, Login, Mailer, Security, Smtp, SmtpSettings, Timeouts},
};
use persistence::{Store, StoreError, connection::Target};

use crate::{
    app::{App, Inner},
    clock::Clock,
    config::{Config, Mail, MailSecurity, Transport},
    ending::Ending,
    http,
    ids::Ids,
    keys::Keys,
    password::Passwords,
    site,
    throttle::Throttle,
    token::Tokens,
    worker::{self, Prepared},
};

/// How long requests may finish after the signal to stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;
/// How long a client may take for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections per worker; beyond it a client waits in the listen queue.
const CONNECTIONS_MAX: usize = 1_024;

/// Why the server cannot start; one line for the operator.
#[derive(Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// Binds the address, and says plainly when somebody else has it.
pub fn bind(listen: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(listen).map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            return StartError(format!(
                "server.listen: {listen} is taken by another program; choose another with --listen ADDRESS:PORT"
            ));
        }
        StartError(format!("server.listen: {listen}: {error}"))
    })
}

/// The mailer of a configuration.
pub fn mailer(mail: &Mail) -> Result<Mailer, StartError> {
    match (mail.transport, &mail.host, &mail.folder) {
        (Transport::Folder, _, Some(folder)) => Ok(Mailer::Folder(Folder::new(folder))),
        (Transport::Smtp, Some(host), _) => {
            let (security, usual_port) = match mail.security {
                MailSecurity::Plain => (Security::Plain, 25),
                MailSecurity::Starttls => (Security::StartTls, 587),
                MailSecurity::Tls => (Security::Tls, 465),
            };
            let settings = SmtpSettings {
                host: host.clone(),
                port: mail.port.unwrap_or(usual_port),
                security,
                extra_root_pem: None,
                login: login(mail)?,
                hello_name: mail.hello_name.clone(),
                timeouts: Timeouts::default(),
            };
            let smtp = Smtp::new(settings).map_err(|flaw| StartError(format!("mail: {flaw}")))?;
            Ok(Mailer::Smtp(Box::new(smtp)))
        }
        _ => Err(StartError("mail.host: the SMTP relay is missing".into())),
    }
}

fn login(mail: &Mail) -> Result<Option<Login>, StartError> {
    let (Some(user), Some(file)) = (&mail.user, &mail.password_file) else {
        return Ok(None);
    };
    let password = std::fs::read_to_string(file)
        .map_err(|error| StartError(format!("mail.password_file: {}: {error}", file.display())))?;
    Ok(Some(Login {
        user: user.clone(),
        password: password.trim_end().to_owned(),
    }))
}

/// The secrets of a deployment: from the configured file, or made once beside an SQLite database.
pub fn keys(config: &Config, target: &Target, ids: &Ids) -> Result<Keys, StartError> {
    let (path, may_make) = match (&config.secret.key_file, target) {
        (Some(path), _) => (path.clone(), false),
        (None, Target::Sqlite(database)) => (Path::new(database).with_added_extension("key"), true),
        (None, Target::Postgres(_)) => {
            return Err(StartError(
                "secret.key_file: on PostgreSQL the file with the master key must be named".into(),
            ));
        }
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => parse_key(text.trim())
            .map(Keys::new)
            .ok_or_else(|| StartError(format!("{}: not 64 hexadecimal digits", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => {
            let key = ids.secret();
            let text = crate::keys::hexadecimal(&key);
            write_secret(&path, &text)
                .map_err(|error| StartError(format!("{}: {error}", path.display())))?;
            Ok(Keys::new(key))
        }
        Err(error) => Err(StartError(format!(
            "secret.key_file: {}: {error}",
            path.display()
        ))),
    }
}

fn parse_key(text: &str) -> Option<[u8; 32]> {
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    bytes.try_into().ok()
}

/// Writes a file that only its owner may read; never over an existing one.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// What an [`App`] is made of besides its store.
#[derive(Debug)]
pub struct Parts {
    /// The zone.
    pub zone: ZoneId,
    /// What time it is.
    pub clock: Clock,
    /// New keys and secrets.
    pub ids: Ids,
    /// Secrets of the deployment.
    pub keys: Keys,
    /// What stands before every link.
    pub public_url: String,
    /// The sender's address.
    pub from_address: String,
    /// Set in the demonstration.
    pub demo: Option<crate::demo::Demo>,
    /// Whom to tell of a weakness.
    pub security_contact: Option<String>,
}

/// Puts an application together.
pub fn assemble(store: Store, parts: Parts, poke: worker::Poke) -> Result<App, StartError> {
    let tokens = Tokens::new(&parts.keys, &parts.public_url)
        .ok_or_else(|| StartError("the key pair for access tokens cannot be made".into()))?;
    let domain = parts
        .from_address
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let postmark = Postmark {
        public_url: parts.public_url.clone(),
        from_address: parts.from_address.clone(),
        message_domain: domain.to_owned(),
        message_key: parts.keys.message_key(),
    };
    let salt: [u8; 16] =
        std::array::from_fn(|at| parts.ids.secret().get(at).copied().unwrap_or_default());
    Ok(App::new(Inner {
        store,
        zone: parts.zone,
        clock: parts.clock,
        ids: parts.ids,
        keys: parts.keys,
        tokens,
        passwords: Passwords::new(salt),
        throttle: Throttle::default(),
        figures: std::sync::Mutex::default(),
        warned_on: std::sync::Mutex::default(),
        postmark,
        poke,
        demo: parts.demo,
        running: http::idempotency::Running::default(),
        security_contact: parts.security_contact,
    }))
}

/// The HTTP server on `listener`. Signals are not its business but that of [`Ending`].
pub fn http_server(app: App, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        Web::new()
            .app_data(Data::new(app.clone()))
            .wrap(http::frame::headers())
            .wrap(from_fn(http::trace::follow))
            .configure(http::routes::configure)
            .configure(site::configure)
    });
    // Without it small answers wait for the client's acknowledgement of the answer before.
    let server = server.tcp_nodelay(true).workers(workers).disable_signals();
    let server = server
        .client_request_timeout(HEAD_TIMEOUT)
        .max_connections(CONNECTIONS_MAX);
    Ok(server
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)?
        .run())
}

/// Runs HTTP and worker until a signal ends them.
pub fn run(
    ending: Ending,
    app: App,
    listener: TcpListener,
    (prepared, mailer, interval): (Prepared, Mailer, Duration),
) -> Result<(), StartError> {
    let failed = |error: io::Error| StartError(error.to_string());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let running = prepared
        .start(app.clone(), Arc::new(mailer), interval)
        .map_err(failed)?;
    let served = ending.serve(|| http_server(app, listener, workers));
    drop(running);
    served.map_err(failed)
}
