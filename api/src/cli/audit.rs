//! `audit verify` and `audit export`.

use std::{
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use domain::id::ZoneId;
use persistence::{Store, Tx};

use super::{Answer, Failure, Place, block_on, print, say};
use crate::{
    audit::{
        self,
        export::{ExportError, export},
        file,
        verify::{Question, Report, verify},
    },
    clock::Clock,
    config::Use,
    ids::Ids,
    import::progress::Meter,
    serve,
};

/// The record that proves itself
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check every record against its chain and every checkpoint
    Verify(Verify),
    /// Write all that can be checked as JSON lines, for the second verifier
    Export(Export),
    /// Print the public key that checkpoints are checked with
    Key(Key),
}

/// Which zone, and whose signatures count.
#[derive(Debug, Args)]
struct Subject {
    #[command(flatten)]
    place: Place,
    /// The public key of checkpoints, 64 hexadecimal digits; without it, that of this deployment
    #[arg(long)]
    public_key: Option<String>,
    /// One zone, by its key; without it, every zone of the database
    #[arg(long)]
    zone: Option<ZoneId>,
}

/// Check every record against its chain and every checkpoint
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    subject: Subject,
    /// A file of checkpoints that was kept outside the database
    #[arg(long)]
    checkpoints: Option<PathBuf>,
}

/// Write all that can be checked as JSON lines
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    subject: Subject,
    /// The file to write; without it, standard output
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Print the public key that checkpoints are checked with
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(flatten)]
    place: Place,
}

impl Audit {
    pub(super) fn run(self) -> Answer {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Export(export) => export.run(),
            Self::Key(key) => {
                let store = key.place.open()?;
                let public = own_key(&key.place, &store)?;
                print(&format!("{}\n", crate::keys::hexadecimal(&public)))
            }
        }
    }
}

/// The key of this deployment. Looking at a database must not make one.
fn own_key(place: &Place, store: &Store) -> Result<Vec<u8>, Failure> {
    let config = place.configuration(Use::Keeping)?;
    let keys = serve::known_keys(&config, store.target(), &Ids::Random)?;
    let audit = audit::Audit::new(&keys);
    let audit = audit.ok_or_else(|| Failure::failed("the key for checkpoints cannot be made"))?;
    Ok(audit.signer().public_key().to_vec())
}

impl Subject {
    fn public_key(&self, store: &Store) -> Result<Vec<u8>, Failure> {
        match &self.public_key {
            None => own_key(&self.place, store),
            Some(digits) => file::bytes(digits)
                .filter(|key| key.len() == 32)
                .ok_or_else(|| Failure::usage("--public-key: 64 hexadecimal digits in lower case")),
        }
    }

    async fn zones(&self, store: &Store) -> Result<Vec<ZoneId>, Failure> {
        let zones = store.read(async |tx: &mut Tx| tx.zones().await).await?;
        let mut zones: Vec<ZoneId> = zones.into_iter().map(|zone| zone.id).collect();
        if let Some(wanted) = self.zone {
            zones.retain(|zone| *zone == wanted);
            if zones.is_empty() {
                return Err(Failure::usage(format!("--zone: no zone {wanted}")));
            }
        }
        Ok(zones)
    }
}

impl Verify {
    fn run(self) -> Answer {
        let store = self.subject.place.open()?;
        let public_key = self.subject.public_key(&store)?;
        let kept = match &self.checkpoints {
            None => Vec::new(),
            Some(path) => file::read(path)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
        };
        let report = block_on(async {
            let mut whole = Report::default();
            for zone in self.subject.zones(&store).await? {
                let question = Question {
                    zone,
                    public_key: &public_key,
                    kept: &kept,
                };
                let mut meter: Option<Meter> = None;
                let report = verify(&store, question, &mut |done, total| {
                    let meter = meter.get_or_insert_with(|| Meter::start("verify", total));
                    meter.reach(done);
                })
                .await?;
                if let Some(meter) = meter {
                    meter.end();
                }
                whole.chains += report.chains;
                whole.lines += report.lines;
                whole.checkpoints += report.checkpoints;
                whole.faults.extend(report.faults);
            }
            Ok::<_, Failure>(whole)
        })??;
        for fault in &report.faults {
            print(&format!("{fault}\n"))?;
        }
        say(&format!(
            "{} record(s), {} line(s), {} checkpoint(s)",
            report.chains, report.lines, report.checkpoints
        ));
        match report.faults.len() {
            0 => Ok(()),
            count => Err(Failure::found(format!("{count} do not hold"))),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::failed(error)
    }
}

impl Export {
    fn run(self) -> Answer {
        let store = self.subject.place.open()?;
        let public_key = self.subject.public_key(&store)?;
        let mut out: Box<dyn Write> = match &self.output {
            None => Box::new(BufWriter::new(std::io::stdout().lock())),
            Some(path) => {
                let file = std::fs::File::create_new(path)
                    .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
                Box::new(BufWriter::new(file))
            }
        };
        block_on(async {
            let zones = self.subject.zones(&store).await?;
            let [zone] = zones.as_slice() else {
                return Err(Failure::usage(
                    "the database has several zones: name one with --zone",
                ));
            };
            let mut meter: Option<Meter> = None;
            let now = Clock::system().now();
            export(
                &store,
                (*zone, &public_key),
                now,
                &mut out,
                &mut |done, total| {
                    let meter = meter.get_or_insert_with(|| Meter::start("export", total));
                    meter.reach(done);
                },
            )
            .await?;
            if let Some(meter) = meter {
                meter.end();
            }
            Ok(())
        })?
    }
}
