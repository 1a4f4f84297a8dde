//! `project add`.

use clap::{Args, Subcommand};
use domain::{event::Author, text::Line};

use super::{Answer, Failure, Place, block_on, open::zone, print};
use crate::{
    clock::Clock,
    config::Use,
    ids::Ids,
    serve,
    usecase::{
        project::{Admit, Admitter},
        zone::KEY_INDUSTRIAL_CODE,
    },
};

/// Projects
#[derive(Debug, Subcommand)]
pub(super) enum Project {
    /// Admit a project to the green channel; prints its code and query code
    Add(Box<Add>),
}

/// Admit a project
#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    place: Place,
    /// What it is called
    #[arg(long)]
    name: String,
    /// The company that invests
    #[arg(long)]
    investor: String,
    /// Planned investment in yuan
    #[arg(long)]
    investment_yuan: Option<u64>,
    /// A key project
    #[arg(long)]
    key: bool,
    /// The template's code
    #[arg(long, default_value = KEY_INDUSTRIAL_CODE)]
    template: String,
    /// The variant of the template
    #[arg(long, default_value = "standard")]
    variant: String,
    /// A fact that chooses stages; may be repeated
    #[arg(long = "trait")]
    traits: Vec<String>,
    /// The login of the steward
    #[arg(long)]
    steward: Option<String>,
}

impl Project {
    pub(super) fn run(self) -> Answer {
        match self {
            Self::Add(add) => add.run(),
        }
    }
}

impl Add {
    fn run(self) -> Answer {
        let store = self.place.open()?;
        let line = |flag: &str, text: &str| {
            Line::parse(text).map_err(|flaw| Failure::usage(format!("{flag}: {}", flaw.code())))
        };
        let (name, investor) = (
            line("--name", &self.name)?,
            line("--investor", &self.investor)?,
        );
        let ids = Ids::Random;
        let config = self.place.configuration(Use::Keeping)?;
        let keys = serve::keys(&config, store.target(), &ids)?;
        let now = Clock::system().now();
        let admitted = block_on(async {
            let zone = zone(&store).await?;
            let steward = match &self.steward {
                None => None,
                Some(login) => {
                    let found = store
                        .read(async |tx: &mut persistence::Tx| tx.find_account(zone, login).await)
                        .await?;
                    let missing =
                        || Failure::usage(format!("--steward: nobody has the login {login:?}"));
                    Some(found.ok_or_else(missing)?.person.id)
                }
            };
            let admit = Admit {
                template: self.template,
                variant: self.variant,
                traits: self.traits.into_iter().collect(),
                name,
                investor,
                investment_yuan: self.investment_yuan,
                is_key: self.key,
                steward,
                company: None,
                contacts: std::collections::BTreeSet::default(),
                admitted_on: None,
            };
            let admitter = Admitter { zone, ids, keys };
            let kept =
                store.write(async move |tx| admitter.admit(tx, admit, Author::System, now).await);
            Ok::<_, Failure>(kept.await?)
        })??;
        print(&format!(
            "{} {}\n",
            admitted.code,
            admitted.query_code.printed()
        ))
    }
}
