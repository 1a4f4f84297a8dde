//! Signing in at an identity provider: the way there and back, what it must say to be believed, and who is
//! connected with it.

use api::{
    config::{SignIn, Totp},
    oidc::Settings,
    totp::step_of,
};
use serde_json::{Value, json};
use time::Duration;

use crate::{
    harness::{
        browser::Browser,
        html,
        office::{Answer, Office, easy},
        provider::{Mood, Provider, Signer, encoded, written},
        staff,
        store::{Database, on_each_database},
    },
    session::pass,
    sign_in::enrol,
};

/// By which name the provider knows the officer of most tests.
const SUBJECT: &str = "u-4711";

fn with(
    sign_in: fn() -> SignIn,
    settle: impl Fn(&mut Settings),
    test: impl AsyncFn(Office, &Provider, &Database),
) {
    on_each_database(async move |database| {
        let provider = Provider::start();
        let mut settings = provider.settings();
        settle(&mut settings);
        let office = Office::open_beside(database, sign_in(), (&provider, settings)).await;
        test(office, &provider, database).await;
    });
}

fn on_each_office(test: impl AsyncFn(Office, &Provider)) {
    with(
        easy,
        |_| {},
        async move |office, provider, _| test(office, provider).await,
    );
}

fn goes_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", html::text(answer.text()));
    answer.header("location").unwrap()
}

fn says(answer: &Answer, words: &str) {
    let text = html::text(answer.text());
    assert!(text.contains(words), "{words} in {} {text}", answer.status);
}

async fn is_in(browser: &Browser<'_>) -> bool {
    browser.get("/me/security").await.status == 200
}

/// Connects the account of whoever is signed in with this browser.
async fn connect(browser: &Browser<'_>, provider: &Provider, subject: &str) -> Answer {
    let page = browser.get("/me/security").await;
    let answer = browser.submit(&page, "/me/security/oidc", &[]).await;
    assert_eq!(goes_to(&answer), "/auth/oidc/link");
    let page = browser.follow(&answer).await;
    assert!(page.text().contains("href=\"/auth/oidc/leave\""));
    let sent = browser.get("/auth/oidc/leave").await;
    browser.get(&provider.admit(&sent, subject)).await
}

/// Somebody whose account is connected; signed in nowhere.
async fn connected(office: &Office, provider: &Provider, login: &str, subject: &str) {
    let browser = office.browser();
    browser.sign_in(login).await;
    let answer = connect(&browser, provider, subject).await;
    assert_eq!(goes_to(&answer), "/me/security?done=oidc_linked");
}

/// Signs in at the provider.
async fn sign_in(browser: &Browser<'_>, provider: &Provider, subject: &str) -> Answer {
    let sent = browser.get("/auth/oidc/start").await;
    browser.get(&provider.admit(&sent, subject)).await
}

/// What the security record says of acts of a kind, the newest first.
async fn record(office: &Office, act: &str) -> Vec<Value> {
    let path = format!("/api/v1/audit?act={act}");
    let page = office.get("audit", &path).await.good();
    page["data"].as_array().unwrap().clone()
}

/// Why the provider's word was refused last, by the security record.
async fn why(office: &Office, act: &str) -> String {
    let lines = record(office, act).await;
    let refused = lines.iter().filter(|line| line["outcome"] == "refused");
    let newest = refused.max_by_key(|line| line["seq"].as_i64());
    newest.map_or_else(String::new, |line| {
        line["detail"]["why"].as_str().unwrap_or("").to_owned()
    })
}

