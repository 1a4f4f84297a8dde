//! Rows and columns.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use time::Date;

use crate::error::AppError;

/// Something with a row in a sheet.
pub(in crate::http) trait Sheet {
    /// What the sheet is of, in plain letters.
    const NAME: &'static str;
    /// The same in Chinese.
    const NAME_ZH: &'static str;
    /// The names of the columns, as stable as those of the API.
    const COLUMNS: &'static [&'static str];

    /// The row: a cell for each column.
    fn cells(&self) -> Vec<Cell>;
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) enum Cell {
    /// Text, possibly of several lines; whoever wrote it may mean harm.
    Text(String),
    /// A day.
    Day(Date),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A day of the form `2026-03-02`.
    pub(in crate::http) fn day(text: &str) -> Self {
        let day = Date::parse(text, &time::format_description::well_known::Iso8601::DATE);
        day.map_or_else(|_no_day| Self::Text(text.to_owned()), Self::Day)
    }
}

impl From<Option<Date>> for Cell {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}

/// Spreadsheets take a text for a formula that begins with one of these, whatever blank stands before it
/// (OWASP, CSV injection; requirement S13).
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The text with an apostrophe before each line that a spreadsheet could take for a formula. One that begins
/// with a tab or a line feed is guarded as a whole.
fn guarded(text: &str) -> String {
    let is_blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    let starts_odd = text
        .trim_start_matches([' ', '\u{a0}', '\u{feff}'])
        .starts_with(['\t', '\r', '\n']);
    let mut guarded = String::with_capacity(text.len() + 1);
    if starts_odd {
        guarded.push('\'');
    }
    for line in text.split_inclusive(['\n', '\r']) {
        if line.trim_start_matches(is_blank).starts_with(FORMULA) {
            guarded.push('\'');
        }
        guarded.push_str(line);
    }
    guarded
}

/// What Excel needs to read UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The rows as RFC 4180 with a byte order mark.
pub(super) fn csv<T: Sheet>(rows: &[T]) -> Vec<u8> {
    let mut text = String::from(BYTE_ORDER_MARK);
    line(&mut text, T::COLUMNS.iter().map(|name| (*name).to_owned()));
    for row in rows {
        line(&mut text, row.cells().into_iter().map(printed));
    }
    text.into_bytes()
}

fn printed(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(&text),
        Cell::Day(day) => day.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Empty => String::new(),
    }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// The rows as a workbook: texts are texts, days are days.
pub(super) fn xlsx<T: Sheet>(rows: &[T]) -> Result<Vec<u8>, AppError> {
    written(rows).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })
}

fn written<T: Sheet>(rows: &[T]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day_form = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    sheet.set_name(T::NAME_ZH)?;
    for (column, name) in (0_u16..).zip(T::COLUMNS) {
        sheet.write_string(0, column, *name)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row.cells()) {
            match cell {
                // Never a formula: the cell says that it is text.
                Cell::Text(text) => sheet.write_string(line, column, text)?,
                Cell::Day(day) => {
                    let month = u8::from(day.month());
                    let year = u16::try_from(day.year()).unwrap_or_default();
                    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(year, month, day.day())?;
                    sheet.write_datetime_with_format(line, column, &day, &day_form)?
                }
                Cell::Number(number) => {
                    // Whole numbers of this size are exact in a cell.
                    let number = i32::try_from(number).unwrap_or(i32::MAX);
                    sheet.write_number(line, column, number)?
                }
                Cell::Flag(flag) => sheet.write_boolean(line, column, flag)?,
                Cell::Empty => continue,
            };
        }
    }
    book.save_to_buffer()
}
