//! How a field stands in a log for people: on one line, whatever is in it. Logs for programs are JSON, which
//! does the same.

use std::fmt::Write as _;

use tracing_subscriber::{
    field::MakeExt as _,
    fmt::format::{FormatFields, debug_fn},
};

/// Fields with every control character written out, so that nobody can write a line of their own into the log
/// or move the cursor of whoever reads it.
pub fn plain_fields() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    debug_fn(|writer, field, value| {
        let text = escaped(&format!("{value:?}"));
        if field.name() == "message" {
            write!(writer, "{text}")
        } else {
            write!(writer, "{}={text}", field.name())
        }
    })
    .delimited(" ")
}

/// A text whose control characters are written as `\u{..}`; so are the marks that turn the direction of a text.
pub fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let is_mark = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || is_mark {
            let _text_takes_everything = write!(plain, "{}", letter.escape_unicode());
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_logged_stays_on_its_line() {
        let paper = Paper::default();
        let written = paper.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .fmt_fields(plain_fields())
            .with_writer(move || written.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let typed = "王\r\n2026-01-01 ERROR forged\x1b[2J\u{9b}2J\u{202e}";
            tracing::warn!(typed, shown = %typed, "said {typed}");
        });
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        let stays = |letter: char| letter == '\n' || !(letter.is_control() || letter == '\u{202e}');
        assert!(text.chars().all(stays), "{text:?}");
        assert_eq!(text.matches('王').count(), 3, "{text}");
    }
}
