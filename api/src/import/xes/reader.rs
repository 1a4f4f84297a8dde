//! Log, trace, event: what the tags mean.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;
use std::io::BufRead;
use std::iter::FusedIterator;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::{Fault, XesError, XesErrorKind, excerpt};
use super::limits::{ATTRIBUTES_MAX, CASE_BYTES_MAX, CASES_MAX, EVENTS_PER_CASE_MAX};
use super::markup::{Markup, Node, Tag};
use super::source::unpacked;
use super::value::{ValueType, keyed_value};
use super::{Attributes, Case, LoggedEvent, Value};

/// The attribute by which XES names things.
const NAME_KEY: &str = "concept:name";

/// Opens a log on disk, gzipped or not, which is told by its first bytes and not by its name.
///
/// An error here is only that the file cannot be read at all; whatever is wrong inside comes
/// from the iterator.
pub fn open(path: &Path) -> Result<XesReader<Box<dyn BufRead>>, XesError> {
    let file = path.display().to_string();
    match unpacked(path) {
        Ok((bytes, packed_read)) => {
            let mut reader = XesReader::new(file, bytes);
            reader.packed_read = Some(packed_read);
            Ok(reader)
        }
        Err(cause) => {
            let kind = XesErrorKind::Unreadable {
                cause: Arc::new(cause),
            };
            Err(XesError {
                file,
                line: None,
                kind,
            })
        }
    }
}

/// The cases of one log, in the order of the file.
///
/// It ends after the first error, and an error may come after the last case: see the notes of
/// the module.
pub struct XesReader<R> {
    file: String,
    markup: Markup<R>,
    buffer: Vec<u8>,
    lines_by_name: HashMap<u64, u64>,
    name_hasher: RandomState,
    packed_read: Option<Arc<AtomicU64>>,
    place: Place,
}

#[derive(PartialEq, Eq)]
enum Place {
    BeforeLog,
    InLog,
    Ended,
}

impl<R: BufRead> XesReader<R> {
    /// Reads a log that is unpacked already. The label is how errors name the file.
    pub fn new(file_label: impl Into<String>, bytes: R) -> Self {
        Self {
            file: file_label.into(),
            markup: Markup::new(bytes),
            buffer: Vec::new(),
            lines_by_name: HashMap::new(),
            name_hasher: RandomState::new(),
            packed_read: None,
            place: Place::BeforeLog,
        }
    }

    /// Bytes read from the file so far, packed as they are; after the last case the file's size.
    ///
    /// It runs ahead of the cases by a buffer or two. With [`Self::new`], which knows no file, it
    /// is the bytes taken from the reader.
    pub fn bytes_read(&self) -> u64 {
        match &self.packed_read {
            Some(total) => total.load(Ordering::Relaxed),
            None => self.markup.consumed(),
        }
    }

    fn next_case(&mut self) -> Result<Option<Case>, Fault> {
        loop {
            match self.markup.step(&mut self.buffer)? {
                // What closes here is the log; that nothing but blanks follows is checked below.
                Node::Ignored | Node::Close => {}
                Node::End => return Ok(None),
                Node::Open(tag) if self.place == Place::BeforeLog => {
                    check_root(&tag).map_err(|kind| self.markup.here(kind))?;
                    self.place = Place::InLog;
                }
                Node::Open(tag) => {
                    let is_empty = tag.is_empty;
                    match Element::of(&tag) {
                        Element::Trace => return self.case(is_empty).map(Some),
                        Element::Preamble
                        | Element::Event
                        | Element::Value(_)
                        | Element::Nested => self.skip_content(is_empty)?,
                        Element::Log | Element::Foreign => {
                            return Err(self.markup.unexpected(&tag));
                        }
                    }
                }
            }
        }
    }

    /// The rest of a trace whose tag was read.
    fn case(&mut self, is_empty: bool) -> Result<Case, Fault> {
        let start = CaseStart {
            line: self.markup.line(),
            position: self.markup.consumed(),
        };
        let mut attributes = Attributes::default();
        let mut events = Vec::new();
        let mut is_open = !is_empty;
        while is_open {
            match self.markup.step(&mut self.buffer)? {
                Node::Ignored => {}
                Node::Close | Node::End => is_open = false,
                Node::Open(tag) => {
                    let is_empty = tag.is_empty;
                    match Element::of(&tag) {
                        Element::Value(value_type) => {
                            insert(&mut attributes, value_type, &tag)
                                .map_err(|kind| self.markup.here(kind))?;
                            self.skip_content(is_empty)?;
                        }
                        Element::Event => events.push(self.event(is_empty, start)?),
                        Element::Nested => self.skip_content(is_empty)?,
                        Element::Log | Element::Trace | Element::Preamble | Element::Foreign => {
                            return Err(self.markup.unexpected(&tag));
                        }
                    }
                    self.check_length(start)?;
                    if events.len() > EVENTS_PER_CASE_MAX {
                        let events_max = EVENTS_PER_CASE_MAX;
                        return Err(start.fault(XesErrorKind::TooManyEvents { events_max }));
                    }
                }
            }
        }
        let name =
            case_name(&attributes).ok_or_else(|| start.fault(XesErrorKind::CaseWithoutName))?;
        self.remember(&name, start)?;
        Ok(Case {
            name,
            line: start.line,
            attributes,
            events,
        })
    }

