//! Every way in: password, code and link by mail, authenticator, recovery codes, setup; and what must be proved
//! once more.

use actix_web::test::TestRequest;
use api::{
    config::{Profile, SignIn, Totp},
    totp::{Secret, step_of},
    usecase::setup::make_token,
};
use domain::{access::Role, id::PersonId, office::Person, text::Language};
use persistence::{StoreError, Tx};
use serde_json::json;

use crate::{
    harness::{
        browser::{Browser, form},
        html,
        office::{Answer, Office, easy, on_each_office, on_each_office_and_database},
        staff,
        store::{Database, on_each_database},
        zone::key,
    },
    session::pass,
};

const WRONG: &str = "not the right one";

fn on_each_strict_office(sign_in: fn() -> SignIn, test: impl AsyncFn(Office, &Database)) {
    on_each_database(async move |database| {
        test(Office::open_to(database, sign_in()).await, database).await;
    });
}

fn with_authenticators() -> SignIn {
    SignIn {
        totp: Totp::Required,
        ..easy()
    }
}

/// Sends login and password.
async fn send_password(browser: &Browser<'_>, login: &str, password: &str) -> Answer {
    let page = browser.get("/auth/sign-in").await;
    let fields = [("login", login), ("password", password)];
    browser.submit(&page, "/auth/sign-in", &fields).await
}

/// Types a mail address on the first page.
async fn send_mail(browser: &Browser<'_>, mail: &str) -> Answer {
    let page = browser.get("/auth/sign-in").await;
    browser
        .submit(&page, "/auth/sign-in", &[("login", mail)])
        .await
}

/// Sends a code to a step.
async fn send_code(browser: &Browser<'_>, step: &str, code: &str) -> Answer {
    browser.post(step, &[("otp", code)]).await
}

/// The code and the path of the link in the newest letter.
async fn letter(office: &Office) -> (String, String) {
    office.turn().await;
    let letters = office.new_letters();
    let letter = letters
        .iter()
        .find(|letter| letter.kind == "sign_in_code")
        .unwrap();
    let digits: Vec<char> = letter
        .subject
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let link = letter.text.split("http://gc.example").nth(1).unwrap();
    let link = link.split_whitespace().next().unwrap();
    (digits.iter().collect(), link.to_owned())
}

fn goes_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap()
}

fn says(answer: &Answer, words: &str) {
    let text = html::text(answer.text());
    assert!(text.contains(words), "{words} in {} {text}", answer.status);
}

#[test]
fn an_investor_types_a_mail_address_and_the_code_that_comes() {
    on_each_office(async |office| {
        let browser = office.browser();
        let answer = send_mail(&browser, "Investor@Zone.example ").await;
        assert_eq!(goes_to(&answer), "/auth/code");
        let page = browser.follow(&answer).await;
        assert!(page.text().contains("autocomplete=\"one-time-code\""));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        let (code, _) = letter(&office).await;
        assert_eq!(code.len(), 6);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        let answer = send_code(&browser, "/auth/code", &spaced).await;
        assert_eq!(goes_to(&answer), "/projects");
        assert_eq!(browser.follow(&answer).await.status, 200);
        // Once is enough.
        let again = office.browser();
        again.plant("gc-ticket", &browser.cookie_before("gc-ticket").unwrap());
        says(&send_code(&again, "/auth/code", &code).await, "已经用过");
    });
}

#[test]
fn five_wrong_codes_make_the_right_one_worthless() {
    on_each_office(async |office| {
        let browser = office.browser();
        send_mail(&browser, "investor@zone.example").await;
        let (code, link) = letter(&office).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _try in 0..5 {
            let answer = send_code(&browser, "/auth/code", wrong).await;
            assert_eq!(answer.status, 422);
            says(&answer, "验证码不正确");
        }
        let answer = send_code(&browser, "/auth/code", &code).await;
        assert_ne!(answer.status, 303);
        assert_eq!(browser.get("/projects").await.status, 303);
        // From another network the code is void all the same; its link, which nobody can guess, is good.
        let other = office.browser();
        other.plant("gc-ticket", &browser.cookie_before("gc-ticket").unwrap());
        let request = TestRequest::post()
            .uri("/auth/code")
            .insert_header((
                "Cookie",
                format!("gc-ticket={}", other.cookie("gc-ticket").unwrap()),
            ))
            .set_form([("otp", &code)]);
        let answer = office.call_from("198.51.100.9", request).await;
        says(&answer, "已作废");
        let page = other.get(&link).await;
        let answer = other.submit(&page, "/auth/link", &[]).await;
        assert_eq!(goes_to(&answer), "/projects");
    });
}

