//! CSV: a head `date,kind,name`, then a day a line; `kind` is `off` or `work`.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Content, Day, Days, Kind, flaw, line_flaw, parse_day};
use crate::error::FieldFlaw;

/// The columns, in order.
const HEAD: [&str; 3] = ["date", "kind", "name"];

pub(super) fn read(text: &str) -> (Content, Vec<FieldFlaw>) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut read = Days::default();
    let mut flaws = Vec::new();
    let mut records = reader.records();
    if !matches!(records.next(), Some(Ok(head)) if is_head(&head)) {
        flaws.push(flaw("calendar.file.header", &[]));
        return (Content::Days(read), flaws);
    }
    for record in records {
        match record {
            Ok(record) => match day(&record) {
                Ok(day) => read.days.extend(day),
                Err(flaw) => flaws.push(flaw),
            },
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let line = usize::try_from(line).unwrap_or_default();
                flaws.push(line_flaw("calendar.file.row", line, ""));
            }
        }
    }
    (Content::Days(read), flaws)
}

fn is_head(record: &StringRecord) -> bool {
    let mut cells = record.iter();
    HEAD.iter().all(|name| {
        cells
            .next()
            .is_some_and(|cell| cell.eq_ignore_ascii_case(name))
    })
}

/// The day of a line; nothing for an empty one.
fn day(record: &StringRecord) -> Result<Option<Day>, FieldFlaw> {
    let line = record.position().map_or(0, csv::Position::line);
    let line = usize::try_from(line).unwrap_or_default();
    if record.iter().all(str::is_empty) {
        return Ok(None);
    }
    let cell = |at: usize| record.get(at).unwrap_or_default();
    let on = parse_day(cell(0)).ok_or_else(|| line_flaw("calendar.file.date", line, cell(0)))?;
    let kind = match cell(1).to_lowercase().as_str() {
        "off" | "休" => Kind::Off,
        "work" | "班" => Kind::Work,
        other => return Err(line_flaw("calendar.file.kind", line, other)),
    };
    let name = cell(2).to_owned();
    Ok(Some(Day {
        line,
        on,
        kind,
        name,
    }))
}
