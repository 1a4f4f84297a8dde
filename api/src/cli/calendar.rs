//! `calendar show` and `calendar import`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use domain::{
    access::Actor,
    calendar::ProposalKind,
    id::{ProposalId, ZoneId},
};
use persistence::{Store, Tx};

use super::{Answer, Failure, Place, block_on, open::zone, print, say};
use crate::{
    clock::Clock,
    error::AppError,
    ids::Ids,
    import::calendar::FileForm,
    usecase::calendar::{Wish, propose_in},
    view::calendar::calendar_view,
};

/// The working calendar
#[derive(Debug, Subcommand)]
pub(super) enum Calendar {
    /// Print the calendar that the zone counts by (JSON)
    Show(Show),
    /// Propose a calendar from a file; a second person approves it on its page or over the API
    Import(Import),
}

/// Print the calendar
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    place: Place,
}

/// Propose a calendar
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    place: Place,
    /// The file: JSON (our own or holiday-cn), CSV (date,kind,name) or iCalendar
    file: PathBuf,
    /// The login of whoever proposes it
    #[arg(long)]
    by: String,
    /// What the file is
    #[arg(long, value_enum, default_value_t = Kind::National)]
    kind: Kind,
    /// The year that the file must be for; national files only
    #[arg(long)]
    year: Option<i32>,
    /// Why, for those whose dates move
    #[arg(long, default_value = "")]
    note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A year of the country
    National,
    /// All of the zone's own days from today on
    Local,
}

impl Calendar {
    pub(super) fn run(self) -> Answer {
        match self {
            Self::Show(show) => show.run(),
            Self::Import(import) => import.run(),
        }
    }
}

impl Show {
    fn run(self) -> Answer {
        let store = self.place.open()?;
        let now = Clock::system().now();
        let view = block_on(async {
            let zone = zone(&store).await?;
            let office = store
                .read(async |tx: &mut Tx| tx.office(zone).await)
                .await?;
            let today = office.office.time.day_of(now);
            Ok::<_, Failure>(calendar_view(&office.office.calendar, today))
        })??;
        let json = serde_json::to_string_pretty(&view).map_err(Failure::failed)?;
        print(&format!("{json}\n"))
    }
}

impl Import {
    fn run(self) -> Answer {
        if let (Kind::Local, Some(year)) = (self.kind, self.year) {
            return Err(Failure::usage(format!(
                "--year {year}: the zone's own days are of no one year"
            )));
        }
        let store = self.place.open()?;
        let name = self.file.display().to_string();
        let bytes = std::fs::read(&self.file)
            .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        let wish = Wish {
            kind: match self.kind {
                Kind::National => ProposalKind::National,
                Kind::Local => ProposalKind::Local,
            },
            form: FileForm::guess(&name, &bytes),
            bytes,
            year: self.year,
            note: crate::http::body::note(Some(&self.note))?,
        };
        let now = Clock::system().now();
        let id = ProposalId(Ids::Random.key(now));
        block_on(async {
            let zone = zone(&store).await?;
            let actor = actor(&store, zone, &self.by).await?;
            let kept = store.write(async move |tx| {
                propose_in(tx, (zone, id), &actor, wish, now).await?;
                Ok::<_, AppError>(())
            });
            Ok::<_, Failure>(kept.await?)
        })??;
        say(
            "proposed; nothing has changed. The running server computes what would move; somebody else approves it",
        );
        print(&format!("{id}\n"))
    }
}

/// Somebody with the rights the database gives.
async fn actor(store: &Store, zone: ZoneId, login: &str) -> Result<Actor, Failure> {
    let found = store
        .read(async |tx: &mut Tx| tx.find_account(zone, login).await)
        .await?;
    let person = found
        .map(|account| account.person)
        .filter(|person| person.is_active)
        .ok_or_else(|| Failure::usage(format!("--by: nobody has the login {login:?}")))?;
    Ok(Actor::new(person.id, person.roles, person.unit))
}
