//! Tables that people keep in spreadsheets: CSV, text with tabs, and XLSX become rows of named cells. What the
//! rows mean is for others.

pub mod cli;

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader as _, Xlsx};
use serde::{Deserialize, Serialize};

use crate::error::FieldFlaw;

/// The field of the form, and the place of every flaw of a file as a whole.
pub const FIELD: &str = "file";
/// Rows of one file. The largest zones have some thousand people; more is another kind of file.
pub const ROWS_MAX: usize = 5_000;
/// Bytes of one file: five thousand rows of two hundred letters.
pub const BYTES_MAX: usize = 1_024 * 1_024;

/// In which form a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// Commas, semicolons or tabs between cells; UTF-8, with or without a mark of it.
    Text,
    /// The first sheet of a workbook.
    Xlsx,
}

impl TableForm {
    /// The form of a file by what it begins with: a workbook is a ZIP archive.
    pub fn guess(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") {
            Self::Xlsx
        } else {
            Self::Text
        }
    }
}

/// A column that a table may have.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its stable name.
    pub name: &'static str,
    /// What people write over it besides.
    pub chinese: &'static str,
    /// True when a table without it says nothing.
    pub is_required: bool,
}

impl Column {
    /// A column by its name and its Chinese name.
    pub const fn new(name: &'static str, chinese: &'static str, is_required: bool) -> Self {
        Self {
            name,
            chinese,
            is_required,
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its line in the file; the head is 1.
    pub line: usize,
    /// What its cells say, by the name of the column; empty ones are absent.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// What a cell says.
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
}

fn flaw(code: &str, arguments: Vec<(&'static str, String)>) -> FieldFlaw {
    FieldFlaw {
        field: FIELD,
        code: code.to_owned(),
        arguments,
    }
}

/// The rows of a table under these columns, or every flaw of its head.
pub fn read(bytes: &[u8], columns: &[Column]) -> Result<Vec<Row>, Vec<FieldFlaw>> {
    let lines = match TableForm::guess(bytes) {
        TableForm::Text => text_lines(bytes),
        TableForm::Xlsx => sheet_lines(bytes),
    };
    let lines =
        lines.map_err(|detail| vec![flaw("import.unreadable", vec![("detail", detail)])])?;
    let mut lines = lines.into_iter();
    let Some((_, head)) = lines.next() else {
        return Err(vec![flaw("import.empty", Vec::new())]);
    };
    let names = heads(&head, columns)?;
    let mut rows = Vec::new();
    for (line, cells) in lines {
        let pairs = names.iter().zip(cells);
        let cells: BTreeMap<String, String> = pairs
            .map(|(name, cell)| ((*name).to_owned(), cell.trim().to_owned()))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        if !cells.is_empty() {
            rows.push(Row { line, cells });
        }
        if rows.len() > ROWS_MAX {
            let max = ("max", ROWS_MAX.to_string());
            return Err(vec![flaw("import.too_many_rows", vec![max])]);
        }
    }
    if rows.is_empty() {
        return Err(vec![flaw("import.empty", Vec::new())]);
    }
    Ok(rows)
}

/// The columns in the order of the file.
fn heads(head: &[String], columns: &[Column]) -> Result<Vec<&'static str>, Vec<FieldFlaw>> {
    let mut names: Vec<&'static str> = Vec::new();
    let mut flaws = Vec::new();
    for typed in head {
        let typed = typed.trim();
        let found = columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(typed) || column.chinese == typed);
        let argument = vec![("column", typed.to_owned())];
        match found {
            Some(column) if names.contains(&column.name) => {
                flaws.push(flaw("import.column_twice", argument));
            }
            Some(column) => names.push(column.name),
            None => flaws.push(flaw("import.unknown_column", argument)),
        }
    }
    for column in columns.iter().filter(|column| column.is_required) {
        if !names.contains(&column.name) {
            let argument = vec![("column", column.name.to_owned())];
            flaws.push(flaw("import.missing_column", argument));
        }
    }
    if flaws.is_empty() {
        Ok(names)
    } else {
        Err(flaws)
    }
}

type Lines = Vec<(usize, Vec<String>)>;

/// Excel marks its CSV so; it is no letter of the first head.
const BYTE_ORDER_MARK: &str = "\u{feff}";

fn text_lines(bytes: &[u8]) -> Result<Lines, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("UTF-8: {error}"))?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let separators = [b'\t', b';', b','];
    let separator = separators
        .into_iter()
        .find(|separator| head.as_bytes().contains(separator));
    // The reader counts a line where its feed stands, which is behind the start of the next one.
    let text = text.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(false)
        .delimiter(separator.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut lines = Lines::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(1, csv::Position::line);
        let cells = record.iter().map(str::to_owned).collect();
        lines.push((usize::try_from(line).unwrap_or_default(), cells));
    }
    Ok(lines)
}

