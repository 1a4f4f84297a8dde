//! Every letter in every language: golden files, and what must hold for all of them.

use std::{fs, path::PathBuf};

use domain::{
    ladder::{Audience, Rung},
    text::Language,
};

use super::{Letter, NextRung, OneLine, Rendered, Standing, render};
use crate::letter::wording::{SUBJECT_HALVES_MAX, halves};

mod sample;

const PUBLIC_URL: &str = "https://gc.example.gov.cn/";
/// More links look like advertising to the filters of mail providers.
const LINKS_MAX: usize = 4;

/// Compares with `golden/{name}`; `UPDATE_GOLDEN=1` writes the file instead.
fn check_file(name: &str, got: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, got).unwrap();
    }
    let want = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        got, want,
        "{name} differs; UPDATE_GOLDEN=1 rewrites it, then read the difference"
    );
}

/// What a reader of the HTML reads: no head, no tags, no entities.
fn words_of_html(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut words = String::new();
    for piece in body.split('<').skip(1) {
        words.push_str(piece.split_once('>').unwrap().1);
    }
    let mut plain = words.replace("&nbsp;", "");
    for (entity, letter) in [
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
    ] {
        plain = plain.replace(entity, letter);
    }
    bare(&plain)
}

/// Without what only divides: spaces, and the colons between label and value.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, ':' | '：' | '·'))
        .collect()
}

/// The HTML shows the badge on the right of the sender and the label of the button without a colon;
/// apart from that both say the same words in the same order.
fn assert_same_words(letter: &Rendered) {
    assert_eq!(words_of_html(&letter.html), bare(&letter.text));
}

