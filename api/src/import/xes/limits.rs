//! Every bound of the reader. A file beyond one is refused by name, never read in part.

/// Bytes of one key or value, decoded. Thirty pages of annotation; what is longer is a document
/// and belongs to the materials, not into a log.
pub(super) const VALUE_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one tag, comment or run of text, undecoded. Sixteen longest values, because a value
/// written in character references takes up to ten bytes for one. Without it a quotation mark
/// that nobody closes would take the rest of the file into memory.
pub(super) const MARKUP_BYTES_MAX: u64 = 1024 * 1024;

/// Different keys in one trace or event. The widest published log has about 130.
pub(super) const ATTRIBUTES_MAX: usize = 1_000;

/// Events in one case. An approval has dozens, the longest case of a published log a few
/// thousand; more is a machine's protocol or a log that lost its case boundaries.
pub(super) const EVENTS_PER_CASE_MAX: usize = 100_000;

/// Bytes of one trace in the unpacked file. The other bounds multiply to more memory than a
/// server has; this one is what really bounds a case. Room for 50,000 events of usual size.
pub(super) const CASE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Cases in one file. The names seen so far are the only thing that grows with the file, about
/// 50 bytes a case. The largest published log has a quarter of this.
pub(super) const CASES_MAX: usize = 1_000_000;

/// Elements inside each other. A log with nested attributes is five deep; the rest is reserve.
pub(super) const DEPTH_MAX: usize = 64;

/// Characters of a file's own words that an error repeats. A log viewer shows one line.
pub(super) const EXCERPT_CHARS_MAX: usize = 80;