#[test]
fn looking_at_a_link_changes_nothing_and_pressing_the_button_works_once_on_any_device() {
    on_each_office(async |office| {
        send_mail(&office.browser(), "investor@zone.example").await;
        let (_, link) = letter(&office).await;
        // A program that reads mail follows the link, as often as it likes.
        for _look in 0..3 {
            let page = office.browser().get(&link).await;
            assert_eq!(page.status, 200);
            assert!(!page.headers.iter().any(|(name, _)| name == "set-cookie"));
            assert!(!page.text().contains("http-equiv=\"refresh\""));
        }
        let phone = office.browser();
        let page = phone.get(&link).await;
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(form(&page, "/auth/link").fields.len(), 2);
        let answer = phone.submit(&page, "/auth/link", &[]).await;
        assert_eq!(goes_to(&answer), "/projects");
        let again = office.browser().submit(&page, "/auth/link", &[]).await;
        assert_eq!(again.status, 422);
        says(&again, "已经用过");
        says(&office.browser().get(&link).await, "已经用过");
    });
}

#[test]
fn a_code_is_good_for_ten_minutes_and_a_link_for_fifteen() {
    on_each_office(async |office| {
        let browser = office.browser();
        send_mail(&browser, "investor@zone.example").await;
        let (code, link) = letter(&office).await;
        pass(&office, 10);
        says(&send_code(&browser, "/auth/code", &code).await, "已过期");
        pass(&office, 4);
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        pass(&office, 1);
        says(&browser.submit(&page, "/auth/link", &[]).await, "已过期");
        // A letter that the relay would take only now is not written any more.
        send_mail(&browser, "investor@zone.example").await;
        pass(&office, 10);
        office.turn().await;
        assert_eq!(office.new_letters().len(), 0);
    });
}

#[test]
fn nobody_learns_from_the_first_page_who_has_an_account() {
    on_each_office(async |office| {
        let ask = async |mail: &str| {
            let browser = office.browser();
            let answer = send_mail(&browser, mail).await;
            let page = browser.follow(&answer).await;
            let wrong = send_code(&browser, "/auth/code", "12345").await;
            (page.text().to_owned(), wrong.text().to_owned())
        };
        let known = ask("investor@zone.example").await;
        assert_eq!(known, ask("nobody@zone.example").await);
        // Staff has other ways, and a stranger does not learn who is staff.
        assert_eq!(known, ask("officer@zone.example").await);
        office.turn().await;
        office.expect_letters(&[("investor", "sign_in_code")]);
    });
}

#[test]
fn the_sixth_letter_within_a_quarter_of_an_hour_is_not_sent() {
    on_each_office(async |office| {
        for _letter in 0..5 {
            let answer = send_mail(&office.browser(), "investor@zone.example").await;
            assert_eq!(goes_to(&answer), "/auth/code");
        }
        let answer = send_mail(&office.browser(), "investor@zone.example").await;
        assert_eq!(answer.status, 429);
        office.turn().await;
        assert_eq!(office.new_letters().len(), 5);
    });
}

