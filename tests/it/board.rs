//! The supervisor's board.

use domain::calendar::{DayOff, WorkCalendar};
use persistence::StoreError;
use time::Date;

use crate::harness::{
    html,
    office::{Office, on_each_office},
};

/// Years in which nothing is worked: more than the calendar looks ahead.
const IDLE_YEARS: std::ops::RangeInclusive<i32> = 2026..=2110;

/// Lets the zone count by a calendar that has no answer, which no file can bring: it comes by the back door.
async fn count_by_idle_calendar(office: &Office) {
    let zone = office.app.zone;
    let mut idle = office.present().await;
    let from = idle.reference();
    idle.version += 1;
    for number in IDLE_YEARS {
        let year = idle.years.entry(number).or_default();
        let first = Date::from_ordinal_date(number, 1).unwrap();
        let days = std::iter::successors(Some(first), |day| day.next_day());
        let name = || String::from("停工");
        let off = |on| DayOff { on, name: name() };
        year.is_published = true;
        year.makeup_workdays.clear();
        year.days_off = days
            .take_while(|day| day.year() == number)
            .map(off)
            .collect();
    }
    let put = office.app.store.write(async move |tx| {
        tx.add_calendar(zone, &idle).await?;
        tx.count_by(zone, (&from, &WorkCalendar::reference(&idle)))
            .await
    });
    let is_put: Result<bool, StoreError> = put.await;
    assert!(is_put.unwrap());
}

#[test]
fn the_board_counts_stages_whose_deadline_is_unknown() {
    on_each_office(async |office| {
        let first = office.admit_to_planning("海龙精密三期").await;
        let second = office.admit_to_planning("光伏组件").await;
        office.accept("officer", &first, "P01").await;
        let board = async |login| {
            let browser = office.browser();
            browser.sign_in(login).await;
            html::text(browser.get("/board").await.text())
        };
        assert!(!board("head").await.contains("期限无法计算"));
        count_by_idle_calendar(&office).await;
        office.accept("officer", &second, "P01").await;
        for login in ["head", "supervisor"] {
            let text = board(login).await;
            assert!(text.contains("1 个环节的期限无法计算"), "{login}: {text}");
        }
        // A head is told of the stages of the own unit.
        assert!(!board("strange-head").await.contains("期限无法计算"));
        let browser = office.browser();
        browser.sign_in("supervisor").await;
        browser.prefer("en");
        let text = html::text(browser.get("/board").await.text());
        assert!(
            text.contains("The deadline of one stage is unknown"),
            "{text}"
        );
        office.new_letters();
    });
}
