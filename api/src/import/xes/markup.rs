//! The tags of a log, one step at a time.
//!
//! Here stands everything that holds for XML as such: what is well-formed, which encodings and
//! entities are accepted, how deep elements may nest. What a log means is in `reader`.

use std::io::{self, BufRead};
use std::sync::Arc;

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use super::error::{Fault, XesErrorKind, excerpt};
use super::limits::{DEPTH_MAX, MARKUP_BYTES_MAX};
use super::source::Source;
use super::value::escape_flaw;

/// What one step came to.
pub(super) enum Node<'b> {
    /// A comment, blanks, text: nothing a log says anything with.
    Ignored,
    /// An element begins.
    Open(Tag<'b>),
    /// The innermost open element ends. An empty element (`<a/>`) never gets here.
    Close,
    /// The file ends, and every element was closed before.
    End,
}

/// The tag of an element that begins.
pub(super) struct Tag<'b> {
    pub(super) start: BytesStart<'b>,
    /// Written as `<a/>`: no children and no end tag follow.
    pub(super) is_empty: bool,
}

struct OpenElement {
    name: String,
    line: u64,
}

/// The parser, and what it has open.
pub(super) struct Markup<R> {
    xml: quick_xml::Reader<Source<R>>,
    open: Vec<OpenElement>,
    /// The line on which the last node began.
    line: u64,
    is_xml_seen: bool,
    is_root_seen: bool,
}

impl<R: BufRead> Markup<R> {
    pub(super) fn new(bytes: R) -> Self {
        Self {
            xml: quick_xml::Reader::from_reader(Source::new(bytes)),
            open: Vec::new(),
            line: 1,
            is_xml_seen: false,
            is_root_seen: false,
        }
    }

    /// The line on which the last node began.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes that were read, unpacked.
    pub(super) fn consumed(&self) -> u64 {
        self.xml.get_ref().consumed()
    }

    /// The next node, kept in `buffer`. After a fault the rest of the file is not readable.
    pub(super) fn step<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Node<'b>, Fault> {
        buffer.clear();
        let source = self.xml.get_mut();
        source.allow_next();
        self.line = source.line();
        if !self.is_xml_seen {
            self.judge_beginning()?;
        }
        match self.xml.read_event_into(buffer) {
            Ok(event) => self.node(event),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// An element where none belongs.
    pub(super) fn unexpected(&self, tag: &Tag<'_>) -> Fault {
        // The tag at hand is open by now, unless it is empty; its parent is the one below.
        let parent = self.open.iter().rev().nth(usize::from(!tag.is_empty));
        self.here(XesErrorKind::UnexpectedElement {
            element: excerpt(tag.start.name().as_ref()),
            parent: parent
                .map(|parent| excerpt(&parent.name))
                .unwrap_or_default(),
        })
    }

    /// A fault on the line of the last node.
    pub(super) fn here(&self, kind: XesErrorKind) -> Fault {
        Fault::on(self.line, kind)
    }

    /// Finds out what is no XML by its first bytes, before the parser takes it for broken XML.
    fn judge_beginning(&mut self) -> Result<(), Fault> {
        let beginning = match self.xml.get_mut().peek() {
            Ok(beginning) => beginning,
            Err(cause) => return Err(self.here(XesErrorKind::from_read(cause.into()))),
        };
        let kind = match beginning {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..] => {
                XesErrorKind::Encoding {
                    encoding: "UTF-16".to_owned(),
                }
            }
            // The end, blanks before the first tag, or a byte order mark.
            [] | [b'<' | b' ' | b'\t' | b'\r' | b'\n', ..] | [0xef, 0xbb, 0xbf, ..] => {
                return Ok(());
            }
            [..] => XesErrorKind::NotXml,
        };
        Err(self.here(kind))
    }