#[test]
fn a_member_of_staff_connects_the_own_account_and_signs_in_at_the_provider() {
    on_each_office(async |office, provider| {
        let browser = office.browser();
        let page = browser.get("/auth/sign-in?next=/calculator").await;
        says(&page, "工作人员：用统一身份认证登录");
        assert!(
            page.text()
                .contains("href=\"/auth/oidc/start?next=%2Fcalculator\"")
        );
        // Before it is connected, the account of the provider is nobody's.
        let answer = sign_in(&browser, provider, SUBJECT).await;
        assert_eq!(answer.status, 422);
        says(&answer, "没有与这里的任何工作人员关联");
        assert!(!is_in(&browser).await);

        connected(&office, provider, "officer", SUBJECT).await;
        let sent = browser.get("/auth/oidc/start?next=/calculator").await;
        let cookie = sent.header("set-cookie").unwrap();
        assert!(
            cookie.contains("SameSite=Lax") && cookie.contains("HttpOnly"),
            "{cookie}"
        );
        let asked = provider.asked(&sent);
        assert!(!asked.contains_key("max_age") && !asked.contains_key("prompt"));
        assert_eq!(asked["acr_values"], "two-factors");
        let answer = browser.get(&provider.admit(&sent, SUBJECT)).await;
        assert_eq!(goes_to(&answer), "/calculator");
        says(&browser.get("/me/security").await, "已关联");
        let done = record(&office, "sign_in").await;
        let person = staff::person_id("officer");
        let mine = done
            .iter()
            .find(|line| line["actor"] == person.as_str() && line["detail"]["by"] == "provider");
        assert_eq!(mine.unwrap()["outcome"], "done");
        let linked = record(&office, "oidc.linked").await;
        assert_eq!(linked.len(), 1);
        assert_eq!(linked[0]["actor"], person.as_str());
        // Neither the code nor the verifier nor a secret of ours stands in an address that the provider sees.
        let got = provider.take();
        assert!(got.iter().all(|line| !line.contains('?')), "{got:?}");
    });
}

#[test]
fn the_code_is_exchanged_once_and_the_attempt_is_used_up() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let browser = office.browser();
        let sent = browser.get("/auth/oidc/start").await;
        let back = provider.admit(&sent, SUBJECT);
        let ticket = browser.cookie("gc-ticket").unwrap();
        assert_eq!(goes_to(&browser.get(&back).await), "/desk");
        provider.take();
        // A thief who has the address and the ticket comes too late, and the provider is not even asked.
        let thief = office.browser();
        thief.plant("gc-ticket", &ticket);
        let answer = thief.get(&back).await;
        says(&answer, "已经用过");
        assert!(!is_in(&thief).await);
        assert_eq!(provider.take(), Vec::<String>::new());
    });
}

#[test]
fn what_another_browser_began_is_refused() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let (thief, victim) = (office.browser(), office.browser());
        let sent = thief.get("/auth/oidc/start").await;
        let back = provider.admit(&sent, SUBJECT);
        // Without a ticket, with the own one, and with the own state under a code of the other.
        let answer = victim.get(&back).await;
        assert_eq!(answer.status, 422);
        says(&answer, "已过期");
        let own = victim.get("/auth/oidc/start").await;
        provider.take();
        let answer = victim.get(&back).await;
        assert_eq!(answer.status, 422);
        says(&answer, "另一个浏览器");
        assert_eq!(
            provider.take(),
            Vec::<String>::new(),
            "a foreign code is not tried"
        );
        let own_state = &provider.asked(&own)["state"];
        let mixed = back.replace(&provider.asked(&sent)["state"], own_state);
        assert_ne!(mixed, back);
        let answer = victim.get(&mixed).await;
        says(&answer, "另一个浏览器");
        assert_eq!(why(&office, "sign_in").await, "code_refused");
        assert!(!is_in(&victim).await && !is_in(&thief).await);
    });
}

#[test]
fn wrong_states_use_nothing_up_until_there_are_too_many() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let browser = office.browser();
        let sent = browser.get("/auth/oidc/start").await;
        let back = provider.admit(&sent, SUBJECT);
        for _foreign in 0..4 {
            let answer = browser.get("/auth/oidc/callback?code=x&state=x").await;
            says(&answer, "不可信");
        }
        assert_eq!(goes_to(&browser.get(&back).await), "/desk");
        // Ten minutes after it began it is over.
        let late = office.browser();
        let sent = late.get("/auth/oidc/start").await;
        let back = provider.admit(&sent, SUBJECT);
        pass(&office, 10);
        says(&late.get(&back).await, "已过期");
    });
}

