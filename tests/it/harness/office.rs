//! The office: the real application in process, over a fresh database, under a clock that tests move.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use actix_web::{
    App as Web, body::to_bytes, dev::Service as _, http::header, middleware::from_fn, test,
    test::TestRequest, web::Data,
};
use api::{
    app::App,
    clock::Clock,
    config::{PasswordCost, Profile, SignIn, Totp},
    gate::GateSettings,
    http,
    ids::Ids,
    keys::Keys,
    oidc::Settings,
    serve::{self, Parts},
    site,
    usecase::zone::{Founding, found},
    worker::{self, Poke, Turn},
};
use domain::{calendar::china, id::ZoneId, ladder::Ladder, text::Bilingual, zone_time::ZoneTime};
use notifications::{
    deliver::Limits,
    mailer::{Mailer, Memory},
};
use persistence::{Store, StoreError, Tx};
use serde_json::{Value, json};
use time::{Date, OffsetDateTime, Time, macros::time};
use uuid::Uuid;

use super::{
    browser::Browser,
    contract,
    letter::Letter,
    provider::Provider,
    staff,
    store::{Database, on_each_database},
    zone::{MONDAY, key},
};

/// When the office looks at a day: after the letters of the morning may go.
const MORNING: Time = time!(09:00);

type Called = Pin<Box<dyn Future<Output = Answer>>>;

/// How the gate is set, how people sign in, and at which provider.
type Rules = (GateSettings, SignIn, Option<Settings>);

/// The office.
pub(crate) struct Office {
    /// The application, for workers of a test's own.
    pub(crate) app: App,
    /// Where letters go.
    pub(crate) mailer: Arc<Mailer>,
    memory: Memory,
    oidc: Option<Settings>,
    service: Box<dyn Fn(TestRequest) -> Called>,
    tokens: RefCell<BTreeMap<String, (String, OffsetDateTime)>>,
    /// Letters that a test has asked about.
    asked: Cell<usize>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// An answer as if it had come.
    pub(crate) fn of(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter();
        Self {
            status,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    /// The body as it came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.text()))
    }

    /// The status and the stable code of a failure.
    pub(crate) fn failure(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{} {}",
            self.status,
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }

    /// The JSON of an answer that must have gone well.
    pub(crate) fn good(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.text()
        );
        self.json()
    }
}

/// Runs `test` in a fresh office on each database. It is Monday, 2 March 2026, nine in the morning.
pub(crate) fn on_each_office(test: impl AsyncFn(Office)) {
    on_each_database(async move |database| test(Office::open(database).await).await);
}

/// The same, for tests that also look behind the product's back.
pub(crate) fn on_each_office_and_database(test: impl AsyncFn(Office, &Database)) {
    on_each_database(async move |database| test(Office::open(database).await, database).await);
}

impl Office {
    /// Founds the zone and opens its doors. Nobody needs an authenticator, and passwords stay good for ever.
    pub(crate) async fn open(database: &Database) -> Self {
        // The clock of most tests stands: what they ask is all asked in one minute.
        Self::open_with(database, roomy()).await
    }

    /// The same with a gate of its own.
    pub(crate) async fn open_with(database: &Database, gate: GateSettings) -> Self {
        Self::open_at(database, gate, "http://gc.example").await
    }

    /// The same under an address of its own.
    pub(crate) async fn open_at(database: &Database, gate: GateSettings, url: &str) -> Self {
        Self::begin(database, (gate, easy(), None), url).await
    }

    /// The same with an identity provider on this machine.
    pub(crate) async fn open_beside(
        database: &Database,
        sign_in: SignIn,
        provider: (&Provider, Settings),
    ) -> Self {
        let (provider, settings) = provider;
        let rules = (roomy(), sign_in, Some(settings));
        let office = Self::begin(database, rules, "http://gc.example").await;
        provider.go_by(&office.app.clock);
        office
    }