#[test]
fn a_stranger_in_the_same_network_shuts_no_door_but_the_own() {
    on_each_office_and_database(async |office, database| {
        let owner = office.browser();
        owner.sign_in("officer").await;
        let twin = office.twin(database).await;
        // Tries at either replica count together.
        for _try in 0..3 {
            assert_eq!(
                send_password(&office.browser(), "officer", WRONG)
                    .await
                    .status,
                422
            );
        }
        let stranger = twin.browser();
        for _try in 0..2 {
            assert_eq!(send_password(&stranger, "officer", WRONG).await.status, 422);
        }
        assert_eq!(
            send_password(&stranger, "officer", staff::PASSWORD)
                .await
                .status,
            429
        );
        assert_eq!(
            send_password(&office.browser(), "officer", WRONG)
                .await
                .status,
            429
        );
        // Who is in stays in, and comes in again with the browser that is known.
        let desk = owner.get("/desk").await;
        assert_eq!(desk.status, 200);
        owner.submit(&desk, "/auth/sign-out", &[]).await;
        let answer = send_password(&owner, "officer", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/desk");
        // A made-up browser is none that is known.
        let liar = office.browser();
        liar.plant("gc-device", "made-up");
        assert_eq!(send_password(&liar, "officer", WRONG).await.status, 429);
        // Looking at pages gives no try back.
        for _look in 0..10 {
            stranger.get("/auth/sign-in").await;
        }
        assert_eq!(send_password(&stranger, "officer", WRONG).await.status, 429);
        // The second time the door stays shut twice as long.
        for clock in [&office.app.clock, &twin.app.clock] {
            clock.set(office.app.now().max(twin.app.now()));
        }
        pass(&office, 15);
        for _try in 0..5 {
            assert_eq!(
                send_password(&office.browser(), "officer", WRONG)
                    .await
                    .status,
                422
            );
        }
        pass(&office, 29);
        assert_eq!(
            send_password(&office.browser(), "officer", WRONG)
                .await
                .status,
            429
        );
        pass(&office, 1);
        assert_eq!(
            send_password(&office.browser(), "officer", WRONG)
                .await
                .status,
            422
        );
    });
}

#[test]
fn of_sixty_four_guesses_at_once_five_are_looked_at() {
    on_each_office(async |office| {
        let guess = async |_number| {
            let body = json!({ "login": "officer", "password": WRONG });
            let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
            office.call(request).await.status
        };
        let heard = futures_util::future::join_all((0..64).map(guess)).await;
        let looked_at = heard.iter().filter(|status| **status == 401).count();
        let refused = heard.iter().filter(|status| **status == 429).count();
        assert_eq!((looked_at, refused), (5, 59));
    });
}

/// The secret that a page offers, as somebody types it into an authenticator.
fn offered(page: &Answer) -> Secret {
    let tags = html::tags(page.text());
    let typed = &tags.iter().find(|tag| tag.name == "code").unwrap().text;
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = typed
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| u8::try_from(letters.find(letter).unwrap()).unwrap())
        .flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1))
        .collect();
    let bytes: Vec<u8> = bits
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit))
        .collect();
    Secret::of(bytes.try_into().unwrap())
}

fn code_now(office: &Office, secret: &Secret) -> String {
    secret.code(step_of(office.app.now()))
}

/// Signs in for the first time and sets an authenticator up; gives its secret and the recovery codes.
pub(crate) async fn enrol(
    office: &Office,
    browser: &Browser<'_>,
    login: &str,
) -> (Secret, Vec<String>) {
    let answer = send_password(browser, login, staff::PASSWORD).await;
    assert_eq!(goes_to(&answer), "/auth/enrol");
    let page = browser.follow(&answer).await;
    assert!(page.text().contains("<svg class=\"qr\""));
    let secret = offered(&page);
    let done = browser
        .submit(&page, "/auth/enrol", &[("otp", &code_now(office, &secret))])
        .await;
    assert_eq!(done.status, 200, "{}", done.text());
    let tags = html::tags(done.text());
    let codes = tags.iter().filter(|tag| tag.name == "code");
    (secret, codes.map(|tag| tag.text.clone()).collect())
}

#[test]
fn staff_sets_an_authenticator_up_at_the_first_sign_in_and_needs_it_ever_after() {
    on_each_strict_office(with_authenticators, async |office, database| {
        let browser = office.browser();
        let (secret, codes) = enrol(&office, &browser, "officer").await;
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 29), "{codes:?}");
        assert_eq!(browser.get("/desk").await.status, 200);
        // The code that set it up is used, and so is every older one.
        let other = office.browser();
        let answer = send_password(&other, "officer", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/auth/totp");
        assert_eq!(other.get("/desk").await.status, 303);
        let used = code_now(&office, &secret);
        let older = secret.code(step_of(office.app.now()) - 1);
        for code in [&used, &older] {
            let answer = send_code(&other, "/auth/totp", code).await;
            assert_eq!(answer.status, 422);
            says(&answer, "验证码不正确");
        }
        // A clock may be half a minute ahead.
        let next = secret.code(step_of(office.app.now()) + 1);
        let answer = send_code(&other, "/auth/totp", &next).await;
        assert_eq!(goes_to(&answer), "/desk");
        // An investor is not asked.
        let answer = send_password(&office.browser(), "investor", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/projects");
        // Nothing in the table gives the secret away.
        let mut back_door = database.back_door().await;
        let of = if database.is_sqlite() {
            "hex(totp_secret)"
        } else {
            "encode(totp_secret, 'hex')"
        };
        let kept = back_door
            .lines(&format!(
                "SELECT {of} AS line FROM credential WHERE totp_secret IS NOT NULL"
            ))
            .await;
        let open: String = secret.typed_form().replace(' ', "");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].len(), 2 * (1 + 12 + 20 + 16), "{open}");
    });
}

