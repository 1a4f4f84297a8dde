//! Opening what a command works on; `migrate` and `sweep`.

use clap::Args;
use domain::{
    calendar::china,
    id::ZoneId,
    ladder::Ladder,
    text::{Bilingual, Language},
};
use persistence::{Store, StoreError, Tx, migrate};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Answer, Failure, Place, block_on, print, say};
use crate::{
    clock::Clock,
    config::{self, Config, Use},
    error::{AppError, FieldFlaw},
    ids::Ids,
    usecase::zone::{Founding, found},
    web::text,
};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Url { .. }
            | StoreError::Open { .. }
            | StoreError::NotMigrated { .. }
            | StoreError::Newer { .. } => Self::usage(error),
            StoreError::Absent
            | StoreError::Stale { .. }
            | StoreError::Duplicate { .. }
            | StoreError::Busy
            | StoreError::Repeated
            | StoreError::Corrupt { .. }
            | StoreError::Broken { .. } => Self::failed(error),
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        if let AppError::Broken { cause } = &error {
            return Self::failed(cause);
        }
        let problem = crate::http::problem::Problem::of(&error, Language::En);
        if let AppError::Flawed(flaws) = &error {
            return Self::usage(listed(flaws));
        }
        if matches!(error, AppError::NotAdmitted(_) | AppError::Malformed { .. }) {
            return Self::usage(problem.detail);
        }
        Self::refused(problem.detail)
    }
}

/// Every flaw with its field, a line each.
fn listed(flaws: &[FieldFlaw]) -> String {
    let line = |flaw: &FieldFlaw| {
        let sentence = crate::web::refusal::sentence_of(Language::En, &flaw.code, &flaw.arguments);
        format!("{}: {sentence}", flaw.field)
    };
    flaws.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Place {
    /// The address of the database.
    pub fn database_url(&self) -> Result<String, Failure> {
        match &self.database_url {
            Some(url) => Ok(url.clone()),
            None => Ok(self.configuration(Use::Keeping)?.database.url),
        }
    }

    /// The configuration with this place's database, judged as far as `wanted` needs it.
    pub fn configuration(&self, wanted: Use) -> Result<Config, Failure> {
        let text = match &self.config {
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
            ),
            None => None,
        };
        let name = self.config.as_ref().map(|path| path.display().to_string());
        let file = name.as_deref().zip(text.as_deref());
        let mut config =
            config::read_for(wanted, file, std::env::vars()).map_err(Failure::usage)?;
        if let Some(url) = &self.database_url {
            persistence::connection::Target::parse(url).map_err(Failure::usage)?;
            config.database.url.clone_from(url);
        }
        Ok(config)
    }

    /// Opens a database whose tables are up to date.
    pub fn open(&self) -> Result<Store, Failure> {
        let store = Store::open(&self.database_url()?)?;
        migrate::look(store.target())?.require_current()?;
        Ok(store)
    }
}

/// What to do about a database without a zone, in both languages. Only people know what a zone is called,
/// and the name stands in letters at once: nobody founds one in passing.
fn no_zone() -> Failure {
    let said = Language::ALL.map(|language| text::t(language, "start-no_zone", &[]));
    Failure::usage(said.join("\n"))
}

/// The zone of a deployment.
pub async fn zone(store: &Store) -> Result<ZoneId, Failure> {
    let zones = store.read(async |tx: &mut Tx| tx.zones().await).await?;
    match zones.as_slice() {
        [zone] => Ok(zone.id),
        [] => Err(no_zone()),
        _ => Err(Failure::usage(
            "the database has several zones; this version serves one",
        )),
    }
}

/// Bring the database's tables up to date; found the zone in a new database
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    place: Place,
    /// Say what is missing and change nothing
    #[arg(long)]
    status: bool,
    /// The Chinese name of a new zone
    #[arg(long, default_value = "示范开发区")]
    zone_name_zh: String,
    /// The English name of a new zone
    #[arg(long, default_value = "Example Development Zone")]
    zone_name_en: String,
    /// The time zone of a new zone, by its IANA name
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
    /// The hotline of a new zone
    #[arg(long, default_value = "12345")]
    hotline: String,
}

impl Migrate {
    pub(super) fn run(self) -> Answer {
        let store = Store::open(&self.place.database_url()?)?;
        let before = migrate::look(store.target())?;
        if self.status {
            for step in &before.applied {
                print(&format!("applied {step}\n"))?;
            }
            for step in &before.pending {
                print(&format!("pending {step}\n"))?;
            }
            return before.require_current().map_err(Failure::found);
        }
        domain::zone_time::ZoneTime::named(&self.time_zone).map_err(Failure::usage)?;
        if !before.unknown.is_empty() {
            before.require_current()?;
        }
        migrate::up(store.target())?;
        say(&format!("{} migration(s) applied", before.pending.len()));
        let ids = Ids::Random;
        let now = Clock::system().now();
        let founding = Founding {
            id: ZoneId(ids.key(now)),
            name: Bilingual::of(&self.zone_name_zh, &self.zone_name_en),
            time_zone: self.time_zone,
            hotline: self.hotline,
            calendar: china::mainland(),
            ladder: Ladder::default(),
        };
        let is_new = block_on(store.write(async move |tx| {
            if !tx.zones().await?.is_empty() {
                return Ok::<_, AppError>(false);
            }
            found(tx, founding, &ids, now).await?;
            Ok(true)
        }))??;
        if is_new {
            say("a new zone was founded; add people with `green-channel user add`");
        }
        Ok(())
    }
}

/// Find what is due and queue its letters, once
#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    place: Place,
    /// As if it were this instant (RFC 3339)
    #[arg(long, value_parser = instant)]
    at: Option<OffsetDateTime>,
    /// Print what would fire and keep nothing
    #[arg(long)]
    dry_run: bool,
}

fn instant(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|error| format!("{error}; the form is 2026-03-02T08:30:00+08:00"))
}

impl Sweep {
    pub(super) fn run(self) -> Answer {
        let store = self.place.open()?;
        let at = self.at.unwrap_or_else(|| Clock::system().now());
        block_on(async {
            let zone = zone(&store).await?;
            let fired = if self.dry_run {
                notifications::sweep::preview(&store, zone, at).await?
            } else {
                let swept = notifications::sweep::sweep(&store, zone, at).await?;
                say(&format!(
                    "{} stage(s) looked at, {} alert(s) fired, {} letter(s) queued",
                    swept.looked_at,
                    swept.fired.len(),
                    swept.queued
                ));
                swept.fired
            };
            for alert in fired {
                let line = serde_json::json!({
                    "alert": alert.id.to_string(), "project": alert.project.to_string(),
                    "stage": alert.stage.to_string(), "rung": alert.rung.code(),
                    "due_on": alert.due_on.to_string(),
                });
                print(&format!("{line}\n"))?;
            }
            Ok(())
        })?
    }
}
