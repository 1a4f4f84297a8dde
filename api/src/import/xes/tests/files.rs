//! Files on disk: packed or not, whole or damaged.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::open;
use super::gzipped;

fn file_of(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("upload.bin");
    fs::write(&path, bytes).expect("a file");
    (folder, path)
}

/// A log of as many cases, too varied to pack into a few bytes.
fn long_log(cases: u32) -> String {
    let mut xml = String::from("<log>\n");
    for number in 0..cases {
        let noise = number.wrapping_mul(2_654_435_761);
        writeln!(
            xml,
            "<trace><string key=\"concept:name\" value=\"A-{number}\"/><event>\
             <string key=\"noise\" value=\"{noise:x}\"/></event></trace>"
        )
        .expect("writes to memory");
    }
    xml.push_str("</log>\n");
    xml
}

#[test]
fn files_are_read_packed_or_not_whatever_their_names() {
    let xml = long_log(3_000);
    let members = [
        gzipped(&xml.as_bytes()[..99]),
        gzipped(&xml.as_bytes()[99..]),
    ]
    .concat();
    for bytes in [xml.clone().into_bytes(), gzipped(xml.as_bytes()), members] {
        let (_folder, path) = file_of(&bytes);
        let mut reader = open(&path).expect("a file");
        let first = reader.next().expect("an item").expect("a good log");
        assert_eq!((first.name.as_str(), first.line), ("A-0", 2));
        let early = reader.bytes_read();
        assert!(early > 0);
        assert_eq!(reader.by_ref().flatten().count(), 2_999);
        assert_eq!(
            reader.bytes_read(),
            u64::try_from(bytes.len()).expect("a size")
        );
        assert!(early <= reader.bytes_read());
    }
}

#[track_caller]
fn check_file_refused(bytes: &[u8], code: &str) {
    let (_folder, path) = file_of(bytes);
    let error = open(&path)
        .expect("a file")
        .find_map(Result::err)
        .expect(code);
    assert_eq!(error.kind.code(), code, "{error}");
    assert_eq!(error.file, path.display().to_string());
}

#[test]
fn a_damaged_gzip_is_no_shorter_log() {
    let packed = gzipped(long_log(3_000).as_bytes());
    for end in [
        2,
        5,
        10,
        11,
        packed.len() / 2,
        packed.len() - 8,
        packed.len() - 1,
    ] {
        check_file_refused(&packed[..end], "import.xes.truncated");
    }
    let mut wrong_sum = packed.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    check_file_refused(&wrong_sum, "import.xes.corrupt_gzip");
    let mut wrong_body = packed.clone();
    wrong_body[10] |= 0b110; // A type of block that there is not.
    check_file_refused(&wrong_body, "import.xes.corrupt_gzip");
    check_file_refused(
        &[packed.as_slice(), b"more bytes than a header has"].concat(),
        "import.xes.corrupt_gzip",
    );
    check_file_refused(&[0x1f], "import.xes.not_xml");
    check_file_refused(&gzipped(b""), "import.xes.empty");
    check_file_refused(&gzipped(&packed), "import.xes.not_xml");
    check_file_refused(b"", "import.xes.empty");
}

#[test]
fn a_file_that_does_not_open_is_named() {
    let folder = TempDir::new().expect("a folder");
    for path in [folder.path().join("missing.xes"), folder.path().to_owned()] {
        let error = open(&path).err().expect("no file");
        assert_eq!(
            (error.kind.code(), error.line),
            ("import.xes.unreadable", None)
        );
        assert!(
            error
                .to_string()
                .starts_with(&format!("{}: ", path.display()))
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}