#[test]
fn the_api_asks_for_the_second_factor_too() {
    on_each_strict_office(with_authenticators, async |office, _| {
        let ask = async |otp: Option<&str>| {
            let body = json!({ "login": "officer", "password": staff::PASSWORD, "otp": otp });
            let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
            office.call(request).await
        };
        let bare = ask(None).await;
        assert_eq!(bare.failure(), (403, "auth.enrolment_needed".into()));
        let (secret, codes) = enrol(&office, &office.browser(), "officer").await;
        assert_eq!(ask(None).await.failure(), (401, "auth.code_needed".into()));
        assert_eq!(
            ask(Some("000000")).await.failure(),
            (401, "auth.wrong_code".into())
        );
        pass(&office, 1);
        let code = code_now(&office, &secret);
        assert_eq!(ask(Some(&code)).await.status, 200);
        assert_eq!(ask(Some(&code)).await.status, 401, "used");
        assert_eq!(ask(Some(&codes[3])).await.status, 200);
        assert_eq!(ask(Some(&codes[3])).await.status, 401, "used");
    });
}

#[test]
fn of_sixty_four_uses_of_one_code_at_once_one_is_taken() {
    on_each_strict_office(with_authenticators, async |office, _| {
        let (secret, codes) = enrol(&office, &office.browser(), "officer").await;
        pass(&office, 1);
        for otp in [code_now(&office, &secret), codes[0].clone()] {
            let ask = async |_number| {
                let body = json!({ "login": "officer", "password": staff::PASSWORD, "otp": otp });
                let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
                office.call(request).await.status
            };
            let heard = futures_util::future::join_all((0..64).map(ask)).await;
            let taken = heard.iter().filter(|status| **status == 200).count();
            assert_eq!(taken, 1, "{heard:?}");
            pass(&office, 60 * 24);
        }
    });
}

#[test]
fn a_recovery_code_signs_in_once_as_it_is_read_aloud() {
    on_each_strict_office(with_authenticators, async |office, _| {
        let (_, codes) = enrol(&office, &office.browser(), "officer").await;
        let typed = codes[0].to_lowercase().replace('-', " ");
        let browser = office.browser();
        send_password(&browser, "officer", staff::PASSWORD).await;
        let answer = send_code(&browser, "/auth/totp", &typed).await;
        assert_eq!(goes_to(&answer), "/desk");
        says(&browser.get("/me/security").await, "还有 9 个恢复码");
        let again = office.browser();
        send_password(&again, "officer", staff::PASSWORD).await;
        assert_eq!(send_code(&again, "/auth/totp", &typed).await.status, 422);
        // Somebody else's code is none of one's own.
        let (_, others) = enrol(&office, &office.browser(), "head").await;
        assert_eq!(
            send_code(&again, "/auth/totp", &others[0]).await.status,
            422
        );
    });
}

#[test]
fn a_lost_authenticator_takes_two_security_administrators() {
    on_each_strict_office(with_authenticators, async |office, _| {
        add_person(&office, "second", Role::SecurityAdministrator).await;
        let officer = office.browser();
        enrol(&office, &officer, "officer").await;
        let (first, second) = (office.browser(), office.browser());
        enrol(&office, &first, "security").await;
        enrol(&office, &second, "second").await;
        let person = staff::person_id("officer");
        let ask = async |browser: &Browser<'_>| {
            let page = browser.get("/admin/accounts").await;
            let fields = [("person", person.as_str())];
            browser
                .submit(&page, "/admin/accounts/second-factor", &fields)
                .await
        };
        let asked = "/admin/accounts?done=reset_asked";
        assert_eq!(goes_to(&ask(&first).await), asked);
        // The same one twice is one.
        assert_eq!(goes_to(&ask(&first).await), asked);
        assert_eq!(officer.get("/desk").await.status, 200);
        assert_eq!(
            goes_to(&ask(&second).await),
            "/admin/accounts?done=reset_done"
        );
        assert_eq!(officer.get("/desk").await.status, 303);
        let answer = send_password(&officer, "officer", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/auth/enrol");
        // Officers have no business there.
        let head = office.browser();
        enrol(&office, &head, "head").await;
        assert_eq!(head.get("/admin/accounts").await.status, 403);
    });
}

