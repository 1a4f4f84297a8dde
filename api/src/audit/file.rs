//! The file of checkpoints: one line of JSON each, added and never changed. It belongs on a disk that the
//! administrator of the database cannot write.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use domain::id::ZoneId;
use persistence::checkpoint::Checkpoint;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::keys::hexadecimal;

/// A checkpoint as one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointLine {
    zone: String,
    number: i64,
    made: i64,
    heads: i64,
    entries: i64,
    root: String,
    previous: String,
    key: String,
    signature: String,
}

impl CheckpointLine {
    /// The line of a checkpoint.
    pub fn of(checkpoint: &Checkpoint) -> Self {
        let micros = checkpoint.made_at.unix_timestamp_nanos().div_euclid(1_000);
        Self {
            zone: checkpoint.zone.0.simple().to_string(),
            number: checkpoint.number,
            made: i64::try_from(micros).unwrap_or_default(),
            heads: checkpoint.heads,
            entries: checkpoint.entries,
            root: hexadecimal(&checkpoint.root),
            previous: hexadecimal(&checkpoint.previous),
            key: hexadecimal(&checkpoint.key_id),
            signature: hexadecimal(&checkpoint.signature),
        }
    }

    /// The checkpoint of a line; `None` when a value cannot be one.
    pub fn read(&self) -> Option<Checkpoint> {
        Some(Checkpoint {
            zone: ZoneId(Uuid::try_parse(&self.zone).ok()?),
            number: self.number,
            made_at: OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.made) * 1_000)
                .ok()?,
            heads: self.heads,
            entries: self.entries,
            root: bytes(&self.root)?,
            previous: bytes(&self.previous)?,
            key_id: bytes(&self.key)?,
            signature: bytes(&self.signature)?,
        })
    }
}

/// The bytes of lower-case hexadecimal digits.
pub fn bytes(digits: &str) -> Option<Vec<u8>> {
    let is_ours = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(is_ours) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// The checkpoints of a file, in its order. A last line without an end was cut off by a crash and does not
/// count.
pub fn read(path: &Path) -> io::Result<Vec<Checkpoint>> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut checkpoints, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line)? > 0 {
        if line.ends_with('\n') {
            let number = checkpoints.len() + 1;
            let unread = || io::Error::other(format!("line {number} is not a checkpoint"));
            let parsed = serde_json::from_str::<CheckpointLine>(&line)?;
            checkpoints.push(parsed.read().ok_or_else(unread)?);
        }
        line.clear();
    }
    Ok(checkpoints)
}

/// A file that checkpoints are added to.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    /// A file that may not be there yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last checkpoint of a zone that it has.
    pub fn last(&self, zone: ZoneId) -> io::Result<Option<Checkpoint>> {
        match read(&self.path) {
            Ok(known) => Ok(known.into_iter().rfind(|known| known.zone == zone)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds checkpoints and waits until they are on the disk.
    pub fn add(&self, new: &[Checkpoint]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .read(true)
            .append(true)
            .open(&self.path)?;
        let mut text = String::new();
        if is_cut_off(&mut file)? {
            text.push('\n');
        }
        for checkpoint in new {
            text.push_str(&serde_json::to_string(&CheckpointLine::of(checkpoint))?);
            text.push('\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }
}

/// True when a crash has left half a line at the end.
fn is_cut_off(file: &mut File) -> io::Result<bool> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
