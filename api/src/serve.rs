//! The server: HTTP and worker in one process.

use std::{io, net::TcpListener, path::Path, sync::Arc, time::Duration};

use actix_web::{
    App as Web, HttpResponse, HttpServer,
    dev::Server,
    middleware::from_fn,
    web::{self, Data},
};
use domain::{egress::Network, id::ZoneId, secret::Secret};
use notifications::{
    deliver::{Limits, Postmark},
    mailer::{Folder, Login, Mailer, Security, Smtp, SmtpSettings, Timeouts},
};
use persistence::{Store, StoreError, connection::Target};

use crate::{
    app::{App, Inner},
    audit::{
        outlet::Outlets,
        syslog::{Receiver, Syslog},
    },
    clock::Clock,
    config::{self, Config, Mail, MailSecurity, SignIn, Transport},
    ending::Ending,
    gate::{Gate, GateSettings},
    http::{self, health},
    ids::Ids,
    keys::Keys,
    live::{self, Hub},
    oidc::{self, Provider},
    password::Passwords,
    site,
    token::Tokens,
    webhook::client::Client,
    worker::{self, Prepared},
};

/// How long requests may finish after the signal to stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;
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
        password: Secret::new(password.trim_end().to_owned()),
    }))
}

/// The secrets of a deployment, where they are already; none are made.
pub fn known_keys(config: &Config, target: &Target, ids: &Ids) -> Result<Keys, StartError> {
    if let (None, Target::Sqlite(database)) = (&config.secret.key_file, target) {
        let path = Path::new(database).with_added_extension("key");
        if !path.exists() {
            return Err(StartError(format!("{}: there is no key", path.display())));
        }
    }
    keys(config, target, ids)
}

/// Where checkpoints go besides the database, by configuration.
pub fn outlets(audit: &config::Audit) -> Result<Outlets, StartError> {
    let syslog = match &audit.syslog {
        None => None,
        Some(address) => {
            let receiver = Receiver::parse(address)
                .map_err(|error| StartError(format!("audit.syslog: {error}")))?;
            Some(Syslog::new(receiver, &host_name()))
        }
    };
    Ok(Outlets::new(audit.checkpoint_file.clone(), syslog))
}

/// What this machine calls itself, for logs that several machines write to.
fn host_name() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname");
    named.map_or_else(|_elsewhere| String::new(), |name| name.trim().to_owned())
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
    /// How many letters may leave.
    pub limits: Limits,
    /// Own networks to which events may be sent all the same.
    pub allowed_networks: Vec<Network>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// The identity provider at which staff may sign in, if there is one.
    pub oidc: Option<oidc::Settings>,
    /// Set in the demonstration.
    pub demo: Option<crate::demo::Demo>,
    /// Whom to tell of a weakness.
    pub security_contact: Option<String>,
    /// How the gate is set.
    pub gate: GateSettings,
}

/// Puts an application together.
pub fn assemble(store: Store, parts: Parts, poke: worker::Poke) -> Result<App, StartError> {
    let tokens = Tokens::new(&parts.keys, &parts.public_url).ok_or_else(|| {
        StartError("access tokens cannot be signed and checked on this machine".into())
    })?;
    let domain = parts
        .from_address
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain);
    let postmark = Postmark {
        public_url: parts.public_url.clone(),
        from_address: parts.from_address.clone(),
        message_domain: domain.to_owned(),
        message_key: parts.keys.message_key(),
        limits: parts.limits,
    };
    let salt: [u8; 16] =
        std::array::from_fn(|at| parts.ids.secret().get(at).copied().unwrap_or_default());
    let audit = crate::audit::Audit::new(&parts.keys)
        .ok_or_else(|| StartError("the key for checkpoints cannot be made".into()))?;
    let oidc = parts
        .oidc
        .map(|settings| Provider::new(settings, &parts.public_url));
    let gate = Gate::new(parts.gate, parts.ids.key(parts.clock.now()));
    Ok(App::new(Inner {
        store,
        zone: parts.zone,
        clock: parts.clock,
        ids: parts.ids,
        keys: parts.keys,
        tokens,
        passwords: Passwords::new(salt, parts.sign_in.cost())
            .map_err(|error| StartError(error.to_string()))?,
        sign_in: parts.sign_in,
        figures: std::sync::Mutex::default(),
        warned_on: std::sync::Mutex::default(),
        postmark,
        poke,
        audit,
        live: Hub::default(),
        webhooks: Client::new(parts.allowed_networks),
        oidc: oidc.transpose().map_err(StartError)?,
        demo: parts.demo,
        running: http::idempotency::Running::default(),
        dumps: crate::dump::Turnstile::default(),
        security_contact: parts.security_contact,
        gate,
    }))
}

/// The HTTP server on `listener`. Signals are not its business but that of [`Ending`].
pub fn http_server(app: App, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let head_timeout = app.gate.settings.head_timeout;
    let server = HttpServer::new(move || {
        crate::admission::start_pulse();
        Web::new()
            .app_data(Data::new(app.clone()))
            .wrap(from_fn(http::gate::guard))
            .wrap(http::frame::headers())
            .wrap(from_fn(http::witness::watch))
            // The outermost: what is refused or panics within has a number too.
            .wrap(from_fn(http::trace::follow))
            .configure(http::routes::configure)
            .configure(site::configure)
    });
    // Without it small answers wait for the client's acknowledgement of the answer before.
    let server = server.tcp_nodelay(true).workers(workers).disable_signals();
    let server = server
        .client_request_timeout(head_timeout)
        .max_connections(CONNECTIONS_MAX);
    Ok(server
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)?
        .run())
}

/// The server of whoever watches the process, apart from everything else: what it tells is nobody's business
/// outside, and it answers while there is a crowd at the gate.
fn metrics_server(app: App, listener: TcpListener) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        Web::new()
            .app_data(Data::new(app.clone()))
            .route("/metrics", web::get().to(figures))
            .service(health::livez)
            .route("/readyz", web::get().to(health::watched))
    });
    let server = server.workers(1).disable_signals();
    Ok(server.listen(listener)?.run())
}

async fn figures(app: Data<App>) -> HttpResponse {
    let text = app.gate.meter.text(&app.gate.admission);
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text)
}

/// Where the server listens.
#[derive(Debug)]
pub struct Listeners {
    /// For people and programs.
    pub main: TcpListener,
    /// For whoever watches the process, if anybody does.
    pub metrics: Option<TcpListener>,
}

/// Runs HTTP and worker until a signal ends them.
pub fn run(
    ending: Ending,
    app: App,
    listeners: Listeners,
    (prepared, mailer, interval): (Prepared, Mailer, Duration),
) -> Result<(), StartError> {
    let failed = |error: io::Error| StartError(error.to_string());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let running = prepared
        .start(app.clone(), Arc::new(mailer), interval)
        .map_err(failed)?;
    let live = live::start(&app).map_err(failed)?;
    // Streams end by themselves only after minutes; nobody waits for them at the end.
    let hub = app.live.clone();
    let farewell = move || hub.end();
    let served = ending.serve(
        || {
            if let Some(metrics) = listeners.metrics {
                actix_web::rt::spawn(metrics_server(app.clone(), metrics)?);
            }
            http_server(app, listeners.main, workers)
        },
        farewell,
    );
    drop(live);
    drop(running);
    served.map_err(failed)
}
