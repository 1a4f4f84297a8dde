//! Everything that can be checked, as lines of JSON that a second program reads. `docs/audit-format.md`
//! describes them. Nothing is judged here: what is wrong goes out as it is.

use std::io::Write;

use domain::id::{ProjectId, ZoneId};
use persistence::{
    Store, StoreError, Tx,
    chain::{ChainId, VERSION},
    checkpoint::{Checkpoint, Leaf},
    event::{ChainHead, ChainLine, LinePage},
    security::SecurityLine,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::file::CheckpointLine;
use crate::keys::hexadecimal;

/// Projects, lines and checkpoints that are read at once.
const PROJECTS_PER_PAGE: i64 = 200;
const LINES_PER_PAGE: i64 = 5_000;
const CHECKPOINTS_PER_PAGE: i64 = 1_000;

/// Why the export did not come to its end.
#[derive(Debug)]
pub enum ExportError {
    /// The database.
    Store(StoreError),
    /// Where it was written to.
    Out(std::io::Error),
}

impl std::fmt::Display for ExportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Out(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::Out(error)
    }
}

/// Writes lines and counts them.
struct Pen<'a> {
    out: &'a mut dyn Write,
    chains: u64,
    entries: u64,
    checkpoints: u64,
}

impl Pen<'_> {
    fn line(&mut self, line: &Value) -> Result<(), ExportError> {
        Ok(writeln!(self.out, "{line}")?)
    }
}

/// Writes all that a zone has, as of `at`. `progress` hears how many records are done, of how many.
pub async fn export(
    store: &Store,
    (zone, public_key): (ZoneId, &[u8]),
    at: OffsetDateTime,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), ExportError> {
    let mut pen = Pen {
        out,
        chains: 0,
        entries: 0,
        checkpoints: 0,
    };
    pen.line(&json!({
        "type": "dump", "format": VERSION, "zone": zone.0.simple().to_string(),
        "made": micros(at), "public_key": hexadecimal(public_key),
    }))?;
    write_checkpoints(store, zone, &mut pen).await?;
    let total = store
        .read(async |tx: &mut Tx| tx.chain_count(zone).await)
        .await?;
    let mut after = None;
    loop {
        let page = store
            .read(async |tx: &mut Tx| tx.line_page(zone, after, PROJECTS_PER_PAGE).await)
            .await?;
        after = page.next;
        write_page(page, &mut pen)?;
        progress(pen.chains, total);
        if after.is_none() {
            break;
        }
    }
    write_security(store, zone, &mut pen).await?;
    let (chains, entries, checkpoints) = (pen.chains, pen.entries, pen.checkpoints);
    pen.line(&json!({
        "type": "end", "chains": chains, "entries": entries, "checkpoints": checkpoints,
    }))?;
    Ok(pen.out.flush()?)
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or_default()
}

async fn write_checkpoints(
    store: &Store,
    zone: ZoneId,
    pen: &mut Pen<'_>,
) -> Result<(), ExportError> {
    let mut after = i64::MIN;
    loop {
        let page = store
            .read(async |tx: &mut Tx| {
                tx.checkpoints_after(zone, after, CHECKPOINTS_PER_PAGE)
                    .await
            })
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.number;
        for (checkpoint, leaves) in page {
            pen.line(&checkpoint_line(&checkpoint)?)?;
            pen.checkpoints += 1;
            for leaf in leaves {
                pen.line(&leaf_line(&leaf))?;
            }
        }
    }
}

fn checkpoint_line(checkpoint: &Checkpoint) -> Result<Value, ExportError> {
    let mut line =
        serde_json::to_value(CheckpointLine::of(checkpoint)).map_err(StoreError::from)?;
    if let Some(fields) = line.as_object_mut() {
        fields.insert("type".into(), "checkpoint".into());
    }
    Ok(line)
}

fn leaf_line(leaf: &Leaf) -> Value {
    json!({
        "type": "leaf", "checkpoint": leaf.number, "slot": leaf.slot, "chain": leaf.chain.name(),
        "seq": leaf.seq, "hash": hexadecimal(&leaf.hash), "last": leaf.is_last,
    })
}

fn head_line(chain: ChainId, head: &ChainHead, sealed: Option<i64>) -> Value {
    json!({
        "type": "head", "chain": chain.name(), "seq": head.seq, "hash": hexadecimal(&head.hash),
        "sealed": sealed,
    })
}

fn write_page(page: LinePage, pen: &mut Pen<'_>) -> Result<(), ExportError> {
    let mut lines = page.lines.iter().peekable();
    for (project, head, sealed) in page.heads {
        // Lines of no project come first; whoever checks finds that they have no head.
        while let Some(line) = lines.next_if(|line| line.project() < project) {
            write_entry(line, pen)?;
        }
        pen.line(&head_line(ChainId::Project(project), &head, Some(sealed)))?;
        pen.chains += 1;
        while let Some(line) = lines.next_if(|line| line.project() == project) {
            write_entry(line, pen)?;
        }
    }
    lines.try_for_each(|line| write_entry(line, pen))
}

fn write_entry(line: &ChainLine, pen: &mut Pen<'_>) -> Result<(), ExportError> {
    let ((kind, is_public), (author, fact)) = (line.kind(), line.texts());
    let (happened, recorded) = line.instants();
    let chain = ChainId::Project(ProjectId(line.project().0));
    pen.entries += 1;
    pen.line(&json!({
        "type": "entry", "chain": chain.name(), "seq": line.seq(), "hash": hexadecimal(line.hash()),
        "stage": line.stage().map(|key| key.simple().to_string()),
        "kind": kind, "public": is_public, "author": author,
        "happened": whole(happened), "recorded": whole(recorded), "late": line.is_late_entry(),
        "fact": fact, "source": line.source_key(),
    }))
}

/// Instants outside the range of a database do not occur.
fn whole(micros: i128) -> i64 {
    i64::try_from(micros).unwrap_or(i64::MIN)
}

async fn write_security(store: &Store, zone: ZoneId, pen: &mut Pen<'_>) -> Result<(), ExportError> {
    let mut after = 0;
    // The head first: lines that are added meanwhile are left out.
    let head = store
        .read(async |tx: &mut Tx| tx.security_head(zone).await)
        .await?;
    pen.line(&head_line(ChainId::Security, &head, None))?;
    pen.chains += 1;
    loop {
        let page = store
            .read(async |tx: &mut Tx| {
                let lines = tx.security_lines(zone, after, LINES_PER_PAGE).await?;
                // Lines beyond the head that were there before belong to the question.
                let is_newer = tx.security_head(zone).await?.seq > head.seq;
                Ok::<_, StoreError>((lines, is_newer))
            })
            .await?;
        let (lines, is_newer) = page;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        after = last.head().seq;
        for line in lines {
            if !(is_newer && line.head().seq > head.seq) {
                write_security_entry(&line, pen)?;
            }
        }
    }
}

fn write_security_entry(line: &SecurityLine, pen: &mut Pen<'_>) -> Result<(), ExportError> {
    pen.entries += 1;
    pen.line(&security_entry(line))
}

/// A line of the security record as the dump has it.
pub fn security_entry(line: &SecurityLine) -> Value {
    let (act, outcome, detail) = line.texts();
    let (object, address) = line.object_and_address();
    let head = line.head();
    json!({
        "type": "entry", "chain": ChainId::Security.name(), "seq": head.seq,
        "hash": hexadecimal(&head.hash), "act": act, "outcome": outcome,
        "actor": line.actor().map(|key| key.simple().to_string()),
        "object": object, "address": address, "detail": detail,
        "recorded": whole(line.recorded_micros()),
    })
}
