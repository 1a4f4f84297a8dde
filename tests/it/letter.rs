//! Letters: in whose words, at which hours, and whether they say what they should.

use time::macros::{date, datetime};

use crate::harness::{html, letter::Letter, office::on_each_office, staff};

#[test]
fn everybody_reads_a_letter_in_their_own_language() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office
            .note("recruiter", &project, "G01", "材料齐全，待会签")
            .await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        let letters = office.new_letters();
        let find = |to: &str| {
            let found = letters
                .iter()
                .find(|letter| letter.listed() == (to, "yellow"));
            found.unwrap().clone()
        };
        let (chinese, english) = (find("recruiter"), find("chief"));
        assert!(
            chinese
                .subject
                .starts_with("【督办·超期 1 个工作日】GC-2026-0001 绿色通道认定"),
            "{}",
            chinese.subject
        );
        assert!(
            english
                .subject
                .starts_with("[Overdue 1 working day] GC-2026-0001 Green-channel admission"),
            "{}",
            english.subject
        );
        for letter in [&chinese, &english] {
            for said in [
                "海龙精密三期",
                "GC-2026-0001",
                "材料齐全，待会签",
                "0000-12345",
            ] {
                assert!(letter.text.contains(said), "{said}: {}", letter.text);
                assert!(
                    html::text(&letter.html).contains(said),
                    "{said}: {}",
                    letter.html
                );
            }
        }
        assert!(
            chinese.text.contains("招商丙，您收到此信"),
            "{}",
            chinese.text
        );
        assert!(english.text.contains("Charles Chief"), "{}", english.text);
        assert!(
            chinese.html.contains("lang=\"zh-Hans\""),
            "{}",
            chinese.html
        );
        assert!(english.html.contains("lang=\"en\""), "{}", english.html);
    });
}

#[test]
fn both_parts_of_a_letter_say_the_same() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 10)).await;
        let letters = office.new_letters();
        assert_eq!(letters.len(), 6);
        for letter in &letters {
            let page: String = squeezed(&html::text(&letter.html));
            for line in letter.text.lines().filter(|line| !line.trim().is_empty()) {
                // A heading of one part is a row of the other: every word must be there.
                for word in line.split(|c: char| c.is_whitespace() || "：:（）()".contains(c)) {
                    let word = squeezed(word);
                    let is_link = word.contains("http");
                    assert!(
                        is_link || page.contains(&word),
                        "{word:?} of {line:?} is not in the page of {letter:#?}"
                    );
                }
            }
        }
    });
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_links_of_a_letter_lead_where_they_say() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 10)).await;
        let letters = office.new_letters();
        for letter in &letters {
            for link in links(letter) {
                // The reader is not signed in yet: signing in leads on to what the letter is about.
                let browser = office.browser();
                let door = browser.get(&link).await;
                let door = browser.follow(&door).await;
                let fields = [("login", letter.to.as_str()), ("password", staff::PASSWORD)];
                let entered = browser.submit(&door, "/auth/sign-in", &fields).await;
                assert_eq!(
                    entered.header("location"),
                    Some(link.as_str()),
                    "{letter:#?}"
                );
                let page = browser.follow(&entered).await;
                assert_eq!(page.status, 200, "{link} for {}", letter.to);
                assert!(page.text().contains(&project.code), "{link}");
            }
        }
        // Somebody else's address is no place to be sent to.
        let browser = office.browser();
        for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            let door = browser
                .get(&format!("/auth/sign-in?next={elsewhere}"))
                .await;
            let fields = [
                ("login", "officer"),
                ("password", staff::PASSWORD),
                ("next", elsewhere),
            ];
            let entered = browser.submit(&door, "/auth/sign-in", &fields).await;
            assert_eq!(entered.header("location"), Some("/desk"), "{elsewhere}");
        }
    });
}