fn claim(name: &'static str, value: Value) -> impl FnOnce(&mut Mood) {
    move |mood| {
        mood.claims.insert(name.into(), value);
    }
}

type Lie = Box<dyn FnOnce(&mut Mood)>;
/// A claim that is as it should be, at a moment.
type Truth = (&'static str, fn(i64) -> Value);

/// A provider that lies in one point, and why it is not believed.
fn lies(now: i64) -> Vec<(&'static str, Lie)> {
    fn head(name: &'static str, value: Value) -> Lie {
        Box::new(move |mood| {
            mood.head.insert(name.into(), value);
        })
    }
    fn signer(signer: Signer) -> Lie {
        Box::new(move |mood| mood.signer = signer)
    }
    fn answers(text: String) -> Lie {
        Box::new(move |mood| mood.answer = Some(text))
    }
    let mut lies: Vec<(&'static str, Lie)> = vec![
        ("algorithm", signer(Signer::Nobody)),
        ("algorithm", signer(Signer::PublicKey)),
        ("signature", signer(Signer::Foreign)),
        ("algorithm", head("alg", json!("RS384"))),
        ("key_unknown", head("alg", json!("ES256"))),
        ("key_unknown", head("kid", json!("nobody's"))),
        ("key_unknown", head("kid", json!("shared"))),
        ("token_kind", head("typ", json!("at+jwt"))),
        ("token_kind", head("typ", json!("logout+jwt"))),
        ("token_kind", head("crit", json!(["exp"]))),
        ("token_answer", answers(written(200, "{}"))),
        ("token_answer", answers(written(200, "<html>"))),
        ("token_form", answers(written(200, r#"{"id_token":"a.b"}"#))),
        (
            "token_form",
            answers(written(200, r#"{"id_token":"a.b.c.d.e"}"#)),
        ),
        (
            "code_refused",
            answers(written(400, r#"{"error":"invalid_grant"}"#)),
        ),
    ];
    for (word, name, value) in [
        ("nonce", "nonce", json!("another")),
        ("nonce", "nonce", json!(null)),
        ("issuer", "iss", json!("https://evil.example")),
        ("audience", "aud", json!("another")),
        ("audience", "aud", json!([])),
        ("audience", "aud", json!(["green-channel", "another"])),
        ("audience", "azp", json!("another")),
        ("expired", "exp", json!(now - 60)),
        ("issued_at", "iat", json!(now + 61)),
        ("issued_at", "iat", json!(now - 660)),
        ("not_before", "nbf", json!(now + 61)),
        ("auth_time", "auth_time", json!(now + 61)),
        ("subject", "sub", json!("")),
        ("subject", "sub", json!("\u{7}")),
        ("subject", "sub", json!("x".repeat(256))),
        ("claims", "sub", json!(null)),
        ("claims", "sub", json!(7)),
        ("claims", "exp", json!(null)),
        ("claims", "exp", json!("soon")),
        ("claims", "iat", json!(null)),
        ("claims", "iss", json!(null)),
        ("claims", "aud", json!(null)),
    ] {
        lies.push((word, Box::new(claim(name, value))));
    }
    lies
}

#[test]
fn a_provider_that_lies_in_one_point_is_not_believed() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let count = lies(0).len();
        for number in 0..count {
            // Another quarter of an hour: an address may be wrong only so often.
            pass(&office, 16);
            let (word, lie) = lies(office.app.now().unix_timestamp()).swap_remove(number);
            provider.mood(lie);
            let browser = office.browser();
            let answer = sign_in(&browser, provider, SUBJECT).await;
            assert_eq!(answer.status, 422, "{number} {word}");
            says(&answer, "不可信");
            assert_eq!(why(&office, "sign_in").await, word, "{number}");
            assert!(!is_in(&browser).await, "{number} {word}");
            let cookies = answer
                .headers
                .iter()
                .filter(|(name, _)| name == "set-cookie");
            assert_eq!(cookies.count(), 0, "{number} {word}");
        }
        // The nearest that is no lie.
        let truths: [Truth; 5] = [
            ("exp", |now| json!(now - 59)),
            ("iat", |now| json!(now + 60)),
            ("iat", |now| json!(now - 600)),
            ("aud", |_| json!(["green-channel"])),
            ("azp", |_| json!("green-channel")),
        ];
        for truth in truths {
            let value = truth.1(office.app.now().unix_timestamp());
            provider.mood(claim(truth.0, value));
            let answer = sign_in(&office.browser(), provider, SUBJECT).await;
            assert_eq!(goes_to(&answer), "/desk", "{}", truth.0);
        }
        for signer in [Signer::Rsa, Signer::P256, Signer::Ed25519] {
            provider.mood(|mood| mood.signer = signer);
            let answer = sign_in(&office.browser(), provider, SUBJECT).await;
            assert_eq!(goes_to(&answer), "/desk", "{signer:?}");
        }
    });
}

#[test]
fn an_answer_names_the_provider_that_it_comes_from() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let name = format!("&iss={}", encoded(&provider.issuer));
        for (named, word) in [
            ("&iss=https%3A%2F%2Fevil.example", "answer_issuer"),
            ("", "answer_without_issuer"),
        ] {
            let browser = office.browser();
            let sent = browser.get("/auth/oidc/start").await;
            let back = provider.admit(&sent, SUBJECT).replace(&name, named);
            provider.take();
            let answer = browser.get(&back).await;
            says(&answer, "不可信");
            assert_eq!(why(&office, "sign_in").await, word);
            assert_eq!(
                provider.take(),
                Vec::<String>::new(),
                "the code is shown to nobody"
            );
        }
        // One that does not say that it does need not.
        pass(&office, 61);
        provider.mood(|mood| {
            let said = "authorization_response_iss_parameter_supported";
            mood.description.insert(said.into(), json!(false));
        });
        let browser = office.browser();
        let sent = browser.get("/auth/oidc/start").await;
        let back = provider.admit(&sent, SUBJECT).replace(&name, "");
        assert_eq!(goes_to(&browser.get(&back).await), "/desk");
    });
}

#[test]
fn a_provider_that_is_down_is_said_so_and_shuts_nobody_out() {
    fn answers(text: String) -> impl FnOnce(&mut Mood) {
        move |mood| mood.answer = Some(text)
    }
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let elsewhere = "HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let far_too_much = format!(r#"{{"id_token":"{}"}}"#, "x".repeat(300_000));
        for (word, text) in [
            ("redirect", elsewhere.to_owned()),
            ("too_large", written(200, &far_too_much)),
            ("token_status", written(500, "{}")),
            (
                "client_refused",
                written(401, r#"{"error":"invalid_client"}"#),
            ),
            ("protocol", "SSH-2.0-x\r\n\r\n".to_owned()),
        ] {
            provider.mood(answers(text));
            let browser = office.browser();
            let answer = sign_in(&browser, provider, SUBJECT).await;
            assert_eq!(answer.status, 503, "{word}");
            says(&answer, "没有回应");
            assert_eq!(why(&office, "sign_in").await, word);
            // The other way is on the same page, and open.
            let fields = [("login", "officer"), ("password", staff::PASSWORD)];
            let answer = browser.submit(&answer, "/auth/sign-in", &fields).await;
            assert_eq!(goes_to(&answer), "/desk", "{word}");
        }
        // Twenty in a morning do not shut the door of the office.
        for _colleague in 0..25 {
            let answer = sign_in(&office.browser(), provider, SUBJECT).await;
            assert_eq!(answer.status, 503);
        }
        provider.mood(|_| {});
        let answer = sign_in(&office.browser(), provider, SUBJECT).await;
        assert_eq!(goes_to(&answer), "/desk");
        // Somebody who turns back there hears so; the words of the address are nobody's.
        for (error, status, words) in [
            ("access_denied", 422, "已中止"),
            ("login_required", 422, "已中止"),
            ("temporarily_unavailable", 503, "没有回应"),
            ("%3Cb%3Eyou+won%3C%2Fb%3E", 503, "没有回应"),
        ] {
            let browser = office.browser();
            let sent = browser.get("/auth/oidc/start").await;
            let answer = browser.get(&provider.turn_away(&sent, error)).await;
            assert_eq!(answer.status, status, "{error}");
            says(&answer, words);
            assert!(!answer.text().contains("you won"));
        }
    });
}

#[test]
fn a_provider_that_says_nothing_is_not_waited_for() {
    let hasty = |settings: &mut Settings| settings.timeout = std::time::Duration::from_secs(2);
    with(easy, hasty, async |office, provider, _| {
        provider.mood(|mood| mood.is_silent = true);
        let browser = office.browser();
        let answer = browser.get("/auth/oidc/start").await;
        assert_eq!(answer.status, 503);
        says(&answer, "没有回应");
        assert_eq!(browser.cookie("gc-ticket"), None, "nothing has begun");
        browser.prefer("en");
        provider.mood(|mood| {
            mood.description
                .insert("issuer".into(), json!("https://id.example"));
        });
        let answer = browser.get("/auth/oidc/start").await;
        says(&answer, "The single sign-on does not answer");
    });
}

#[test]
fn a_description_that_cannot_be_used_sends_nobody_away() {
    on_each_office(async |office, provider| {
        for (name, value) in [
            ("issuer", json!(format!("{}/", provider.issuer))),
            ("issuer", json!("https://evil.example")),
            ("token_endpoint", json!("http://evil.example/token")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("jwks_uri", json!(null)),
            ("code_challenge_methods_supported", json!(["plain"])),
            ("response_types_supported", json!(["id_token"])),
        ] {
            provider.mood(|mood| {
                mood.description.insert(name.into(), value.clone());
            });
            let answer = office.browser().get("/auth/oidc/start").await;
            assert_eq!(answer.status, 503, "{name} {value}");
        }
        provider.mood(|_| {});
        assert_eq!(office.browser().get("/auth/oidc/start").await.status, 303);
        // Once read, it is good for half a minute: then somebody could be sent to where nobody is.
        provider.take();
        office.browser().get("/auth/oidc/start").await;
        assert_eq!(provider.take(), Vec::<String>::new());
        let later = office.app.now() + Duration::seconds(30);
        office.app.clock.set(later);
        office.browser().get("/auth/oidc/start").await;
        assert_eq!(provider.take().len(), 1);
    });
}

#[test]
fn a_new_key_is_fetched_and_a_strange_one_is_not_asked_for_without_end() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let fetched = || {
            let got = provider.take();
            got.iter().filter(|line| line.ends_with("/keys")).count()
        };
        assert_eq!(fetched(), 1);
        let strange = |mood: &mut Mood| {
            mood.head.insert("kid".into(), json!("strange"));
        };
        for _try in 0..3 {
            provider.mood(strange);
            sign_in(&office.browser(), provider, SUBJECT).await;
        }
        assert_eq!(fetched(), 0, "just read");
        let later = office.app.now() + Duration::seconds(10);
        office.app.clock.set(later);
        provider.mood(|mood| {
            mood.head.insert("kid".into(), json!("new"));
            mood.kid = Some("new");
        });
        let answer = sign_in(&office.browser(), provider, SUBJECT).await;
        assert_eq!(goes_to(&answer), "/desk");
        assert_eq!(fetched(), 1);
    });
}

