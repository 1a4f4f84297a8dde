//! The full export: all that a zone has, but for its secrets, as lines of JSON. `docs/export.md` describes them.
//!
//! Everything is read on one snapshot, a few rows at a time. The last line counts the others and has their SHA-256,
//! so that a file that was cut off is noticed.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::id::ZoneId;
use persistence::{
    Store, StoreError, Tx,
    dump::{DumpKind, Mark},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

pub use crate::audit::export::ExportError;
use crate::keys::hexadecimal;

/// Counts up when a reader of the format before could not read it any more; what is only added does not count.
pub const SCHEMA_VERSION: u32 = 1;
/// Rows that are held in memory at once: the longest, whole projects with their works, have some kilobytes each.
const ROWS_PER_PAGE: i64 = 500;

/// Lets one export of a process run at a time: each reads the whole database and fills a temporary file.
#[derive(Debug, Default)]
pub struct Turnstile(Arc<AtomicBool>);

/// The one export that runs; another may when this is dropped.
#[derive(Debug)]
pub struct Running(Arc<AtomicBool>);

impl Turnstile {
    /// `None` while another export runs.
    pub fn enter(&self) -> Option<Running> {
        let was_taken = self.0.swap(true, Ordering::AcqRel);
        (!was_taken).then(|| Running(self.0.clone()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Writes lines, counts them and computes their hash.
struct Pen<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    lines: u64,
    counts: BTreeMap<&'static str, u64>,
}

impl Pen<'_> {
    fn line(&mut self, line: &str) -> std::io::Result<()> {
        self.lines += 1;
        for bytes in [line.as_bytes(), b"\n"] {
            self.hash.update(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }
}

/// Writes all that a zone has, as of `at`; gives the number of lines before the last.
pub async fn write(
    store: &Store,
    (zone, at): (ZoneId, OffsetDateTime),
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let mut pen = Pen {
        out,
        hash: Sha256::new(),
        lines: 0,
        counts: BTreeMap::new(),
    };
    pen.line(&head(zone, at)?)?;
    let pen = store
        .read(async |tx: &mut Tx| {
            for kind in DumpKind::ALL {
                write_kind(tx, (zone, *kind), &mut pen).await?;
            }
            Ok::<_, ExportError>(pen)
        })
        .await?;
    let digest = hexadecimal(&pen.hash.finalize());
    let (lines, counts) = (pen.lines, pen.counts);
    let end = json!({ "type": "end", "lines": lines, "counts": counts, "sha256": digest });
    writeln!(pen.out, "{end}")?;
    pen.out.flush()?;
    Ok(lines)
}

fn head(zone: ZoneId, at: OffsetDateTime) -> Result<String, StoreError> {
    let as_of = at
        .to_offset(UtcOffset::UTC)
        .format(&Rfc3339)
        .map_err(|error| StoreError::Broken {
            reason: error.to_string(),
        })?;
    let head = json!({
        "type": "dump", "schema_version": SCHEMA_VERSION, "zone": zone.0, "as_of": as_of,
        "product": env!("CARGO_PKG_VERSION"),
    });
    Ok(head.to_string())
}

async fn write_kind(
    tx: &mut Tx,
    (zone, kind): (ZoneId, DumpKind),
    pen: &mut Pen<'_>,
) -> Result<(), ExportError> {
    let mut after = Some(Mark::START);
    while let Some(mark) = after {
        let page = tx.dump_page(zone, kind, mark, ROWS_PER_PAGE).await?;
        for line in &page.lines {
            pen.line(line)?;
            *pen.counts.entry(kind.code()).or_default() += 1;
        }
        after = page.next;
    }
    Ok(())
}
