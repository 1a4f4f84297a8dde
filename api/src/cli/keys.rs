//! `keys list` and `keys rotate`.

use clap::{Args, Subcommand};
use time::format_description::well_known::Rfc3339;

use super::{Answer, Failure, Place, block_on, open::zone, print, say};
use crate::{
    app::App,
    clock::Clock,
    config::Use,
    gate::GateSettings,
    ids::Ids,
    serve::{self, Parts},
    usecase::signing_key,
    worker::Poke,
};

/// Keys that sign access tokens
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Print every key: name, state, since when
    List(List),
    /// Let the next key sign from now on; the one before counts for eleven minutes more
    Rotate(Rotate),
}

/// Print every key: name, state, since when
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
}

/// Let the next key sign from now on
#[derive(Debug, Args)]
pub(super) struct Rotate {
    #[command(flatten)]
    place: Place,
    /// Remove the key before at once: every token that it signed ends within seconds
    #[arg(long)]
    compromised: bool,
}

impl Keys {
    pub(super) fn run(self) -> Answer {
        match self {
            Self::List(list) => list.run(),
            Self::Rotate(rotate) => rotate.run(),
        }
    }
}

impl List {
    fn run(self) -> Answer {
        let app = open(&self.place)?;
        let keys = block_on(signing_key::keys(&app))??;
        for key in keys {
            let since = key.since.format(&Rfc3339).map_err(Failure::failed)?;
            print(&format!("{} {} {since}\n", key.kid, key.state.code()))?;
        }
        Ok(())
    }
}

impl Rotate {
    fn run(self) -> Answer {
        let app = open(&self.place)?;
        let (before, current) = block_on(signing_key::rotate(&app, None))??;
        if self.compromised {
            block_on(signing_key::remove(&app, &before, None))??;
            say(&format!("{before} is removed"));
        }
        print(&format!("{current}\n"))
    }
}

/// An application that serves nobody.
fn open(place: &Place) -> Result<App, Failure> {
    let config = place.configuration(Use::Keeping)?;
    let store = place.open()?;
    let ids = Ids::Random;
    let parts = Parts {
        zone: block_on(zone(&store))??,
        clock: Clock::system(),
        keys: serve::keys(&config, store.target(), &ids)?,
        ids,
        public_url: config.public_url(),
        from_address: config.mail.from.clone(),
        limits: config.mail.limits(),
        oidc: None,
        demo: None,
        gate: GateSettings::default(),
        allowed_networks: Vec::new(),
        sign_in: config.sign_in.clone(),
        security_contact: None,
    };
    Ok(serve::assemble(store, parts, Poke::default())?)
}
