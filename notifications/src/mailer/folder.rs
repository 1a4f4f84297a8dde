//! Letters as files, for demonstrations.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Outcome;
use crate::mime::short_hash;

/// Writes each letter to `NNNN-<hash of its Message-ID>.eml` in a directory.
#[derive(Debug, Clone)]
pub struct Folder {
    directory: PathBuf,
}

impl Folder {
    /// Letters go to `directory`; it is made with the first letter.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    pub(super) fn send(&self, bytes: &[u8], intent: &mut dyn FnMut() -> bool) -> Outcome {
        let number = match fs::create_dir_all(&self.directory).and_then(|()| self.next_number()) {
            Ok(number) => number,
            Err(error) => {
                return Outcome::RelayDown {
                    reason: format!("{}: {error}", self.directory.display()),
                };
            }
        };
        if !intent() {
            return Outcome::Aborted;
        }
        let name = format!("{number:04}-{}.eml", short_hash(&message_id(bytes)));
        match write_whole(&self.directory, &name, bytes) {
            Ok(()) => Outcome::Accepted {
                reply: format!("written to {name}"),
            },
            Err(error) => Outcome::RelayDown {
                reason: format!("{name}: {error}"),
            },
        }
    }

    fn next_number(&self) -> io::Result<u32> {
        let mut greatest: u32 = 0;
        for entry in fs::read_dir(&self.directory)? {
            let name = entry?.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.trim_start_matches('.').split_once('-'))
                .and_then(|(number, _hash)| number.parse().ok())
                .unwrap_or(0);
            greatest = greatest.max(number);
        }
        Ok(greatest.saturating_add(1))
    }
}

/// The file appears under its name only when it is whole and on the disk.
fn write_whole(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = directory.join(format!(".{name}"));
    let mut file = File::create_new(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, directory.join(name))?;
    File::open(directory)?.sync_all()
}

/// The value of the Message-ID header; the whole letter where there is none.
fn message_id(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            line.split_once(':')
                .filter(|(name, _)| name.eq_ignore_ascii_case("message-id"))
                .map(|(_, value)| value.trim().to_owned())
        })
        .unwrap_or_else(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{super::Mailer, *};

    const FROM: &str = "noreply@gc.example.gov.cn";
    const TO: &str = "wang.min@example.gov.cn";
    const LETTER: &[u8] = b"Subject: x\r\nMessage-ID: <1@gc.example.gov.cn>\r\n\r\nA line.\r\n";

    #[test]
    fn the_folder_holds_whole_letters_under_rising_numbers() {
        let directory = tempfile::tempdir().unwrap();
        let outbox = directory.path().join("outbox");
        let mailer = Mailer::Folder(Folder::new(&outbox));
        assert_eq!(
            mailer.send(FROM, TO, LETTER, &mut || false),
            Outcome::Aborted
        );
        for _copy in 0..2 {
            let outcome = mailer.send(FROM, TO, LETTER, &mut || true);
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        }
        let mut names: Vec<String> = fs::read_dir(&outbox)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let hash = short_hash("<1@gc.example.gov.cn>");
        assert_eq!(
            names,
            [format!("0001-{hash}.eml"), format!("0002-{hash}.eml")]
        );
        assert_eq!(fs::read(outbox.join(&names[0])).unwrap(), LETTER);

        let blocked = directory.path().join("file");
        fs::write(&blocked, b"").unwrap();
        let outcome = Mailer::Folder(Folder::new(blocked)).send(FROM, TO, LETTER, &mut || true);
        assert!(matches!(outcome, Outcome::RelayDown { .. }), "{outcome:?}");
    }
}
