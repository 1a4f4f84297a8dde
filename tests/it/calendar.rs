//! Calendars: proposed from a file, previewed, approved by a second person, and every open date planned anew.

mod file;
mod preview;
mod replan;

use actix_web::{http::header, test::TestRequest};
use domain::calendar::{WorkCalendar, china};
use serde_json::{Value, json};
use time::{Date, macros::date};

use crate::harness::office::{Answer, Office};

/// The rest of 2026 as the notice has it, with these days more.
pub(crate) fn year_2026(more: &[(Date, &str)]) -> Value {
    let mainland = china::mainland();
    let plan = &mainland.years[&2026];
    let off = plan
        .days_off
        .iter()
        .map(|off| (off.on, off.name.as_str(), true));
    let work = plan.makeup_workdays.iter().map(|on| (*on, "调休", false));
    let more = more.iter().map(|(on, name)| (*on, *name, true));
    let day = |(on, name, is_off): (Date, &str, bool)| json!({ "name": name, "date": on.to_string(), "isOffDay": is_off });
    let days: Vec<Value> = off.chain(work).chain(more).map(day).collect();
    json!({ "year": 2026, "papers": ["https://example.gov.cn/notice"], "days": days })
}

/// A working day of next week, made a holiday.
pub(crate) const FRIDAY: Date = date!(2026 - 03 - 06);

impl Office {
    /// Tries to propose a calendar from a file.
    pub(crate) async fn try_propose(
        &self,
        login: &str,
        query: &str,
        (media_type, body): (&str, impl Into<Vec<u8>>),
    ) -> Answer {
        let request = TestRequest::post()
            .uri(&format!("/api/v1/calendar/proposals{query}"))
            .insert_header((header::CONTENT_TYPE, media_type.to_owned()))
            .set_payload(body.into());
        self.send(login, request).await
    }

    /// Proposes a calendar; gives its key.
    pub(crate) async fn propose(&self, login: &str, query: &str, file: (&str, String)) -> String {
        let answer = self.try_propose(login, query, file).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Proposes a holiday on `on` in the form of `holiday-cn`.
    pub(crate) async fn propose_holiday(&self, login: &str, on: Date) -> String {
        let file = year_2026(&[(on, "临时放假")]).to_string();
        self.propose(login, "", ("application/json", file)).await
    }

    /// What the API says of a proposal.
    pub(crate) async fn proposal(&self, id: &str) -> Value {
        let path = format!("/api/v1/calendar/proposals/{id}");
        self.get("efficacy", &path).await.good()
    }

    /// Every move of a pass: project, stage, old, new, working days.
    pub(crate) async fn moves(&self, id: &str, pass: &str) -> Vec<[String; 5]> {
        let path = format!("/api/v1/calendar/proposals/{id}/moves?pass={pass}");
        let page = self.get("system", &path).await.good();
        assert_eq!(page["page"]["has_more"], false);
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                [
                    text(&row["project"]["code"]),
                    text(&row["stage"]["code"]),
                    text(&row["old_on"]),
                    text(&row["new_on"]),
                    text(&row["working_days"]),
                ]
            })
            .collect()
    }

    /// Approves or rejects a proposal.
    pub(crate) async fn decide(&self, login: &str, id: &str, decision: &str) -> Answer {
        let path = format!("/api/v1/calendar/proposals/{id}");
        let seen = self.get(login, &path).await;
        let tag = seen.header("etag").map(str::to_owned);
        let path = format!("{path}/{decision}");
        self.post(login, &path, tag.as_deref(), &json!({})).await
    }

    /// The calendar that the zone counts by.
    pub(crate) async fn present(&self) -> WorkCalendar {
        let zone = self.app.zone;
        let office: Result<_, persistence::StoreError> =
            self.app.store.read(async |tx| tx.office(zone).await).await;
        WorkCalendar::clone(&office.unwrap().office.calendar)
    }
}