#[test]
fn the_office_proves_who_it_is_as_the_provider_wants_it() {
    let method = |method: &'static str| {
        move |mood: &mut Mood| {
            let methods = "token_endpoint_auth_methods_supported";
            mood.description.insert(methods.into(), json!([method]));
        }
    };
    on_each_office(async |office, provider| {
        provider.mood(method("client_secret_post"));
        connected(&office, provider, "officer", SUBJECT).await;
    });
    let public = |settings: &mut Settings| settings.client_secret = None;
    with(easy, public, async |office, provider, _| {
        provider.mood(method("none"));
        connected(&office, provider, "officer", SUBJECT).await;
    });
}

fn with_authenticators() -> SignIn {
    SignIn {
        totp: Totp::Required,
        ..easy()
    }
}

#[test]
fn the_second_factor_is_ours_unless_the_provider_is_trusted_for_it() {
    with(
        with_authenticators,
        |_| {},
        async |office, provider, _| {
            let browser = office.browser();
            let (secret, _) = enrol(&office, &browser, "officer").await;
            let code = |office: &Office| secret.code(step_of(office.app.now()));
            let answer = connect(&browser, provider, SUBJECT).await;
            assert_eq!(goes_to(&answer), "/me/security?done=oidc_linked");

            pass(&office, 1);
            let browser = office.browser();
            let answer = sign_in(&browser, provider, SUBJECT).await;
            assert_eq!(goes_to(&answer), "/auth/totp");
            assert!(!is_in(&browser).await);
            let wrong = browser.post("/auth/totp", &[("otp", "000000")]).await;
            assert_eq!(wrong.status, 422);
            let answer = browser.post("/auth/totp", &[("otp", &code(&office))]).await;
            assert_eq!(goes_to(&answer), "/desk");
            for (name, value) in [
                ("acr", json!("one-factor")),
                ("amr", json!(["pwd"])),
                ("acr", json!("otp")),
            ] {
                provider.mood(claim(name, value));
                let answer = sign_in(&office.browser(), provider, SUBJECT).await;
                assert_eq!(goes_to(&answer), "/auth/totp", "{name}");
            }
            for (name, value) in [
                ("acr", json!("two-factors")),
                ("amr", json!(["pwd", "otp"])),
            ] {
                provider.mood(claim(name, value));
                let answer = sign_in(&office.browser(), provider, SUBJECT).await;
                assert_eq!(goes_to(&answer), "/desk", "{name}");
            }
        },
    );
}