    /// The same, with other rules for signing in.
    pub(crate) async fn open_to(database: &Database, sign_in: SignIn) -> Self {
        Self::begin(database, (roomy(), sign_in, None), "http://gc.example").await
    }

    async fn begin(database: &Database, rules: Rules, url: &str) -> Self {
        let (store, ids, clock) = (database.store(), Ids::counted(), Clock::fixed(MONDAY));
        move_in(&store, ZoneId(key(1, 1)), &ids).await;
        Self::over(store, (ids, clock), rules, url).await
    }

    /// The same, in which letters are limited.
    pub(crate) async fn open_calm(database: &Database, limits: Limits) -> Self {
        let (store, ids, clock) = (database.store(), Ids::counted(), Clock::fixed(MONDAY));
        move_in(&store, ZoneId(key(1, 1)), &ids).await;
        let parts = Parts {
            limits,
            ..parts(ids, clock)
        };
        Self::of(store, parts).await
    }

    /// Another process of the same deployment: its own memory, the same database, the same clock.
    pub(crate) async fn beside(&self, database: &Database) -> Self {
        self.replica(database, self.app.clock.clone()).await
    }

    /// Another replica on the same database, with a clock of its own.
    pub(crate) async fn twin(&self, database: &Database) -> Self {
        self.replica(database, Clock::fixed(self.app.now())).await
    }

    async fn replica(&self, database: &Database, clock: Clock) -> Self {
        let parts = Parts {
            gate: self.app.gate.settings.clone(),
            sign_in: self.app.sign_in.clone(),
            oidc: self.oidc.clone(),
            public_url: self.app.postmark.public_url.clone(),
            limits: self.app.postmark.limits,
            ..parts(Ids::Random, clock)
        };
        Self::of(database.store(), parts).await
    }

    /// The office of another zone on the same database, with the same people and other keys.
    pub(crate) async fn neighbour(database: &Database) -> Self {
        let (store, ids, zone) = (database.store(), Ids::Random, ZoneId(key(1, 2)));
        move_in(&store, zone, &ids).await;
        let parts = Parts {
            zone,
            ..parts(ids, Clock::fixed(MONDAY))
        };
        Self::of(store, parts).await
    }

    async fn over(
        store: Store,
        (ids, clock): (Ids, Clock),
        (gate, sign_in, oidc): Rules,
        url: &str,
    ) -> Self {
        let parts = Parts {
            gate,
            sign_in,
            oidc,
            public_url: url.into(),
            ..parts(ids, clock)
        };
        Self::of(store, parts).await
    }