/// The paths of the links in the text of a letter.
fn links(letter: &Letter) -> Vec<String> {
    let found = letter.text.match_indices("http://gc.example/");
    let paths: Vec<String> = found
        .map(|(at, host)| {
            let path = &letter.text[at + host.len() - 1..];
            let end = path
                .find(|c: char| !c.is_ascii_alphanumeric() && !"/_-".contains(c))
                .unwrap_or(path.len());
            path[..end].to_owned()
        })
        .collect();
    assert!(!paths.is_empty(), "{letter:#?}");
    paths
}

#[test]
fn letters_wait_for_the_hours_of_the_office() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 03)).await;
        office.expect_letters(&[("recruiter", "remind")]);
        // The promise has been missed since midnight; the rung is decided, the letters wait.
        let turn = office.pass_to_instant(datetime!(2026-03-05 00:05 +8)).await;
        assert_eq!((turn.swept.fired.len(), turn.swept.queued), (1, 3));
        office
            .pass_to_instant(datetime!(2026-03-05 08:29:59 +8))
            .await;
        office.expect_letters(&[]);
        office.pass_to_instant(datetime!(2026-03-05 08:30 +8)).await;
        assert_eq!(office.new_letters().len(), 3);
        // A worker that was down all day finds the silence on Friday evening: it can wait for Monday.
        let turn = office.pass_to_instant(datetime!(2026-03-06 18:00 +8)).await;
        assert_eq!(turn.swept.fired.len(), 1);
        for at in [
            datetime!(2026-03-07 10:00 +8),
            datetime!(2026-03-08 10:00 +8),
            datetime!(2026-03-09 08:00 +8),
        ] {
            office.pass_to_instant(at).await;
            office.expect_letters(&[]);
        }
        office.pass_to_instant(datetime!(2026-03-09 08:30 +8)).await;
        office.expect_letters(&[("recruiter", "silence")]);
    });
}

#[test]
fn a_letter_whose_reason_has_gone_is_not_sent() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 03)).await;
        office.new_letters();
        office.pass_to_instant(datetime!(2026-03-05 00:05 +8)).await;
        // Finished before the office opens.
        office.app.clock.set(datetime!(2026-03-05 08:00 +8));
        office.complete("recruiter", &project, "G01").await;
        let turn = office.pass_to_instant(datetime!(2026-03-05 08:30 +8)).await;
        assert_eq!(turn.delivered.cancelled, 3);
        office.expect_letters(&[]);
    });
}

#[test]
fn the_new_officer_is_told_at_once_and_the_one_who_accepts_is_not() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.assign("head", (&project, "P01"), "officer").await;
        office.turn().await;
        let letters = office.expect_letters(&[("officer", "assigned")]);
        assert!(
            letters[0].text.contains(staff::name_of("head")),
            "{letters:#?}"
        );
        office.accept("officer", &project, "P01").await;
        office.turn().await;
        office.expect_letters(&[]);
        office.assign("head", (&project, "P01"), "colleague").await;
        office.turn().await;
        office.expect_letters(&[("colleague", "assigned")]);
    });
}

#[test]
fn a_letter_carries_the_headers_of_a_machine() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        let letters = office.new_letters();
        let mut roots = Vec::new();
        for letter in &letters {
            let header = |name: &str| {
                let unfolded = letter.headers.replace("\r\n ", " ");
                let line = unfolded
                    .lines()
                    .find(|line| line.starts_with(&format!("{name}: ")));
                let line = line.unwrap_or_else(|| panic!("no {name}: {}", letter.headers));
                line[name.len() + 2..].to_owned()
            };
            assert_eq!(header("Auto-Submitted"), "auto-generated");
            assert_eq!(header("X-Auto-Response-Suppress"), "DR, OOF, AutoReply");
            assert!(header("Message-ID").ends_with("@gc.example>"));
            assert!(header("List-Id").contains("project."));
            assert_eq!(header("In-Reply-To"), header("References"));
            assert!(!letter.headers.contains("Precedence"));
            assert!(header("To").contains(&staff::address_of(&letter.to)));
            roots.push(header("References"));
        }
        roots.dedup();
        assert_eq!(
            roots.len(),
            1,
            "letters about one stage stand in one thread"
        );
    });
}