#[test]
fn whoever_was_seen_by_the_provider_long_ago_proves_it_there_before_what_matters() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        let change = async |browser: &Browser<'_>| {
            let page = browser.get("/me/security").await;
            let answer = browser
                .submit(&page, "/me/security/authenticator", &[])
                .await;
            goes_to(&answer).to_owned()
        };
        // Seen a moment ago: as good as a password typed now. Seen in the morning, or nobody knows when: not.
        let browser = office.browser();
        sign_in(&browser, provider, SUBJECT).await;
        assert_eq!(change(&browser).await, "/auth/enrol");
        provider.mood(|mood| mood.says_time_when_asked = true);
        let browser = office.browser();
        sign_in(&browser, provider, SUBJECT).await;
        assert!(change(&browser).await.starts_with("/auth/confirm"));
        provider.mood(|mood| mood.seen_ago = 361);
        let browser = office.browser();
        assert_eq!(
            goes_to(&sign_in(&browser, provider, SUBJECT).await),
            "/desk"
        );
        assert_eq!(change(&browser).await, "/auth/confirm?next=/me/security");

        let page = browser.get("/auth/confirm?next=/me/security").await;
        assert!(
            page.text()
                .contains("href=\"/auth/oidc/confirm?next=%2Fme%2Fsecurity\"")
        );
        let confirm = "/auth/oidc/confirm?next=/me/security";
        let sent = browser.get(confirm).await;
        assert_eq!(provider.asked(&sent)["max_age"], "300");
        // One that does not ask again although it was told to is not taken at its word.
        let answer = browser.get(&provider.admit(&sent, SUBJECT)).await;
        assert_eq!(answer.status, 422);
        says(&answer, "已太久");
        assert!(change(&browser).await.starts_with("/auth/confirm"));
        provider.mood(|mood| {
            mood.says_time_when_asked = true;
            mood.claims.insert("auth_time".into(), json!(null));
        });
        let sent = browser.get(confirm).await;
        says(
            &browser.get(&provider.admit(&sent, SUBJECT)).await,
            "已太久",
        );
        // Somebody else at the same machine is somebody else.
        provider.mood(|_| {});
        let sent = browser.get(confirm).await;
        let answer = browser.get(&provider.admit(&sent, "u-9")).await;
        assert_eq!(answer.status, 422);
        assert!(change(&browser).await.starts_with("/auth/confirm"));

        let before = browser.cookie("gc").unwrap();
        let sent = browser.get(confirm).await;
        let answer = browser.get(&provider.admit(&sent, SUBJECT)).await;
        assert_eq!(goes_to(&answer), "/me/security");
        assert_ne!(browser.cookie("gc").unwrap(), before);
        assert_eq!(change(&browser).await, "/auth/enrol");
    });
}

