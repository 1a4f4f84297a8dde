//! `export`: all that a zone has, but for its secrets.

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use domain::{
    id::ZoneId,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{Store, Tx};

use super::{Answer, Failure, Place, block_on, say};
use crate::{clock::Clock, dump};

/// Write all that a zone has, but for its secrets, as JSON lines
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    /// One zone, by its key; needed where the database has several
    #[arg(long)]
    zone: Option<ZoneId>,
    /// The file to write, which must not exist; - for standard output
    file: PathBuf,
}

impl Export {
    pub(super) fn run(self) -> Answer {
        let store = self.place.open()?;
        block_on(async {
            let zone = self.zone(&store).await?;
            let now = Clock::system().now();
            let mut out = self.out()?;
            let told = SecurityEvent::done(SecurityAct::ZoneExported, None);
            store
                .write(async move |tx: &mut Tx| tx.add_security_event(zone, &told, now).await)
                .await?;
            let lines = dump::write(&store, (zone, now), &mut out).await?;
            say(&format!("{lines} line(s)"));
            Ok(())
        })?
    }

    /// It holds mail addresses and internal notes: a new file is its owner's alone.
    fn out(&self) -> Result<Box<dyn Write + Send>, Failure> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(BufWriter::new(std::io::stdout())));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&self.file)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.file.display())))?;
        Ok(Box::new(BufWriter::new(file)))
    }

    async fn zone(&self, store: &Store) -> Result<ZoneId, Failure> {
        let zones = store.read(async |tx: &mut Tx| tx.zones().await).await?;
        let mut zones: Vec<ZoneId> = zones.into_iter().map(|zone| zone.id).collect();
        if let Some(wanted) = self.zone {
            zones.retain(|zone| *zone == wanted);
        }
        match (zones.as_slice(), self.zone) {
            ([zone], _) => Ok(*zone),
            (_, Some(wanted)) => Err(Failure::usage(format!("--zone: no zone {wanted}"))),
            ([], None) => Err(Failure::usage("the database has no zone")),
            (_, None) => Err(Failure::usage(
                "the database has several zones: name one with --zone",
            )),
        }
    }
}
