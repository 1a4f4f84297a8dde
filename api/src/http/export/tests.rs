use super::{sheet::csv, *};

struct Row(&'static str);

impl Sheet for Row {
    const NAME: &'static str = "rows";
    const NAME_ZH: &'static str = "行";
    const COLUMNS: &'static [&'static str] = &["text"];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::Text(self.0.to_owned())]
    }
}

/// What a reader of CSV finds, without the byte order mark.
fn read_back(texts: &[&'static str]) -> Vec<String> {
    let rows: Vec<Row> = texts.iter().map(|text| Row(text)).collect();
    let bytes = csv(&rows);
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = ::csv::Reader::from_reader(text);
    let records = reader.records();
    records
        .map(|record| record.unwrap()[0].to_owned())
        .collect()
}

#[test]
fn no_cell_begins_as_a_formula_on_any_of_its_lines() {
    let dangerous = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u{a0}=1",
        "\u{feff}=1",
        "\t=1",
        "\tx",
        "\rx",
        "\nx",
        "a\n=1",
        "a\r\n \u{3000}@x",
        " \u{a0}\u{feff}＝1",
    ];
    for (text, found) in dangerous.iter().zip(read_back(&dangerous)) {
        assert!(found.contains('\''), "{text:?} {found:?}");
        assert_eq!(found.replace('\'', ""), *text);
        for line in found.split(['\n', '\r']) {
            let blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
            let start = line.trim_start_matches(blank).chars().next();
            let is_formula = start.is_some_and(|start| "=+-@＝＋－＠".contains(start));
            assert!(!is_formula, "{text:?} {line:?}");
        }
    }
    let harmless = ["a=1", "海龙，\"精密\"", "1-2", "a\nb", "a,b", "x'y"];
    assert_eq!(read_back(&harmless), harmless);
}

#[test]
fn the_lines_end_as_the_standard_says_and_the_name_is_readable() {
    let bytes = csv(&[Row("a")]);
    assert_eq!(bytes, "\u{feff}text\r\na\r\n".as_bytes());
    let name = disposition("rows", "行", "2026-03-02.csv");
    assert_eq!(
        name.to_str().unwrap(),
        "attachment; filename=\"rows-2026-03-02.csv\"; filename*=UTF-8''%E8%A1%8C-2026-03-02.csv"
    );
}