#[test]
fn an_account_is_connected_with_a_fresh_proof_by_its_owner_and_by_nobody_else() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "officer", SUBJECT).await;
        // An account of the provider is one person's.
        let other = office.browser();
        other.sign_in("colleague").await;
        let answer = connect(&other, provider, SUBJECT).await;
        assert_eq!(answer.status, 422);
        says(&answer, "已与这里的另一位人员关联");
        assert_eq!(why(&office, "oidc.linked").await, "taken");
        // The provider is told to ask for the password, whatever it remembers.
        let page = other.get("/me/security").await;
        let answer = other.submit(&page, "/me/security/oidc", &[]).await;
        let sent = other.get("/auth/oidc/leave").await;
        let asked = provider.asked(&sent);
        assert_eq!((&*asked["prompt"], &*asked["max_age"]), ("login", "300"));
        assert_eq!(goes_to(&answer), "/auth/oidc/link");
        // One that does not is not believed.
        provider.mood(|mood| mood.seen_ago = 400);
        says(&other.get(&provider.admit(&sent, "u-9")).await, "已太久");
        provider.mood(|_| {});
        // The way back is of use to who went, and while the person is signed in.
        let answer = other.submit(&page, "/me/security/oidc", &[]).await;
        assert_eq!(answer.status, 303);
        let sent = other.get("/auth/oidc/leave").await;
        let back = provider.admit(&sent, "u-9");
        let thief = office.browser();
        thief.sign_in("stranger").await;
        thief.plant("gc-ticket", &other.cookie("gc-ticket").unwrap());
        assert_eq!(thief.get("/auth/oidc/leave").await.status, 404);
        assert_eq!(thief.get(&back).await.status, 422);
        assert_eq!(
            record(&office, "oidc.linked").await.len(),
            3,
            "one done, two refused"
        );
        // An old session asks once more first.
        pass(&office, 6);
        let answer = other.submit(&page, "/me/security/oidc", &[]).await;
        assert_eq!(goes_to(&answer), "/auth/confirm?next=/me/security");
        // Investors have nothing to do with it.
        let investor = office.browser();
        investor.sign_in("investor").await;
        let page = investor.get("/me/security").await;
        assert!(!page.text().contains("/me/security/oidc"));
        let csrf = html::forms(page.text())[0].fields[0].1.clone();
        let answer = investor.post("/me/security/oidc", &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, 403);
        // A form of another site begins nothing.
        let page = other.get("/me/security").await;
        let csrf = html::forms(page.text())[0].fields[0].1.clone();
        let foreign = ("Sec-Fetch-Site", "cross-site");
        let answer = other
            .post_with("/me/security/oidc", &[("csrf", &csrf)], foreign)
            .await;
        assert_eq!(answer.status, 403);
    });
}

