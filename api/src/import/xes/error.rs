//! What can be wrong with an event log, and where.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::limits::EXCERPT_CHARS_MAX;

/// A file that could not be read to its end, the line, and why.
///
/// Its text is English and can stand alone: `log.xes.gz, line 12: ...`. For other languages take
/// [`XesErrorKind::code`] and the kind's fields. What the fields repeat from the file is cut to
/// one line of 80 characters.
#[derive(Debug, Clone)]
pub struct XesError {
    /// The file, as the caller named it.
    pub file: String,
    /// The line the error is about, counted from 1 in the unpacked text. For a tag of several
    /// lines it is the one on which the tag begins. `None` if the file has no lines to name.
    pub line: Option<u64>,
    /// What is wrong.
    pub kind: XesErrorKind,
}

impl fmt::Display for XesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.kind),
            None => write!(f, "{}: {}", self.file, self.kind),
        }
    }
}

impl Error for XesError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        if let XesErrorKind::Unreadable { cause } | XesErrorKind::CorruptGzip { cause } = &self.kind
        {
            Some(cause)
        } else {
            None
        }
    }
}

/// Everything that stops a file from being read; the fields are what a message needs.
#[derive(Debug, Clone)]
pub enum XesErrorKind {
    /// The file does not open, or the system fails while reading it.
    Unreadable {
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// No bytes, or nothing but blanks, comments and an XML declaration.
    Empty,
    /// Neither XML nor gzip, judged by how it begins.
    NotXml,
    /// The gzip stream stops before its end: an upload or a copy that broke off.
    Truncated,
    /// The gzip stream is damaged: its parts or its checksum do not fit.
    CorruptGzip {
        /// What the decoder said.
        cause: Arc<io::Error>,
    },
    /// The file is in an encoding other than UTF-8, or says so.
    Encoding {
        /// The encoding's name.
        encoding: String,
    },
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// The XML ends inside an element.
    PrematureEnd {
        /// The element that is still open; `None` if the root's own tag is unfinished.
        element: Option<String>,
        /// The line on which it begins.
        opened_on: u64,
    },
    /// An end tag that does not belong to the element it ends.
    MismatchedTag {
        /// The element that is open.
        expected: String,
        /// The element that the tag ends.
        found: String,
        /// The line on which the open element begins.
        opened_on: u64,
    },
    /// Anything else that is not well-formed XML.
    Malformed {
        /// What the parser said, in English.
        detail: String,
    },
    /// A document type, which could define entities that expand without bound.
    Doctype,
    /// A reference to an entity that XML itself does not define.
    UnknownEntity {
        /// The entity's name.
        entity: String,
    },
    /// The root element is not `<log>`.
    NotALog {
        /// The root element.
        root: String,
    },
    /// An element that XES does not know in this place. It is not skipped, because a misspelt
    /// `<trace>` would then lose a case without a word.
    UnexpectedElement {
        /// The element.
        element: String,
        /// The element it stands in.
        parent: String,
    },
    /// A trace without a `concept:name`, or with a blank one.
    CaseWithoutName,
    /// A second trace with the same `concept:name`.
    DuplicateCase {
        /// The name.
        name: String,
        /// The line of the first trace with it.
        first_line: u64,
    },
    /// An attribute element without a `key`, or with a blank one.
    AttributeWithoutKey {
        /// The attribute's element: `string`, `date`, ...
        element: String,
    },
    /// An attribute element without a `value`.
    AttributeWithoutValue {
        /// The attribute's key.
        key: String,
    },
    /// A `<date>` whose value is none.
    BadDate {
        /// The attribute's key.
        key: String,
        /// The value.
        value: String,
    },
    /// A `<date>` that does not say its offset from UTC, so that it is no moment.
    DateWithoutOffset {
        /// The attribute's key.
        key: String,
        /// The value.
        value: String,
    },
    /// An `<int>` or `<float>` whose value is none.
    BadNumber {
        /// The attribute's key.
        key: String,
        /// The value.
        value: String,
    },
    /// A `<boolean>` that is neither `true` nor `false`.
    BadBoolean {
        /// The attribute's key.
        key: String,
        /// The value.
        value: String,
    },
    /// A key or value that is too long.
    ValueTooLong {
        /// The attribute's key; its beginning if the key itself is too long.
        key: String,
        /// The most bytes it may have.
        bytes_max: usize,
    },
    /// A tag, comment or run of text that is too long, as after a forgotten quotation mark.
    MarkupTooLong {
        /// The most bytes it may have.
        bytes_max: u64,
    },
    /// A trace or event with too many attributes.
    TooManyAttributes {
        /// The most it may have.
        attributes_max: usize,
    },
    /// A trace with too many events.
    TooManyEvents {
        /// The most it may have.
        events_max: usize,
    },
    /// A trace that is too long altogether.
    CaseTooLong {
        /// The most bytes it may have, unpacked.
        bytes_max: u64,
    },
    /// Too many traces in one file.
    TooManyCases {
        /// The most it may have.
        cases_max: usize,
    },
    /// Elements nested too deeply.
    TooDeep {
        /// The most elements that may be inside each other.
        depth_max: usize,
    },
}

impl XesErrorKind {
    /// The kind's stable name, by which translations and tests know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "import.xes.unreadable",
            Self::Empty => "import.xes.empty",
            Self::NotXml => "import.xes.not_xml",
            Self::Truncated => "import.xes.truncated",
            Self::CorruptGzip { .. } => "import.xes.corrupt_gzip",
            Self::Encoding { .. } => "import.xes.encoding",
            Self::NotUtf8 => "import.xes.not_utf8",
            Self::PrematureEnd { .. } => "import.xes.premature_end",
            Self::MismatchedTag { .. } => "import.xes.mismatched_tag",
            Self::Malformed { .. } => "import.xes.malformed",
            Self::Doctype => "import.xes.doctype",
            Self::UnknownEntity { .. } => "import.xes.unknown_entity",
            Self::NotALog { .. } => "import.xes.not_a_log",
            Self::UnexpectedElement { .. } => "import.xes.unexpected_element",
            Self::CaseWithoutName => "import.xes.case_without_name",
            Self::DuplicateCase { .. } => "import.xes.duplicate_case",
            Self::AttributeWithoutKey { .. } => "import.xes.attribute_without_key",
            Self::AttributeWithoutValue { .. } => "import.xes.attribute_without_value",
            Self::BadDate { .. } => "import.xes.bad_date",
            Self::DateWithoutOffset { .. } => "import.xes.date_without_offset",
            Self::BadNumber { .. } => "import.xes.bad_number",
            Self::BadBoolean { .. } => "import.xes.bad_boolean",
            Self::ValueTooLong { .. } => "import.xes.value_too_long",
            Self::MarkupTooLong { .. } => "import.xes.markup_too_long",
            Self::TooManyAttributes { .. } => "import.xes.too_many_attributes",
            Self::TooManyEvents { .. } => "import.xes.too_many_events",
            Self::CaseTooLong { .. } => "import.xes.case_too_long",
            Self::TooManyCases { .. } => "import.xes.too_many_cases",
            Self::TooDeep { .. } => "import.xes.too_deep",
        }
    }

    /// What a failed read means. The gzip decoder speaks through kinds of `io::Error`, which the
    /// system does not use for files.
    pub(super) fn from_read(cause: Arc<io::Error>) -> Self {
        if cause.kind() == io::ErrorKind::UnexpectedEof {
            Self::Truncated
        } else if matches!(
            cause.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        ) {
            Self::CorruptGzip { cause }
        } else {
            Self::Unreadable { cause }
        }
    }

    /// XML that is not well-formed, in the words of whoever noticed.
    pub(super) fn malformed(detail: &impl ToString) -> Self {
        Self::Malformed {
            detail: excerpt(&detail.to_string()),
        }
    }
}

