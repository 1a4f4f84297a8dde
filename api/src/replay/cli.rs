//! `replay`.

use std::path::PathBuf;

use clap::Args;
use domain::zone_time::ZoneTime;
use persistence::{Store, Tx, migrate};

use super::{
    play::{ReplayError, Wishes, replay},
    report::Report,
};
use crate::{
    cli::{Answer, Failure, block_on, say},
    import::{
        cli::{SILENCE_DAYS_MAX, mapping_of},
        progress::Meter,
    },
};

/// Play a log in time order against an empty database
#[derive(Debug, Args)]
pub struct Replay {
    /// The log (XES), plain or gzipped
    file: PathBuf,
    /// The local time of the log, by its IANA name
    #[arg(long, value_parser = ZoneTime::named)]
    zone_time: ZoneTime,
    /// Where to write what came of it (JSON)
    #[arg(long)]
    report: PathBuf,
    /// The URL of an empty database, SQLite or PostgreSQL; a temporary one if absent
    #[arg(long)]
    database_url: Option<String>,
    /// Which attribute says what, and which activity accepts, stops, resumes or finishes a case (JSON)
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Ask the officer of an open case after so many working days without a sign of work
    #[arg(long, default_value_t = 10,
        value_parser = clap::value_parser!(u16).range(1..=i64::from(SILENCE_DAYS_MAX)))]
    silence_days: u16,
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Import(error) => error.into(),
            ReplayError::Unplayable(_) => Self::usage(error),
            ReplayError::Kept(error) => error.into(),
            ReplayError::Proof(_) => Self::failed(error),
        }
    }
}

impl Replay {
    /// Runs the command.
    pub fn run(self) -> Answer {
        let mapping = mapping_of(self.mapping.as_deref())?;
        let folder = tempfile::tempdir().map_err(Failure::failed)?;
        let store = match &self.database_url {
            Some(url) => Store::open(url)?,
            None => Store::open_scratch(&format!(
                "sqlite://{}",
                folder.path().join("replay.sqlite").display()
            ))?,
        };
        make_tables(&store)?;
        let wishes = Wishes {
            zone_time: self.zone_time,
            mapping,
            silence_days: self.silence_days,
        };
        let mut meter = None;
        let mut watch = |done, total| {
            let total = u64::try_from(total).unwrap_or(u64::MAX);
            meter
                .get_or_insert_with(|| Meter::start("playing", total))
                .reach(u64::try_from(done).unwrap_or(total));
        };
        let played = block_on(replay(&store, &self.file, wishes, &mut watch))?;
        if let Some(meter) = meter {
            meter.end();
        }
        let report = played?;
        let json = serde_json::to_string(&report).map_err(Failure::failed)?;
        std::fs::write(&self.report, json + "\n")
            .map_err(|error| Failure::failed(format!("{}: {error}", self.report.display())))?;
        say_what_came(&report);
        Ok(())
    }
}

/// Makes the tables of a database, which must hold nothing.
fn make_tables(store: &Store) -> Answer {
    let occupied = || Failure::usage("the database is not empty: a replay needs one of its own");
    let schema = migrate::look(store.target())?;
    let is_half_made = !schema.applied.is_empty() && !schema.pending.is_empty();
    if is_half_made || !schema.unknown.is_empty() {
        return Err(occupied());
    }
    migrate::up(store.target())?;
    let zones = block_on(store.read(async |tx: &mut Tx| tx.zones().await))??;
    if zones.is_empty() {
        Ok(())
    } else {
        Err(occupied())
    }
}

fn say_what_came(report: &Report) {
    let rungs = report.alerts_by_rung.iter();
    let rungs: Vec<String> = rungs
        .map(|(rung, count)| format!("{rung} {count}"))
        .collect();
    say(&format!(
        "{} case(s) on {} morning(s): {} closed, {} of them late",
        report.cases,
        report.mornings.len(),
        report.closed,
        report.closed_late
    ));
    say(&format!(
        "alerts: {}; {} letter(s)",
        rungs.join(", "),
        report.mails
    ));
}