fn sheet_lines(bytes: &[u8]) -> Result<Lines, String> {
    let opened = Xlsx::new(Cursor::new(bytes));
    let mut book: Xlsx<_> = opened.map_err(|error| error.to_string())?;
    let first = book.worksheet_range_at(0);
    let sheet = first.ok_or_else(|| "no sheet".to_owned())?;
    let sheet = sheet.map_err(|error| error.to_string())?;
    let above = sheet.start().map_or(0, |(row, _)| row);
    let above = usize::try_from(above).unwrap_or_default();
    let rows = sheet.rows().zip(1 + above..);
    Ok(rows
        .map(|(cells, line)| (line, cells.iter().map(written).collect()))
        .collect())
}

/// A cell as it is read: what looks like a whole number is one, for spreadsheets keep codes and telephone numbers as
/// fractions.
fn written(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Data::Empty | Data::Error(_) => String::new(),
        Data::Int(_)
        | Data::Float(_)
        | Data::String(_)
        | Data::Bool(_)
        | Data::DateTime(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_) => cell.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            name: "code",
            chinese: "编码",
            is_required: true,
        },
        Column {
            name: "name",
            chinese: "名称",
            is_required: false,
        },
    ];

    fn codes(found: Result<Vec<Row>, Vec<FieldFlaw>>) -> Vec<String> {
        found
            .unwrap_err()
            .into_iter()
            .map(|flaw| flaw.code)
            .collect()
    }

    #[test]
    fn a_table_is_read_however_its_cells_are_divided() {
        for text in [
            "code,name\nfire,\"消防, 救援\"\n\n,\n",
            "\u{feff}编码;名称\r\nfire;消防, 救援\r\n",
            " CODE \t名称\nfire\t消防, 救援\n",
        ] {
            let rows = read(text.as_bytes(), &COLUMNS).unwrap();
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(rows[0].line, 2);
            assert_eq!(rows[0].cell("code"), Some("fire"));
            assert_eq!(rows[0].cell("name"), Some("消防, 救援"));
        }
    }

    #[test]
    fn a_table_that_says_nothing_or_something_else_is_refused() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(codes(read(text.as_bytes(), &COLUMNS)), expected, "{text}");
        };
        check("", &["import.empty"]);
        check("code,name\n", &["import.empty"]);
        check("name\nx\n", &["import.missing_column"]);
        check("code,colour\nx,y\n", &["import.unknown_column"]);
        check("code,编码\nx,y\n", &["import.column_twice"]);
        check("code,name\nx\n", &["import.unreadable"]);
        check("PK\u{3}\u{4} no archive", &["import.unreadable"]);
        assert_eq!(
            codes(read(b"code\n\xff\n", &COLUMNS)),
            ["import.unreadable"]
        );
        let long = "code\n".to_owned() + &"x\n".repeat(ROWS_MAX + 1);
        check(&long, &["import.too_many_rows"]);
        let just = "code\n".to_owned() + &"x\n".repeat(ROWS_MAX);
        assert_eq!(read(just.as_bytes(), &COLUMNS).unwrap().len(), ROWS_MAX);
    }
}
