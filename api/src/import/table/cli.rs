//! `import units` and `import people`.

use std::path::PathBuf;

use clap::Args;
use domain::text::Language;

use super::BYTES_MAX;
use crate::{
    cli::{Answer, Failure, Place, block_on, say, zone},
    clock::Clock,
    error::{AppError, FieldFlaw},
    ids::Ids,
    usecase::import::{Document, ImportKind, RowError, bring_in},
    web::refusal,
};

/// A table of units or people: CSV, text with tabs, or the first sheet of a workbook (XLSX)
#[derive(Debug, Args)]
pub struct TableFile {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Let the rows count if nothing is wrong with any of them; without it they are looked at only
    #[arg(long)]
    commit: bool,
}

impl TableFile {
    /// Runs the command for a file of this kind.
    pub fn run(self, kind: ImportKind) -> Answer {
        let bytes = std::fs::read(&self.file)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.file.display())))?;
        if bytes.len() > BYTES_MAX {
            return Err(Failure::usage(format!("more than {BYTES_MAX} bytes")));
        }
        let store = self.place.open()?;
        let (ids, at) = (Ids::Random, Clock::system().now());
        let is_commit = self.commit;
        let found = block_on(async {
            let zone = zone(&store).await?;
            let what = (kind, &bytes[..], is_commit);
            Ok::<_, Failure>(bring_in(&store, zone, (ids, at), what).await)
        })??;
        match found {
            Ok(document) => report(&document, is_commit),
            Err(AppError::Flawed(flaws)) => Err(Failure::usage(lines(&flaws))),
            Err(AppError::Refused(refusal)) => Err(Failure::refused(refusal)),
            Err(error) => Err(Failure::failed(error)),
        }
    }
}

fn lines(flaws: &[FieldFlaw]) -> String {
    let sentence = |flaw: &FieldFlaw| {
        let words = refusal::sentence_of(Language::En, &flaw.code, &flaw.arguments);
        format!("{}: {words}", flaw.code)
    };
    let lines: Vec<String> = flaws.iter().map(sentence).collect();
    lines.join("\n")
}

fn row_line(error: &RowError) -> String {
    let arguments: Vec<(&str, String)> = error
        .arguments
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let words = refusal::sentence_of(Language::En, &error.code, &arguments);
    format!(
        "line {}, {}: {}: {words}",
        error.line, error.column, error.code
    )
}

fn report(document: &Document, is_commit: bool) -> Answer {
    if document.error_count > 0 {
        let mut lines: Vec<String> = document.errors.iter().map(row_line).collect();
        lines.push(format!(
            "{} errors; nothing was changed",
            document.error_count
        ));
        return Err(Failure::found(lines.join("\n")));
    }
    let counts = document.counts;
    let done = if is_commit {
        "brought in"
    } else {
        "nothing was changed; --commit lets them count"
    };
    say(&format!(
        "{} rows: {} added, {} changed, {} unchanged; {done}",
        document.rows.len(),
        counts.added,
        counts.changed,
        counts.unchanged
    ));
    Ok(())
}
