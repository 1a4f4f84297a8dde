//! `setup`.

use clap::Args;
use domain::access::Role;

use super::{Answer, Place, block_on, open::zone, print, say};
use crate::{clock::Clock, config::Use, ids::Ids, serve, usecase::setup::make_token};

/// Print a one-time token with which the first administrator makes an account
#[derive(Debug, Args)]
pub(super) struct Setup {
    #[command(flatten)]
    place: Place,
    /// What the person will be.
    #[arg(
        long,
        help = "What the person will be: system_administrator, security_administrator or audit_administrator", default_value = "system_administrator", value_parser = administrator)]
    role: Role,
}

fn administrator(code: &str) -> Result<Role, String> {
    let role = Role::of_code(code).filter(|role| role.is_administrator());
    role.ok_or_else(|| {
        let known = Role::ALL.iter().filter(|role| role.is_administrator());
        let known: Vec<&str> = known.map(|role| role.code()).collect();
        format!("no administrator {code:?}; there are {}", known.join(", "))
    })
}

impl Setup {
    pub(super) fn run(self) -> Answer {
        let config = self.place.configuration(Use::Keeping)?;
        let store = self.place.open()?;
        let (ids, now) = (Ids::Random, Clock::system().now());
        let keys = serve::keys(&config, store.target(), &ids)?;
        let token = block_on(async {
            let zone = zone(&store).await?;
            let made = make_token(&store, zone, (&keys, &ids, self.role), now).await?;
            Ok::<_, super::Failure>(made)
        })??;
        let url = config.public_url();
        say(&format!(
            "good for one {} within 24 hours, once; type it at {url}/setup",
            self.role.code()
        ));
        print(&format!("{token}\n"))
    }
}