#[test]
fn a_connection_is_undone_by_its_owner_or_by_a_security_administrator() {
    with(
        easy,
        |_| {},
        async |office, provider, _| {
            connected(&office, provider, "officer", SUBJECT).await;
            let browser = office.browser();
            sign_in(&browser, provider, SUBJECT).await;
            let page = browser.get("/me/security").await;
            let answer = browser.submit(&page, "/me/security/oidc/end", &[]).await;
            assert_eq!(goes_to(&answer), "/me/security?done=oidc_unlinked");
            says(&browser.follow(&answer).await, "尚未关联");
            let answer = sign_in(&office.browser(), provider, SUBJECT).await;
            says(&answer, "没有与这里的任何工作人员关联");

            connected(&office, provider, "colleague", SUBJECT).await;
            let id = staff::person_id("colleague");
            let head = office.browser();
            head.sign_in("head").await;
            let page = head.get("/me/security").await;
            let csrf = html::forms(page.text())[0].fields[0].1.clone();
            let fields = [("person", id.as_str()), ("csrf", csrf.as_str())];
            assert_eq!(head.post("/admin/accounts/oidc", &fields).await.status, 403);
            let security = office.browser();
            security.sign_in("security").await;
            let page = security.get("/admin/accounts").await;
            says(&page, "已关联统一身份认证");
            let fields = [("person", id.as_str())];
            let answer = security
                .submit(&page, "/admin/accounts/oidc", &fields)
                .await;
            assert_eq!(goes_to(&answer), "/admin/accounts?done=oidc_unlinked");
            let answer = sign_in(&office.browser(), provider, SUBJECT).await;
            assert_eq!(answer.status, 422);
            let undone = record(&office, "oidc.unlinked").await;
            assert_eq!(undone.len(), 2);
            let by: Vec<_> = undone.iter().map(|line| line["actor"].clone()).collect();
            assert!(by.contains(&json!(staff::person_id("security"))), "{by:?}");
        },
    );
}

