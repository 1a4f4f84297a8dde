//! The stream of events: who listens is woken by what is theirs, and by nothing else.

use std::{future::poll_fn, pin::Pin, time::Duration};

use actix_web::{
    App as Web,
    body::{BoxBody, MessageBody as _},
    dev::Service as _,
    http::header,
    test::{self, TestRequest},
    web::Data,
};
use api::{http, live};

use crate::harness::{
    office::{Office, on_each_office, on_each_office_and_database},
    work::Project,
};

/// A stream that was opened, or why it was not.
struct Stream {
    status: u16,
    headers: Vec<(String, String)>,
    body: Pin<Box<BoxBody>>,
}

/// Longer than anything that comes at all takes to come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Long enough for what would come at once.
const MOMENT: Duration = Duration::from_millis(200);

impl Stream {
    async fn chunk(
        &mut self,
        patience: Duration,
    ) -> Result<Option<String>, tokio::time::error::Elapsed> {
        let next = poll_fn(|context| self.body.as_mut().poll_next(context));
        let chunk = tokio::time::timeout(patience, next).await?;
        Ok(chunk.map(|bytes| String::from_utf8(bytes.unwrap().to_vec()).unwrap()))
    }

    /// What comes next.
    async fn next(&mut self) -> String {
        self.chunk(PATIENCE).await.unwrap().expect("it has ended")
    }

    async fn ends(&mut self) -> bool {
        self.chunk(PATIENCE).await.unwrap().is_none()
    }

