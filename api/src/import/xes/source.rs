//! The bytes below the markup: unpacked, counted, and never more of them than asked for.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::limits::MARKUP_BYTES_MAX;

/// Large enough that system calls and virtual calls do not show up in the measured time.
const CHUNK_BYTES: usize = 64 * 1024;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A file's unpacked bytes, and the count of its packed ones.
///
/// Gzip is told by the first bytes, because people rename files.
pub(super) fn unpacked(path: &Path) -> io::Result<(Box<dyn BufRead>, Arc<AtomicU64>)> {
    let packed_read = Arc::new(AtomicU64::new(0));
    let mut file = Metered {
        inner: File::open(path)?,
        total: Arc::clone(&packed_read),
    };
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    let is_gzip = magic == GZIP_MAGIC;
    let whole = BufReader::with_capacity(CHUNK_BYTES, Cursor::new(magic).chain(file));
    let bytes: Box<dyn BufRead> = if is_gzip {
        Box::new(BufReader::with_capacity(
            CHUNK_BYTES,
            MultiGzDecoder::new(whole),
        ))
    } else {
        Box::new(whole)
    };
    Ok((bytes, packed_read))
}

/// Counts what is read from a file, so that a progress bar can hold it against the file's size.
struct Metered<R> {
    inner: R,
    total: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.total.fetch_add(count(read), Ordering::Relaxed);
        Ok(read)
    }
}

/// The bytes the markup parser reads: it knows the line, and stops a tag that does not end.
///
/// The parser keeps a whole tag in memory before it hands it out, and has no bound of its own;
/// so the bound is here, where the bytes pass.
pub(super) struct Source<R> {
    inner: R,
    consumed: u64,
    line: u64,
    /// What the tag, comment or text at hand may still take.
    allowance: u64,
    overrun: bool,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            consumed: 0,
            line: 1,
            allowance: MARKUP_BYTES_MAX,
            overrun: false,
        }
    }

    /// Bytes that were read, unpacked.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// The line of the next byte, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Whether the last read failed because a tag, comment or text was too long.
    pub(super) fn is_overrun(&self) -> bool {
        self.overrun
    }

    /// Allows the next tag, comment or text its full length.
    pub(super) fn allow_next(&mut self) {
        self.allowance = MARKUP_BYTES_MAX;
    }

    /// What comes next, without taking it; empty at the end of the file.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.inner.fill_buf() {
                Ok(_) => break,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        // The bytes are there now; asked again, a buffered reader reads nothing.
        self.inner.fill_buf()
    }
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            self.overrun = true;
            return Err(io::Error::other("a tag, comment or text is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // Already buffered, so asking again costs a call and cannot fail.
        if let Ok(bytes) = self.inner.fill_buf() {
            self.line += newlines(bytes.get(..amount).unwrap_or(bytes));
        }
        self.inner.consume(amount);
        self.consumed += count(amount);
        self.allowance = self.allowance.saturating_sub(count(amount));
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    // In pieces whose count fits a byte, so that the compiler adds up many bytes at once.
    bytes
        .chunks(usize::from(u8::MAX))
        .map(|piece| {
            u64::from(
                piece
                    .iter()
                    .map(|byte| u8::from(*byte == b'\n'))
                    .sum::<u8>(),
            )
        })
        .sum()
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
