//! `serve`.

use std::time::Duration;

use clap::Args;
use persistence::{Store, migrate};

use super::{Answer, Failure, Place, block_on, open::zone, say, start_log};
use crate::{
    clock::Clock,
    config::Use,
    ending::Ending,
    ids::Ids,
    oidc::Settings,
    serve::{self, Listeners, Parts, StartError},
    worker,
};

/// Run the server: pages, API and worker
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port
    #[arg(long)]
    listen: Option<String>,
    /// Bring the tables up to date first
    #[arg(long)]
    migrate: bool,
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::usage(error)
    }
}

impl Serve {
    pub(super) fn run(self) -> Answer {
        let mut config = self.place.configuration(Use::Serving)?;
        if let Some(listen) = self.listen {
            config = config.listening_on(listen).map_err(Failure::usage)?;
        }
        start_log();
        let ending = Ending::heard().map_err(Failure::failed)?;
        let listener = serve::bind(&config.server.listen)?;
        let metrics = config.server.metrics_listen.as_deref();
        let metrics = metrics.map(serve::bind).transpose()?;
        let store = Store::open(&config.database.url)?;
        if self.migrate {
            migrate::up(store.target())?;
        }
        migrate::look(store.target())?.require_current()?;
        let ids = Ids::Random;
        let parts = Parts {
            zone: block_on(zone(&store))??,
            clock: Clock::system(),
            keys: serve::keys(&config, store.target(), &ids)?,
            ids,
            public_url: config.public_url(),
            from_address: config.mail.from.clone(),
            limits: config.mail.limits(),
            allowed_networks: config.webhooks.networks(),
            sign_in: config.sign_in.clone(),
            oidc: Settings::of(&config.oidc).map_err(StartError)?,
            demo: None,
            security_contact: config.server.security_contact.clone(),
            gate: config.gate(),
        };
        let mailer = serve::mailer(&config.mail)?;
        let prepared = worker::prepare();
        let app = serve::assemble(store, parts, prepared.poke.clone())?;
        app.audit.send_to(serve::outlets(&config.audit)?);
        say(&format!(
            "listening on http://{}",
            listener.local_addr().map_err(Failure::failed)?
        ));
        let interval = Duration::from_secs(config.worker.interval_seconds);
        Ok(serve::run(
            ending,
            app,
            Listeners {
                main: listener,
                metrics,
            },
            (prepared, mailer, interval),
        )?)
    }
}