    async fn is_silent(&mut self) -> bool {
        self.chunk(MOMENT).await.is_err()
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

async fn open(office: &Office, login: &str, topic: &str, last: Option<i64>) -> Stream {
    let web = Web::new()
        .app_data(Data::new(office.app.clone()))
        .configure(http::routes::configure);
    let service = test::init_service(web).await;
    let bearer = format!("Bearer {}", office.token(login).await);
    let mut request = TestRequest::get()
        .uri(&format!("/api/v1/events/stream?topic={topic}"))
        .insert_header((header::AUTHORIZATION, bearer));
    if let Some(last) = last {
        request = request.insert_header(("Last-Event-ID", last.to_string()));
    }
    let response = service.call(request.to_request()).await.unwrap();
    let response = response.into_parts().1;
    let headers = response.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    Stream {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: Box::pin(response.into_body().boxed()),
    }
}

async fn topic(office: &Office) -> (Project, String) {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    let topic = format!("project:{}", project.id);
    live::look(&office.app).await.unwrap();
    (project, topic)
}

async fn head(office: &Office) -> i64 {
    let zone = office.app.zone;
    let head = async |tx: &mut persistence::Tx| tx.feed_head(zone).await;
    office.app.store.read(head).await.unwrap()
}

#[test]
fn who_listens_hears_what_happens_by_name_and_keys_alone() {
    on_each_office(async |office| {
        let (project, topic) = topic(&office).await;
        let other = office.admit("二号").await;
        live::look(&office.app).await.unwrap();
        let mut stream = open(&office, "officer", &topic, None).await;
        for (name, expected) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("content-encoding", "identity"),
            ("x-accel-buffering", "no"),
        ] {
            assert_eq!(stream.header(name), expected, "{name}");
        }
        let before = head(&office).await;
        assert_eq!(
            stream.next().await,
            format!("retry: 5000\nid: {before}\n\n")
        );
        assert!(stream.is_silent().await);
        office.accept("recruiter", &other, "G01").await;
        live::look(&office.app).await.unwrap();
        assert!(stream.is_silent().await, "another project");
        office.note("officer", &project, "P01", "已会签").await;
        live::look(&office.app).await.unwrap();
        let said = stream.next().await;
        let now = head(&office).await;
        assert!(
            said.starts_with(&format!("id: {now}\nevent: gc.stage.noted\ndata: {{")),
            "{said}"
        );
        assert!(said.ends_with("}\n\n") && said.contains(project.stage("P01")));
        assert!(!said.contains("会签"));
        // The investor hears of it too, and of nothing internal.
        let mut investors = open(&office, "investor", &topic, Some(0)).await;
        investors.next().await;
        let mut names = Vec::new();
        while let Ok(Some(said)) = investors.chunk(MOMENT).await {
            names.push(said.lines().nth(1).unwrap().to_owned());
        }
        assert!(names.contains(&"event: gc.stage.noted".to_owned()));
        assert!(
            !names.contains(&"event: gc.stage.handed_over".to_owned()),
            "{names:?}"
        );
    });
}

#[test]
fn who_comes_again_hears_what_was_missed_or_that_it_was_too_much() {
    on_each_office(async |office| {
        let (project, topic) = topic(&office).await;
        let before = head(&office).await;
        for text in ["一", "二"] {
            office.note("officer", &project, "P01", text).await;
        }
        let mut stream = open(&office, "officer", &topic, Some(before)).await;
        stream.next().await;
        for place in [before + 1, before + 2] {
            assert!(
                stream
                    .next()
                    .await
                    .starts_with(&format!("id: {place}\nevent: gc.stage.noted\n"))
            );
        }
        assert!(stream.is_silent().await);
        // A place that was never given, as after a restore.
        let mut stream = open(&office, "officer", &topic, Some(before + 9_999)).await;
        stream.next().await;
        let reset = format!("event: reset\nid: {}\ndata: {{}}\n\n", before + 2);
        assert_eq!(stream.next().await, reset);
        for number in 0..500 {
            office
                .note("officer", &project, "P01", &number.to_string())
                .await;
        }
        let mut stream = open(&office, "officer", &topic, Some(before + 2)).await;
        stream.next().await;
        assert!(
            stream.next().await.contains("event: gc.stage.noted"),
            "five hundred are told"
        );
        let mut stream = open(&office, "officer", &topic, Some(before + 1)).await;
        stream.next().await;
        let said = stream.next().await;
        assert!(
            said.starts_with("event: reset\n"),
            "one more is not: {said}"
        );
    });
}

#[test]
fn a_topic_is_for_who_may_read_it() {
    on_each_office(async |office| {
        let (_, topic) = topic(&office).await;
        for (login, topic, expected) in [
            ("officer", topic.as_str(), 200),
            ("rival", &topic, 404),
            ("stranger", &topic, 404),
            ("system", &topic, 403),
            ("officer", "desk", 200),
            ("investor", "desk", 403),
            ("head", "board", 200),
            ("officer", "board", 403),
            ("leader", "board", 200),
            ("leader", "x", 400),
            ("leader", "project:x", 400),
        ] {
            assert_eq!(
                open(&office, login, topic, None).await.status,
                expected,
                "{login} {topic}"
            );
        }
    });
}

#[test]
fn a_person_has_four_streams_and_a_closed_one_makes_room() {
    on_each_office(async |office| {
        let (_, topic) = topic(&office).await;
        let mut streams = Vec::new();
        for _each in 0..live::STREAMS_MAX {
            let stream = open(&office, "officer", &topic, None).await;
            assert_eq!(stream.status, 200);
            streams.push(stream);
        }
        let refused = open(&office, "officer", &topic, None).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "5"));
        assert_eq!(open(&office, "head", &topic, None).await.status, 200);
        streams.pop();
        assert_eq!(open(&office, "officer", &topic, None).await.status, 200);
    });
}

#[test]
fn a_stream_ends_with_the_rights_of_who_listens_and_with_the_process() {
    on_each_office_and_database(async |office, database| {
        let (_, topic) = topic(&office).await;
        let mut officers = open(&office, "officer", &topic, None).await;
        let mut investors = open(&office, "investor", &topic, None).await;
        let mut heads = open(&office, "head", &topic, None).await;
        for stream in [&mut officers, &mut investors, &mut heads] {
            stream.next().await;
        }
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'officer'")
            .await;
        let investor = "SELECT id FROM person WHERE login = 'investor'";
        back_door
            .run(&format!(
                "DELETE FROM person_role WHERE person_id = ({investor})"
            ))
            .await;
        // Nothing happened in the project; the directory alone is another one.
        back_door
            .run("UPDATE counter SET value = value + 1 WHERE name = 'directory'")
            .await;
        live::look(&office.app).await.unwrap();
        assert!(officers.ends().await);
        assert!(investors.ends().await);
        assert!(heads.is_silent().await);
        office.app.live.end();
        assert!(heads.ends().await);
    });
}
