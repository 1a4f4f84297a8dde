use actix_web::test::TestRequest;

use super::*;

fn read(query: &str) -> Result<ListQuery, AppError> {
    let request = TestRequest::get().uri(&format!("/things?{query}"));
    ListQuery::read(&request.to_http_request(), "things", &["lamp", "q"])
}

fn code(error: AppError) -> &'static str {
    if let AppError::Unconventional(flaw) = error {
        return flaw.code();
    }
    panic!("{error}")
}

#[test]
fn what_is_unknown_repeated_or_impossible_is_named() {
    assert_eq!(code(read("colour=red").unwrap_err()), "query.unknown");
    assert_eq!(
        code(read("lamp=red&lamp=red").unwrap_err()),
        "query.repeated"
    );
    for limit in ["0", "201", "x", "", "-1"] {
        let query = read(&format!("limit={limit}")).unwrap();
        assert_eq!(code(query.limit().unwrap_err()), "query.value", "{limit}");
    }
    assert_eq!(read("limit=200").unwrap().limit().unwrap(), 200);
    assert_eq!(read("").unwrap().limit().unwrap(), LIMIT_DEFAULT);
    let error = read("q=%E9%BE%99&x%00=1").unwrap_err();
    assert_eq!(code(error), "query.unknown");
}

#[test]
fn a_cursor_is_good_for_its_own_filter_only_and_cannot_be_made() {
    let keys = Keys::new([7; 32]);
    let list = read("lamp=red").unwrap();
    let cursor = list.cursor(&keys, Side::Behind, "2026.x");
    let open = |query: &str, cursor: &str, keys: &Keys| {
        let query = read(&format!("{query}&cursor={cursor}")).unwrap();
        query.place(keys, |text| Some(text.to_owned()))
    };
    let found = open("lamp=red&limit=3&count=true", &cursor, &keys).unwrap();
    assert_eq!(found, Some((Side::Behind, "2026.x".to_owned())));
    let foreign = open("lamp=blue", &cursor, &keys).unwrap_err();
    assert_eq!(code(foreign), "cursor.foreign");
    let others = open("lamp=red", &cursor, &Keys::new([8; 32])).unwrap_err();
    assert_eq!(code(others), "cursor.malformed");
    for at in 0..cursor.len() {
        let mut torn: Vec<char> = cursor.chars().collect();
        torn[at] = if torn[at] == 'A' { 'B' } else { 'A' };
        let torn: String = torn.into_iter().collect();
        let error = open("lamp=red", &torn, &keys).unwrap_err();
        assert_eq!(code(error), "cursor.malformed", "{at}");
    }
}

#[test]
fn a_page_knows_what_lies_before_and_behind() {
    let keys = Keys::new([7; 32]);
    let list = read("q=50%25+%E9%BE%99").unwrap();
    let page = |side, rows: Vec<i32>| list.page(&keys, (side, 2), rows, ToString::to_string);
    let first = page(None, vec![1, 2, 3]);
    assert_eq!(first.rows, [1, 2]);
    assert!(first.mark.has_more && first.mark.next.is_some() && first.mark.prev.is_none());
    let end = page(Some(Side::Behind), vec![3]);
    assert!(!end.mark.has_more && end.mark.next.is_none() && end.mark.prev.is_some());
    // Backwards the rows come from the place on; the page shows them in the order of the list.
    let back = page(Some(Side::Before), vec![4, 3, 2]);
    assert_eq!(back.rows, [3, 4]);
    assert!(back.mark.has_more && back.mark.prev.is_some());
    let empty = page(Some(Side::Behind), vec![]);
    assert!(!empty.mark.has_more && empty.mark.next.is_none());
    assert_eq!(list.address(None), "/things?q=50%25%20%E9%BE%99");
}