    /// The rest of an event whose tag was read.
    fn event(&mut self, is_empty: bool, case: CaseStart) -> Result<LoggedEvent, Fault> {
        let line = self.markup.line();
        let mut attributes = Attributes::default();
        let mut is_open = !is_empty;
        while is_open {
            match self.markup.step(&mut self.buffer)? {
                Node::Ignored => {}
                Node::Close | Node::End => is_open = false,
                Node::Open(tag) => {
                    let is_empty = tag.is_empty;
                    match Element::of(&tag) {
                        Element::Value(value_type) => insert(&mut attributes, value_type, &tag)
                            .map_err(|kind| self.markup.here(kind))?,
                        Element::Nested => {}
                        Element::Log
                        | Element::Trace
                        | Element::Event
                        | Element::Preamble
                        | Element::Foreign => return Err(self.markup.unexpected(&tag)),
                    }
                    self.skip_content(is_empty)?;
                    self.check_length(case)?;
                }
            }
        }
        Ok(LoggedEvent { line, attributes })
    }

    /// Reads to the end of the element whose tag was read.
    fn skip_content(&mut self, is_empty: bool) -> Result<(), Fault> {
        let mut depth = usize::from(!is_empty);
        while depth > 0 {
            match self.markup.step(&mut self.buffer)? {
                Node::Ignored => {}
                Node::Open(tag) => depth += usize::from(!tag.is_empty),
                Node::Close => depth -= 1,
                Node::End => depth = 0,
            }
        }
        Ok(())
    }

    fn check_length(&self, case: CaseStart) -> Result<(), Fault> {
        if self.markup.consumed() - case.position > CASE_BYTES_MAX {
            return Err(case.fault(XesErrorKind::CaseTooLong {
                bytes_max: CASE_BYTES_MAX,
            }));
        }
        Ok(())
    }

    /// Refuses a name that was there before. Kept are hashes: with a million cases the chance
    /// that two different names look alike is one in thirty million, and another run, with
    /// another seed, would not repeat it.
    fn remember(&mut self, name: &str, case: CaseStart) -> Result<(), Fault> {
        match self.lines_by_name.entry(self.name_hasher.hash_one(name)) {
            Entry::Occupied(first) => {
                let first_line = *first.get();
                let name = excerpt(name);
                return Err(case.fault(XesErrorKind::DuplicateCase { name, first_line }));
            }
            Entry::Vacant(free) => free.insert(case.line),
        };
        if self.lines_by_name.len() > CASES_MAX {
            return Err(case.fault(XesErrorKind::TooManyCases {
                cases_max: CASES_MAX,
            }));
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for XesReader<R> {
    type Item = Result<Case, XesError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::Ended {
            return None;
        }
        match self.next_case() {
            Ok(Some(case)) => Some(Ok(case)),
            Ok(None) => {
                self.place = Place::Ended;
                None
            }
            Err(Fault { line, kind }) => {
                self.place = Place::Ended;
                Some(Err(XesError {
                    file: self.file.clone(),
                    line,
                    kind,
                }))
            }
        }
    }
}

impl<R: BufRead> FusedIterator for XesReader<R> {}

/// Where a case begins: faults of the whole case are reported there.
#[derive(Clone, Copy)]
struct CaseStart {
    line: u64,
    position: u64,
}

impl CaseStart {
    fn fault(self, kind: XesErrorKind) -> Fault {
        Fault::on(self.line, kind)
    }
}

/// What an element is to a log.
#[derive(Clone, Copy)]
enum Element {
    Log,
    Trace,
    Event,
    Value(ValueType),
    /// `<list>` or `<container>`.
    Nested,
    /// What a log says about itself before the traces.
    Preamble,
    Foreign,
}

impl Element {
    fn of(tag: &Tag<'_>) -> Self {
        match tag.start.local_name().as_ref() {
            "string" => Self::Value(ValueType::String),
            "date" => Self::Value(ValueType::Date),
            "int" => Self::Value(ValueType::Int),
            "float" => Self::Value(ValueType::Float),
            "boolean" => Self::Value(ValueType::Boolean),
            "id" => Self::Value(ValueType::Id),
            "list" | "container" => Self::Nested,
            "event" => Self::Event,
            "trace" => Self::Trace,
            "extension" | "global" | "classifier" => Self::Preamble,
            "log" => Self::Log,
            _ => Self::Foreign,
        }
    }
}

fn check_root(tag: &Tag<'_>) -> Result<(), XesErrorKind> {
    match Element::of(tag) {
        Element::Log => Ok(()),
        Element::Trace
        | Element::Event
        | Element::Value(_)
        | Element::Nested
        | Element::Preamble
        | Element::Foreign => Err(XesErrorKind::NotALog {
            root: excerpt(tag.start.name().as_ref()),
        }),
    }
}

fn insert(
    attributes: &mut Attributes,
    value_type: ValueType,
    tag: &Tag<'_>,
) -> Result<(), XesErrorKind> {
    let (key, value) = keyed_value(value_type, &tag.start)?;
    attributes.0.insert(key, value);
    if attributes.0.len() > ATTRIBUTES_MAX {
        return Err(XesErrorKind::TooManyAttributes {
            attributes_max: ATTRIBUTES_MAX,
        });
    }
    Ok(())
}

/// XES names a case with a string. Logs with numbered cases are seen to use an int.
fn case_name(attributes: &Attributes) -> Option<String> {
    let name = match attributes.get(NAME_KEY)? {
        Value::Text(name) | Value::Id(name) => name.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Moment(_) | Value::Number(_) | Value::Truth(_) => return None,
    };
    if name.trim().is_empty() {
        None
    } else {
        Some(name)
    }
}