fn assert_sound(letter: &Rendered, language: Language) {
    let Rendered {
        subject,
        text,
        html,
    } = letter;
    for part in [subject, text, html] {
        for flaw in [
            "{{", "{%", "}}", "None", "Some(", "  ,", " 。", "。。", "..",
        ] {
            assert!(!part.contains(flaw), "{flaw:?} in {part}");
        }
    }
    assert!(!subject.contains(['\n', '\r']), "{subject:?}");
    assert!(!text.contains("\n\n\n"), "{text}");
    assert!(text.lines().all(|line| line == line.trim()), "{text}");
    assert!(!text.contains("  "), "{text}");
    match language {
        Language::Zh => assert!(halves(subject) <= SUBJECT_HALVES_MAX, "{subject}"),
        Language::En => {
            let has_hanzi = text
                .chars()
                .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
            assert!(!has_hanzi, "{text}");
            assert!(!text.contains(" 1 working days") && !text.contains("(1 working days"));
        }
    }
    assert_same_words(letter);
    let targets: Vec<&str> = html
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(!targets.is_empty() && targets.len() <= LINKS_MAX);
    assert!(targets.iter().all(|link| link.starts_with(PUBLIC_URL)));
    assert!(
        targets.iter().all(|link| text.contains(link)),
        "a link in full"
    );
    assert!(text.matches("://").count() <= LINKS_MAX);
    assert_eq!(
        text.matches("://").count(),
        text.matches(PUBLIC_URL).count()
    );
    for foreign in ["<img", "<script", "<link", "url(", "src=", "http:"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
}

#[test]
fn every_letter_in_every_language_is_as_in_its_golden_file() {
    for language in Language::ALL {
        for (name, letter) in &sample::named(language) {
            let rendered = render(letter, language).unwrap();
            let (subject, text, html) = (&rendered.subject, &rendered.text, &rendered.html);
            let code = match language {
                Language::Zh => "zh",
                Language::En => "en",
            };
            assert_sound(&rendered, language);
            check_file(
                &format!("{name}.{code}.subject.txt"),
                &format!("{subject}\n"),
            );
            check_file(&format!("{name}.{code}.txt"), &format!("{text}\n"));
            check_file(&format!("{name}.{code}.html"), &format!("{html}\n"));
        }
    }
    let kept = fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")).unwrap();
    assert_eq!(
        kept.count(),
        (Rung::LADDER.len() + 10 + sample::NEWS.len()) * 6,
        "a golden file without a letter"
    );
}

/// All facts that change sentences, in all combinations.
#[test]
fn no_combination_of_facts_makes_a_broken_letter() {
    let audiences = [
        Audience::Officer,
        Audience::Head,
        Audience::Steward,
        Audience::EfficacyOffice,
        Audience::Leader,
    ];
    let standings = [
        Standing::NotRunning,
        Standing::Left(0),
        Standing::Left(1),
        Standing::Overdue(0),
        Standing::Overdue(1),
        Standing::Overdue(999),
    ];
    for rung in Rung::LADDER {
        for standing in standings {
            for (bits, audience) in (0..64_u32).zip(audiences.into_iter().cycle()) {
                for language in Language::ALL {
                    let mut letter = sample::escalation(rung, language);
                    letter.audience = audience;
                    letter.promise.standing = standing;
                    sample::thin_out(&mut letter, bits);
                    let letter = Letter::Escalation(Box::new(letter));
                    assert_sound(&render(&letter, language).unwrap(), language);
                }
            }
        }
    }
}

/// What moved, how, and how many more there are.
#[test]
fn no_combination_of_moved_dates_makes_a_broken_letter() {
    for language in Language::ALL {
        for bits in 0..64_u32 {
            let mut letter = sample::calendar(language);
            let has = |bit: u32| bits & 1 << bit != 0;
            let moved = &mut letter.moves[1];
            moved.old = moved.old.filter(|_| has(0));
            moved.new = moved.new.filter(|_| has(1));
            moved.old_statutory = moved.old_statutory.filter(|_| has(2));
            moved.working_days = moved.working_days.filter(|_| has(3));
            if has(4) {
                letter.note = OneLine::default();
            }
            if has(5) {
                letter.count = 3;
            }
            let letter = Letter::CalendarChanged(Box::new(letter));
            assert_sound(&render(&letter, language).unwrap(), language);
        }
    }
}

#[test]
fn first_why_then_what_then_otherwise_then_facts() {
    for (language, order) in [
        (
            Language::Zh,
            [
                "您收到此信",
                "要做的事",
                "签收：https://",
                "若在 10月19日前",
                "项目：",
                "打开环节：",
                "服务热线",
            ],
        ),
        (
            Language::En,
            [
                "you get this letter because",
                "What to do:",
                "Acknowledge: https://",
                "If it is neither finished",
                "Project:",
                "Open the stage:",
                "Hotline",
            ],
        ),
    ] {
        let letter = Letter::Escalation(Box::new(sample::escalation(Rung::Yellow, language)));
        let text = render(&letter, language).unwrap().text;
        let places: Vec<usize> = order
            .iter()
            .map(|words| text.find(words).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
    }
}

#[test]
fn one_stage_has_one_subject_core_on_every_rung() {
    for language in Language::ALL {
        let mut cores: Vec<String> = Rung::LADDER
            .iter()
            .map(|&rung| {
                let letter = Letter::Escalation(Box::new(sample::escalation(rung, language)));
                let subject = render(&letter, language).unwrap().subject;
                let start = subject.find("GC-2026-0038").unwrap();
                let end = subject.find(" — ").unwrap();
                subject[start..end].to_owned()
            })
            .collect();
        cores.dedup();
        assert_eq!(cores.len(), 1, "{cores:?}");
    }
}

#[test]
fn a_name_with_markup_or_line_breaks_stays_a_name() {
    let mut letter = sample::escalation(Rung::Yellow, Language::Zh);
    letter.recipient = OneLine::from("王敏\r\nBcc: a@example.org\u{2028}x\u{0}");
    letter.project.name = OneLine::from("<b onclick=\"x\">精密 & 制造</b>");
    letter.stage.name.zh = "规划\r\n许可".into();
    let rendered = render(&Letter::Escalation(Box::new(letter)), Language::Zh).unwrap();
    assert!(
        rendered
            .text
            .contains("王敏 Bcc: a@example.org x，您收到此信")
    );
    assert!(rendered.subject.contains("规划 许可 — "));
    assert!(!rendered.html.contains("<b "));
    assert_same_words(&rendered);
}

#[test]
fn a_long_history_is_cut_and_says_so() {
    let mut letter = sample::escalation(Rung::Red, Language::Zh);
    let one = letter.told[0].clone();
    letter.told = vec![one; 9];
    letter.last_event.as_mut().unwrap().text = OneLine::from("长".repeat(500));
    let rendered = render(&Letter::Escalation(Box::new(letter)), Language::Zh).unwrap();
    assert!(rendered.text.contains("此前 4 人次；"));
    assert!(rendered.text.contains("长…”") && !rendered.text.contains(&"长".repeat(120)));
}

#[test]
fn a_letter_survives_the_outbox() {
    for (name, letter) in sample::named(Language::Zh) {
        let stored = serde_json::to_string(&letter).unwrap();
        let read: Letter = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, letter, "{name}");
    }
    let broken: OneLine = serde_json::from_str(r#""a\r\nb""#).unwrap();
    assert_eq!(broken.as_str(), "a b");
}

#[test]
fn the_next_rung_may_be_a_request_for_an_update() {
    let mut letter = sample::escalation(Rung::Remind, Language::Zh);
    letter.next = Some(NextRung {
        rung: Rung::Silence,
        on: letter.today,
        tells: Vec::new(),
    });
    let zh = render(&Letter::Escalation(Box::new(letter)), Language::Zh).unwrap();
    assert!(zh.text.contains("再次提请更新。"), "{}", zh.text);
    assert_sound(&zh, Language::Zh);
}