async fn add_person(office: &Office, login: &str, role: Role) {
    let person = Person {
        id: PersonId(key(7, 900)),
        login: login.to_owned(),
        name: "安全二".into(),
        email: None,
        phone: None,
        language: Language::Zh,
        unit: None,
        roles: [role].into(),
        is_active: true,
    };
    let zone = office.app.zone;
    let added: Result<(), StoreError> = office
        .app
        .store
        .write(async move |tx: &mut Tx| {
            tx.add_person(zone, &person, Some(staff::PASSWORD_HASH))
                .await
        })
        .await;
    added.unwrap();
}

#[test]
fn a_changed_password_ends_every_other_session() {
    on_each_office(async |office| {
        let (here, there) = (office.browser(), office.browser());
        here.sign_in("officer").await;
        there.sign_in("officer").await;
        let page = here.get("/me/security").await;
        let change = async |current: &str, new: &str| {
            let fields = [("current_password", current), ("new_password", new)];
            here.submit(&page, "/me/security/password", &fields).await
        };
        let new = "Tr4velling-otter-of-the-north";
        for (current, new, words) in [
            (WRONG, new, "账号或密码不正确"),
            (staff::PASSWORD, "short", "至少 12 个字符"),
            (staff::PASSWORD, "PasswordPassword1", "常见的密码"),
            (staff::PASSWORD, "officer-4711-x7Kq", "不能包含姓名"),
            (staff::PASSWORD, "x7Kq 示例开发区 zz", "不能包含姓名"),
            (staff::PASSWORD, staff::PASSWORD, "不能与当前密码相同"),
        ] {
            let answer = change(current, new).await;
            assert_eq!(answer.status, 422);
            says(&answer, words);
            assert!(!answer.text().contains("4711"));
        }
        assert_eq!(there.get("/desk").await.status, 200);
        let old_cookie = here.cookie("gc").unwrap();
        let answer = change(staff::PASSWORD, new).await;
        assert_eq!(goes_to(&answer), "/me/security?done=password_changed");
        assert_eq!(here.get("/desk").await.status, 200);
        assert_ne!(here.cookie("gc"), Some(old_cookie.clone()));
        assert_eq!(there.get("/desk").await.status, 303);
        let thief = office.browser();
        thief.plant("gc", &old_cookie);
        assert_eq!(thief.get("/desk").await.status, 303);
        assert_eq!(
            send_password(&there, "officer", staff::PASSWORD)
                .await
                .status,
            422
        );
        assert_eq!(
            goes_to(&send_password(&there, "officer", new).await),
            "/desk"
        );
        // Over the API everything ends.
        let body = json!({ "current_password": new, "new_password": "x7Kq-otter-upon-otter" });
        let request = TestRequest::put().uri("/api/v1/me/password").set_json(body);
        let token = office.token_with("officer", new).await;
        let request = request.insert_header(("Authorization", format!("Bearer {token}")));
        assert_eq!(office.call(request).await.status, 204);
        assert_eq!(here.get("/desk").await.status, 303);
    });
}

#[test]
fn what_could_lock_the_owner_out_wants_a_proof_of_the_last_five_minutes() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        pass(&office, 5);
        let page = browser.get("/me/security").await;
        pass(&office, 1);
        let new = "Tr4velling-otter-of-the-north";
        let fields = [("current_password", staff::PASSWORD), ("new_password", new)];
        let answer = browser
            .submit(&page, "/me/security/password", &fields)
            .await;
        assert_eq!(goes_to(&answer), "/auth/confirm?next=/me/security");
        let page = browser.follow(&answer).await;
        let wrong = browser
            .submit(&page, "/auth/confirm", &[("password", WRONG)])
            .await;
        assert_eq!(wrong.status, 422);
        let before = browser.cookie("gc");
        let right = [("password", staff::PASSWORD)];
        let answer = browser.submit(&page, "/auth/confirm", &right).await;
        assert_eq!(goes_to(&answer), "/me/security?done=confirmed");
        assert_ne!(browser.cookie("gc"), before, "another secret from here on");
        let page = browser.follow(&answer).await;
        let answer = browser
            .submit(&page, "/me/security/password", &fields)
            .await;
        assert_eq!(goes_to(&answer), "/me/security?done=password_changed");
        // The absolute end stays where it was.
        pass(&office, 12 * 60 - 7);
        assert_eq!(browser.get("/desk").await.status, 303);
    });
}