    fn node<'b>(&mut self, event: Event<'b>) -> Result<Node<'b>, Fault> {
        match event {
            Event::Text(text) => return self.text(&text),
            Event::Eof => return self.end(),
            Event::Start(start) => self.enter(Tag {
                start,
                is_empty: false,
            }),
            Event::Empty(start) => self.enter(Tag {
                start,
                is_empty: true,
            }),
            Event::End(_) => {
                self.open.pop();
                Ok(Node::Close)
            }
            Event::Comment(_) | Event::PI(_) => Ok(Node::Ignored),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::Decl(declaration) => self.declaration(&declaration),
            Event::DocType(_) => Err(self.here(XesErrorKind::Doctype)),
        }
        .inspect(|_| self.is_xml_seen = true)
    }

    fn enter<'b>(&mut self, tag: Tag<'b>) -> Result<Node<'b>, Fault> {
        if self.open.is_empty() && self.is_root_seen {
            return Err(self.here(XesErrorKind::malformed(
                &"an element follows the root element",
            )));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(self.here(XesErrorKind::TooDeep {
                depth_max: DEPTH_MAX,
            }));
        }
        self.is_root_seen = true;
        if !tag.is_empty {
            let name = tag.start.name().as_ref().to_owned();
            self.open.push(OpenElement {
                name,
                line: self.line,
            });
        }
        Ok(Node::Open(tag))
    }

    fn end<'b>(&self) -> Result<Node<'b>, Fault> {
        if !self.open.is_empty() {
            return Err(self.premature());
        }
        if self.is_root_seen {
            return Ok(Node::End);
        }
        Err(Fault {
            line: None,
            kind: XesErrorKind::Empty,
        })
    }

    fn premature(&self) -> Fault {
        let open = self.open.last();
        self.here(XesErrorKind::PrematureEnd {
            element: open.map(|open| excerpt(&open.name)),
            opened_on: open.map_or(self.line, |open| open.line),
        })
    }

    /// Text says nothing in a log, but outside of the root it shows that this is no XML at all.
    fn text<'b>(&self, text: &str) -> Result<Node<'b>, Fault> {
        if !self.open.is_empty() || text.trim_ascii().is_empty() {
            return Ok(Node::Ignored);
        }
        let kind = if self.is_xml_seen {
            XesErrorKind::malformed(&"there is text outside of the root element")
        } else {
            XesErrorKind::NotXml
        };
        // A text begins right after the tag before it, mostly with a line break.
        let blanks = text.bytes().take_while(u8::is_ascii_whitespace);
        let line = blanks.fold(self.line, |line, blank| line + u64::from(blank == b'\n'));
        Err(Fault::on(line, kind))
    }

    fn reference<'b>(&self, reference: &BytesRef<'_>) -> Result<Node<'b>, Fault> {
        if reference.is_char_ref() || resolve_predefined_entity(reference).is_some() {
            return self.text(reference);
        }
        Err(self.here(XesErrorKind::UnknownEntity {
            entity: excerpt(reference),
        }))
    }

    fn declaration<'b>(&self, declaration: &BytesDecl<'_>) -> Result<Node<'b>, Fault> {
        match declaration.encoding() {
            None => Ok(Node::Ignored),
            Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => Ok(Node::Ignored),
            Some(Ok(encoding)) => Err(self.here(XesErrorKind::Encoding {
                encoding: excerpt(&encoding),
            })),
            Some(Err(cause)) => Err(self.here(XesErrorKind::malformed(&cause))),
        }
    }

    fn fault(&mut self, error: Error) -> Fault {
        let kind = match error {
            Error::Io(cause) => return self.read_fault(cause),
            Error::Syntax(SyntaxError::UnclosedDoctype) => XesErrorKind::Doctype,
            Error::Syntax(flaw) => return self.syntax_fault(flaw),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                XesErrorKind::MismatchedTag {
                    expected: excerpt(&expected),
                    found: excerpt(&found),
                    opened_on: self.open.last().map_or(self.line, |open| open.line),
                }
            }
            Error::IllFormed(flaw) => XesErrorKind::malformed(&flaw),
            Error::InvalidAttr(flaw) => XesErrorKind::malformed(&flaw),
            Error::Encoding(_) if !self.is_xml_seen => XesErrorKind::NotXml,
            Error::Encoding(_) => XesErrorKind::NotUtf8,
            Error::Escape(flaw) => escape_flaw(flaw),
            Error::Namespace(flaw) => XesErrorKind::malformed(&flaw),
        };
        self.here(kind)
    }

    fn read_fault(&self, cause: Arc<io::Error>) -> Fault {
        let source = self.xml.get_ref();
        if !source.is_overrun() {
            return Fault::on(source.line(), XesErrorKind::from_read(cause));
        }
        self.here(XesErrorKind::MarkupTooLong {
            bytes_max: MARKUP_BYTES_MAX,
        })
    }

    /// Nearly always the file just ends inside of a tag; the line is the one of that tag.
    fn syntax_fault(&mut self, flaw: SyntaxError) -> Fault {
        let is_at_end = self.xml.get_mut().peek().is_ok_and(<[u8]>::is_empty);
        if !is_at_end {
            return self.here(XesErrorKind::malformed(&flaw));
        }
        self.premature()
    }
}