#[test]
fn whoever_has_no_password_keeps_the_only_way_in() {
    with(
        easy,
        |_| {},
        async |office, provider, database| {
            connected(&office, provider, "officer", SUBJECT).await;
            // Accounts that come from a file have none.
            let forget = "UPDATE person SET password_hash = NULL WHERE login = 'officer'";
            database.back_door().await.run(forget).await;
            let browser = office.browser();
            sign_in(&browser, provider, SUBJECT).await;
            // What needs a fresh proof gets it at the provider, not by mail.
            let page = browser.get("/auth/confirm").await;
            assert!(page.text().contains("href=\"/auth/oidc/confirm\""));
            assert!(!page.text().contains("action=\"/auth/confirm\""));
            let page = browser.get("/me/security").await;
            let answer = browser.submit(&page, "/me/security/oidc/end", &[]).await;
            assert_eq!(answer.status, 422);
            says(&answer, "唯一的登录方式");
            assert_eq!(
                goes_to(&sign_in(&office.browser(), provider, SUBJECT).await),
                "/desk"
            );
        },
    );
}

#[test]
fn who_has_left_or_works_here_no_more_is_a_stranger() {
    on_each_office(async |office, provider| {
        connected(&office, provider, "stranger", SUBJECT).await;
        let path = format!("/api/v1/people/{}", staff::person_id("stranger"));
        let closing = json!({ "is_active": false });
        let closed = office.patch("system", &path, closing).await;
        assert_eq!(closed.good()["is_active"], false);
        let browser = office.browser();
        let answer = sign_in(&browser, provider, SUBJECT).await;
        assert_eq!(answer.status, 422);
        says(&answer, "没有与这里的任何工作人员关联");
        assert_eq!(why(&office, "sign_in").await, "no_staff");
        assert!(!is_in(&browser).await);
    });
}

#[test]
fn a_new_browser_is_told_of_and_replicas_share_what_is_under_way() {
    let told = || SignIn {
        device_mail: true,
        ..easy()
    };
    with(
        told,
        |_| {},
        async |office, provider, database| {
            connected(&office, provider, "officer", SUBJECT).await;
            let sent = office.browser();
            let answer = sent.get("/auth/oidc/start").await;
            let back = provider.admit(&answer, SUBJECT);
            // It comes back to another process, which has never heard of the provider.
            let beside = office.beside(database).await;
            let other = beside.browser();
            other.plant("gc-ticket", &sent.cookie("gc-ticket").unwrap());
            assert_eq!(goes_to(&other.get(&back).await), "/desk");
            office.turn().await;
            office.expect_letters(&[("officer", "new_device")]);
        },
    );
}

#[test]
fn without_a_provider_there_is_no_way_there() {
    crate::harness::office::on_each_office(async |office| {
        let browser = office.browser();
        let page = browser.get("/auth/sign-in").await;
        assert!(!page.text().contains("/auth/oidc"));
        for path in ["/auth/oidc/start", "/auth/oidc/callback?code=x&state=x"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
        browser.sign_in("officer").await;
        let page = browser.get("/me/security").await;
        assert!(!page.text().contains("/me/security/oidc"));
        for path in ["/auth/oidc/confirm", "/auth/oidc/leave", "/auth/oidc/link"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
    });
}
