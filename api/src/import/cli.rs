//! `import xes`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{
    mapping::{Mapping, document},
    progress::Meter,
    roster::{Source, mail_domain},
    table::cli::TableFile,
    takeover::{Imported, Progress, Wish, import},
};
use crate::{
    cli::{Answer, Failure, Place, block_on, say, zone},
    clock::Clock,
    ids::Ids,
    usecase::import::ImportKind,
};

/// Take over cases of another system; bring in units and people
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Take over the cases of an event log (XES), plain or gzipped; may be repeated
    Xes(Xes),
    /// Bring in units: `code,kind,name_zh,name_en`
    Units(TableFile),
    /// Bring in people: `login,name,email,phone,language,unit,roles,deputy`
    People(TableFile),
}

/// Take over the cases of an event log
#[derive(Debug, Args)]
pub struct Xes {
    /// The log
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The name under which its cases, people and departments are kept; the file's name if absent
    #[arg(long, value_parser = Source::parse)]
    source: Option<Source>,
    /// Which attribute says what, and which activity accepts, stops, resumes or finishes a case (JSON)
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Ask the officer of an open case after so many working days without a sign of work
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(SILENCE_DAYS_MAX)))]
    silence_days: Option<u16>,
    /// Give new people addresses in this domain, which for a real zone is seldom right
    #[arg(long, value_parser = mail_domain)]
    mail_domain: Option<String>,
}

/// A year of working days; more is a mistake.
pub const SILENCE_DAYS_MAX: u16 = 250;

impl Import {
    /// Runs the command.
    pub fn run(self) -> Answer {
        match self {
            Self::Xes(xes) => xes.run(),
            Self::Units(file) => file.run(ImportKind::Units),
            Self::People(file) => file.run(ImportKind::People),
        }
    }
}

impl Xes {
    fn run(self) -> Answer {
        let source = match self.source {
            Some(source) => source,
            None => source_of(&self.file).map_err(Failure::usage)?,
        };
        let mapping = mapping_of(self.mapping.as_deref())?;
        let store = self.place.open()?;
        let wish = Wish {
            zone: block_on(zone(&store))??,
            source,
            mapping,
            silence_days: self.silence_days,
            mail_domain: self.mail_domain,
            ids: Ids::Random,
            at: Clock::system().now(),
        };
        let bytes = self.file.metadata().map_or(0, |known| known.len());
        let source = wish.source.clone();
        let mut judging = Some(Meter::start("checking", bytes));
        let mut storing = None;
        let mut watch = |progress| match progress {
            Progress::Judged(done) => {
                if let Some(meter) = &mut judging {
                    meter.reach(done);
                }
            }
            Progress::Stored(done) => {
                if let Some(meter) = judging.take() {
                    meter.end();
                }
                storing
                    .get_or_insert_with(|| Meter::start("storing", bytes))
                    .reach(done);
            }
        };
        let imported = block_on(import(&store, &self.file, wish, &mut watch))?;
        for meter in judging.into_iter().chain(storing) {
            meter.end();
        }
        say_what_came(&source, imported?);
        Ok(())
    }
}

/// The mapping of a document, or the one for logs that need none.
pub fn mapping_of(document: Option<&Path>) -> Result<Mapping, Failure> {
    let read = |path| document::read(path).map_err(Failure::usage);
    document.map_or_else(|| Ok(Mapping::default()), read)
}

fn say_what_came(source: &Source, imported: Imported) {
    let Imported {
        tally,
        people,
        units,
    } = imported;
    say(&format!(
        "{}: {} case(s): {} new, {} with news, {} unchanged",
        source.as_str(),
        tally.cases(),
        tally.new_cases,
        tally.grown_cases,
        tally.same_cases
    ));
    say(&format!(
        "recorded {} event(s) and {} end(s); added {people} people and {units} unit(s)",
        tally.work, tally.ends
    ));
    if tally.stops > 0 {
        say(&format!("the clock was stopped {} time(s)", tally.stops));
    }
    if tally.due > 0 {
        say(&format!(
            "{} event(s) had a last day of their own, {} of them were late",
            tally.due, tally.late
        ));
    }
    if tally.other_dates > 0 {
        say(&format!(
            "{} case(s) have another deadline or end than before; the dates first taken over stay",
            tally.other_dates
        ));
    }
}

/// The source of a file that is named after it: `receipt` for `logs/receipt.xes.gz`.
pub fn source_of(file: &Path) -> Result<Source, String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let plain = plain.strip_suffix(".xes").unwrap_or(plain);
    Source::parse(plain).map_err(|reason| {
        format!("the file's name cannot name a source ({reason}): choose one with --source")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_its_source() {
        let check = |file: &str, name: &str| {
            assert_eq!(source_of(Path::new(file)).unwrap().as_str(), name, "{file}");
        };
        check("logs/receipt.xes.gz", "receipt");
        check("BPIC15_2.xes", "BPIC15_2");
        check("log", "log");
        assert!(source_of(Path::new("/")).is_err());
        assert!(source_of(Path::new(".xes")).is_err());
    }
}