#[test]
fn an_old_password_is_announced_and_then_changed_on_the_way_in() {
    let mlps = || SignIn {
        passwords: Profile::Mlps,
        ..easy()
    };
    on_each_strict_office(mlps, async |office, _| {
        let browser = office.browser();
        assert_eq!(
            goes_to(&send_password(&browser, "officer", staff::PASSWORD).await),
            "/desk"
        );
        pass(&office, 75 * 24 * 60);
        let answer = send_password(&browser, "officer", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/desk?done=password_ends");
        says(&browser.follow(&answer).await, "密码即将到期");
        pass(&office, 15 * 24 * 60);
        let answer = send_password(&browser, "officer", staff::PASSWORD).await;
        assert_eq!(goes_to(&answer), "/auth/password");
        assert_eq!(browser.get("/desk").await.status, 303);
        let body = json!({ "login": "officer", "password": staff::PASSWORD });
        let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
        let api = office.call(request).await;
        assert_eq!(api.failure(), (403, "auth.password_over".into()));
        let page = browser.follow(&answer).await;
        let plain = [("new_password", "travelling otters of the north")];
        says(
            &browser.submit(&page, "/auth/password", &plain).await,
            "至少要有三种",
        );
        let good = [("new_password", "Tr4velling-otter")];
        let answer = browser.submit(&page, "/auth/password", &good).await;
        assert_eq!(goes_to(&answer), "/desk");
        let answer = send_password(&browser, "officer", "Tr4velling-otter").await;
        assert_eq!(goes_to(&answer), "/desk");
    });
}

#[test]
fn a_letter_tells_of_a_browser_that_was_not_known() {
    let telling = || SignIn {
        device_mail: true,
        ..easy()
    };
    on_each_strict_office(telling, async |office, _| {
        let first = office.browser();
        first.sign_in("officer").await;
        first.sign_in("officer").await;
        office.turn().await;
        office.expect_letters(&[]);
        office.browser().sign_in("officer").await;
        office.turn().await;
        let letters = office.expect_letters(&[("officer", "new_device")]);
        assert!(letters[0].text.contains("192.0.2.7"), "{}", letters[0].text);
        // A shared computer that another knows is new to this one.
        first.sign_in("head").await;
        office.browser().sign_in("head").await;
        office.turn().await;
        office.expect_letters(&[("head", "new_device")]);
    });
}

#[test]
fn a_setup_token_makes_one_administrator_within_a_day() {
    on_each_office(async |office| {
        let make = async |role| {
            let (keys, ids) = (&office.app.keys, &office.app.ids);
            let made = make_token(
                &office.app.store,
                office.app.zone,
                (keys, ids, role),
                office.app.now(),
            );
            made.await.unwrap()
        };
        let token = make(Role::SecurityAdministrator).await;
        assert_eq!(token.len(), 26);
        let browser = office.browser();
        let page = browser.get("/setup").await;
        let typed = async |token: &str, login: &str, password: &str| {
            let fields = [
                ("token", token),
                ("login", login),
                ("name", "安全首席"),
                ("new_password", password),
            ];
            browser.submit(&page, "/setup", &fields).await
        };
        let good = "Tr4velling-otter";
        says(&typed("WRONG", "first", good).await, "令牌不正确");
        says(&typed(&token, "first", "short").await, "至少 12 个字符");
        says(&typed(&token, "officer", good).await, "已有人使用");
        assert_eq!(typed("", "", "").await.status, 422);
        let answer = typed(&token.to_lowercase(), "first", good).await;
        assert_eq!(goes_to(&answer), "/auth/sign-in?with=password&done=set_up");
        says(&typed(&token, "again", good).await, "令牌不正确");
        let answer = send_password(&browser, "first", good).await;
        browser.follow(&answer).await;
        assert_eq!(browser.get("/admin/accounts").await.status, 200);
        // The next day it is worth nothing.
        let late = make(Role::SystemAdministrator).await;
        pass(&office, 24 * 60);
        says(&typed(&late, "late", good).await, "令牌不正确");
    });
}