impl fmt::Display for XesErrorKind {
    #[expect(clippy::too_many_lines, reason = "one arm per kind, read like a table")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { cause } => write!(f, "the file cannot be read: {cause}"),
            Self::Empty => write!(f, "the file is empty: it holds no XML element"),
            Self::NotXml => write!(f, "the file is neither XML nor gzip"),
            Self::Truncated => write!(f, "the gzip stream breaks off before its end"),
            Self::CorruptGzip { cause } => write!(f, "the gzip stream is damaged: {cause}"),
            Self::Encoding { encoding } => {
                write!(f, "the file is in {encoding}; it must be in UTF-8")
            }
            Self::NotUtf8 => write!(f, "the text is not valid UTF-8"),
            Self::PrematureEnd { element, opened_on } => {
                let element = element.as_deref().unwrap_or("?");
                write!(
                    f,
                    "the file ends inside <{element}>, which begins on line {opened_on}"
                )
            }
            Self::MismatchedTag {
                expected,
                found,
                opened_on,
            } => write!(
                f,
                "</{found}> stands where <{expected}>, which begins on line {opened_on}, must end"
            ),
            Self::Malformed { detail } => write!(f, "the XML is not well-formed: {detail}"),
            Self::Doctype => write!(f, "a document type (DOCTYPE) is not accepted"),
            Self::UnknownEntity { entity } => write!(f, "the entity &{entity}; is not defined"),
            Self::NotALog { root } => write!(f, "the root element is <{root}>, not <log>"),
            Self::UnexpectedElement { element, parent } => {
                write!(f, "<{element}> has no place in <{parent}>")
            }
            Self::CaseWithoutName => write!(f, "the trace has no concept:name"),
            Self::DuplicateCase { name, first_line } => {
                write!(
                    f,
                    "the case \"{name}\" is in the file already, on line {first_line}"
                )
            }
            Self::AttributeWithoutKey { element } => write!(f, "<{element}> has no key"),
            Self::AttributeWithoutValue { key } => {
                write!(f, "the attribute \"{key}\" has no value")
            }
            Self::BadDate { key, value } => write!(f, "\"{value}\" in \"{key}\" is no date"),
            Self::DateWithoutOffset { key, value } => {
                write!(
                    f,
                    "the date \"{value}\" in \"{key}\" does not state its offset from UTC"
                )
            }
            Self::BadNumber { key, value } => write!(f, "\"{value}\" in \"{key}\" is no number"),
            Self::BadBoolean { key, value } => {
                write!(f, "\"{value}\" in \"{key}\" is neither true nor false")
            }
            Self::ValueTooLong { key, bytes_max } => {
                write!(
                    f,
                    "the attribute \"{key}\" is longer than {bytes_max} bytes"
                )
            }
            Self::MarkupTooLong { bytes_max } => write!(
                f,
                "a tag, comment or text that begins here is longer than {bytes_max} bytes"
            ),
            Self::TooManyAttributes { attributes_max } => {
                write!(
                    f,
                    "more than {attributes_max} attributes in one trace or event"
                )
            }
            Self::TooManyEvents { events_max } => {
                write!(f, "more than {events_max} events in one trace")
            }
            Self::CaseTooLong { bytes_max } => {
                write!(f, "the trace is longer than {bytes_max} bytes")
            }
            Self::TooManyCases { cases_max } => {
                write!(f, "more than {cases_max} traces in one file")
            }
            Self::TooDeep { depth_max } => {
                write!(f, "more than {depth_max} elements inside each other")
            }
        }
    }
}

/// An error before the file's name is added to it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: Option<u64>,
    pub(super) kind: XesErrorKind,
}

impl Fault {
    pub(super) fn on(line: u64, kind: XesErrorKind) -> Self {
        Self {
            line: Some(line),
            kind,
        }
    }
}

/// The beginning of a text from the file, fit to be repeated in a message: short, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(EXCERPT_CHARS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(EXCERPT_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}