    async fn of(store: Store, parts: Parts) -> Self {
        let oidc = parts.oidc.clone();
        let app = serve::assemble(store, parts, Poke::default()).unwrap();
        let memory = Memory::default();
        Self {
            service: service(app.clone()).await,
            mailer: Arc::new(Mailer::Memory(memory.clone())),
            memory,
            app,
            oidc,
            tokens: RefCell::default(),
            asked: Cell::new(0),
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn call(&self, request: TestRequest) -> Answer {
        self.call_from("192.0.2.7", request).await
    }

    /// The same from another address.
    pub(crate) async fn call_from(&self, address: &str, request: TestRequest) -> Answer {
        let peer = format!("{address}:40000").parse().unwrap();
        (self.service)(request.peer_addr(peer)).await
    }

    /// An access token for a password that is not everybody's.
    pub(crate) async fn token_with(&self, login: &str, password: &str) -> String {
        let body = json!({ "login": login, "password": password });
        let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
        let answer = self.call(request).await.good();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Everybody signs in anew over the API.
    pub(crate) fn forget_tokens(&self) {
        self.tokens.borrow_mut().clear();
    }

    /// Somebody's access token, signing in where there is none that is still good.
    pub(crate) async fn token(&self, login: &str) -> String {
        let now = self.app.now();
        let known = self.tokens.borrow().get(login).cloned();
        if let Some((token, until)) = known
            && now < until
        {
            return token;
        }
        let body = json!({ "login": login, "password": staff::PASSWORD });
        let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
        let answer = self.call(request).await.good();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        let until = now + time::Duration::seconds(answer["expires_in"].as_i64().unwrap());
        let kept = (token.clone(), until);
        self.tokens.borrow_mut().insert(login.to_owned(), kept);
        token
    }

    /// Reads an address of the API as `login`.
    pub(crate) async fn get(&self, login: &str, path: &str) -> Answer {
        self.send(login, TestRequest::get().uri(path)).await
    }

    /// Sends a request to the API as `login`.
    pub(crate) async fn send(&self, login: &str, request: TestRequest) -> Answer {
        let bearer = format!("Bearer {}", self.token(login).await);
        self.call(request.insert_header((header::AUTHORIZATION, bearer)))
            .await
    }

    /// Posts to the API as `login`, based on `tag`.
    pub(crate) async fn post(
        &self,
        login: &str,
        path: &str,
        tag: Option<&str>,
        body: &Value,
    ) -> Answer {
        let mut request = TestRequest::post().uri(path).set_json(body);
        if let Some(tag) = tag {
            request = request.insert_header((header::IF_MATCH, tag));
        }
        self.send(login, request).await
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Moves the clock to nine in the morning of `day`, and the worker takes a turn.
    pub(crate) async fn pass_to(&self, day: Date) -> Turn {
        let zone = ZoneTime::named("Asia/Shanghai").unwrap();
        self.pass_to_instant(zone.at_time(day, MORNING)).await
    }

    /// Moves the clock to an instant, and the worker takes a turn. It has been at work all the time.
    pub(crate) async fn pass_to_instant(&self, at: OffsetDateTime) -> Turn {
        let zone = self.app.zone;
        let swept: Result<(), StoreError> = self
            .app
            .store
            .write(async move |tx: &mut Tx| tx.note_sweep(zone, at - time::Duration::MINUTE).await)
            .await;
        swept.unwrap();
        self.wake_at(at).await
    }

    /// Moves the clock to an instant; until then nothing ran.
    pub(crate) async fn wake_at(&self, at: OffsetDateTime) -> Turn {
        self.app.clock.set(at);
        self.turn().await
    }

    /// Goes on by `count` working days, looking at each of them.
    pub(crate) async fn pass_working_days(&self, count: u16) {
        let calendar = china::mainland();
        for _day in 0..count {
            let next = calendar.working_day_after(self.today(), 1).unwrap();
            self.pass_to(next.on).await;
        }
    }

    /// Today.
    pub(crate) fn today(&self) -> Date {
        let zone = ZoneTime::named("Asia/Shanghai").unwrap();
        zone.day_of(self.app.now())
    }

    /// One turn of the worker.
    pub(crate) async fn turn(&self) -> Turn {
        worker::turn(&self.app, &self.mailer, Uuid::from_u128(99))
            .await
            .unwrap()
    }

    /// The letters since the last time a test asked, which must be these: reader and kind, in any order.
    pub(crate) fn expect_letters(&self, expected: &[(&str, &str)]) -> Vec<Letter> {
        self.expect_of(self.new_letters(), expected)
    }

    /// The same for letters of these kinds; what other letters there are is another test's business.
    pub(crate) fn expect_kinds(&self, kinds: &[&str], expected: &[(&str, &str)]) -> Vec<Letter> {
        let mut letters = self.new_letters();
        letters.retain(|letter| kinds.contains(&letter.kind));
        self.expect_of(letters, expected)
    }

    fn expect_of(&self, letters: Vec<Letter>, expected: &[(&str, &str)]) -> Vec<Letter> {
        let mut listed: Vec<_> = letters.iter().map(Letter::listed).collect();
        let mut expected = expected.to_vec();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "on {}", self.today());
        letters
    }

    /// The letters since the last time a test asked.
    pub(crate) fn new_letters(&self) -> Vec<Letter> {
        let letters = self.memory.letters();
        let new = letters.iter().skip(self.asked.replace(letters.len()));
        new.map(Letter::read).collect()
    }

    /// Every letter to `login` so far.
    pub(crate) fn letters_to(&self, login: &str) -> Vec<Letter> {
        let letters = self.memory.letters();
        letters
            .iter()
            .map(Letter::read)
            .filter(|letter| letter.to == login)
            .collect()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unasked = self.new_letters();
            assert!(
                unasked.is_empty(),
                "letters that no test asked about: {unasked:#?}"
            );
        }
    }
}

/// Rules for signing in that no test has to think of.
pub(crate) fn easy() -> SignIn {
    SignIn {
        totp: Totp::Off,
        passwords: Profile::Asvs,
        password_cost: PasswordCost::Nothing,
        device_mail: false,
        ..SignIn::default()
    }
}

/// A gate that nobody meets.
fn roomy() -> GateSettings {
    GateSettings {
        reads_per_minute: 1_000_000,
        writes_per_minute: 1_000_000,
        sign_ins_per_minute: 1_000_000,
        ..GateSettings::default()
    }
}

/// What every process of the tests' deployment is made of.
pub(crate) fn parts(ids: Ids, clock: Clock) -> Parts {
    Parts {
        zone: ZoneId(key(1, 1)),
        clock,
        ids,
        keys: Keys::new([7; 32]),
        public_url: "http://gc.example".into(),
        from_address: "green-channel@gc.example".into(),
        limits: Limits::none(),
        // Where the receivers of tests listen; nothing else of this machine may be asked.
        allowed_networks: vec!["127.0.0.1/32".parse().unwrap()],
        sign_in: easy(),
        oidc: None,
        demo: None,
        security_contact: Some("mailto:security@gc.example".into()),
        gate: roomy(),
    }
}

async fn move_in(store: &Store, zone: ZoneId, ids: &Ids) {
    let founding = Founding {
        id: zone,
        name: Bilingual::of("示例开发区", "Example Zone"),
        time_zone: "Asia/Shanghai".into(),
        hotline: "0000-12345".into(),
        calendar: china::mainland(),
        ladder: Ladder::default(),
    };
    let ids = ids.clone();
    let moved_in: Result<(), api::error::AppError> = store
        .write(async move |tx: &mut Tx| {
            found(tx, founding, &ids, MONDAY).await?;
            let units = tx.units(zone).await?;
            let units = units
                .into_values()
                .map(|unit| (unit.code, unit.id))
                .collect();
            for person in staff::people(&units) {
                tx.add_person(zone, &person, Some(staff::PASSWORD_HASH))
                    .await?;
            }
            Ok(())
        })
        .await;
    moved_in.unwrap();
}

async fn service(app: App) -> Box<dyn Fn(TestRequest) -> Called> {
    let web = Web::new()
        .app_data(Data::new(app))
        .wrap(from_fn(http::gate::guard))
        .wrap(http::frame::headers())
        .wrap(from_fn(http::witness::watch))
        .wrap(from_fn(http::trace::follow))
        .configure(http::routes::configure)
        .configure(site::configure);
    let service = Rc::new(test::init_service(web).await);
    Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            let request = request.to_request();
            let method = request.method().as_str().to_ascii_lowercase();
            let path = request.path().to_owned();
            let is_sparse = request
                .uri()
                .query()
                .is_some_and(|query| query.contains("fields="));
            let response = match service.call(request).await {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(error) => error.error_response(),
            };
            let headers = response.headers().iter();
            let headers = headers.map(|(name, value)| {
                let value = value.to_str().unwrap().to_owned();
                (name.as_str().to_ascii_lowercase(), value)
            });
            let (status, headers) = (response.status().as_u16(), headers.collect());
            let body = to_bytes(response.into_body()).await.unwrap();
            let answer = Answer {
                status,
                headers,
                body: body.to_vec(),
            };
            // Rows with some members only are not as the whole ones are described.
            if !is_sparse {
                contract::check(&method, &path, &answer);
            }
            answer
        })
    })
}
