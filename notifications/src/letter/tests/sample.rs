//! One believable letter per rung, and one assignment.

mod news;

use domain::{
    card::CardLevel,
    code::CardNumber,
    ladder::{Audience, Rung},
    limit::Limit,
    text::{Bilingual, Language},
};
use time::macros::date;

pub(super) use self::news::NEWS;
use super::super::{
    AccountLetter, AccountNews, AssignedLetter, CalendarLetter, CardFacts, Contact, DigestLetter,
    EscalationLetter, LastEvent, Letter, MovedDate, News, NewsLetter, NextRung, OneLine,
    ProjectFacts, PromiseFacts, Sender, StageFacts, Standing, StopFacts, Told, UndeliveredLetter,
    WebhookLetter,
};

/// Every kind of letter under the name of its golden files.
pub(super) fn named(language: Language) -> Vec<(&'static str, Letter)> {
    let mut letters: Vec<(&'static str, Letter)> = Rung::LADDER
        .iter()
        .map(|&rung| {
            (
                rung.code(),
                Letter::Escalation(Box::new(escalation(rung, language))),
            )
        })
        .collect();
    letters.push(("assigned", Letter::Assigned(Box::new(assigned(language)))));
    let news = NEWS.map(|(name, news)| (name, Letter::News(Box::new(news_letter(news, language)))));
    letters.extend(news);
    let changed = Letter::CalendarChanged(Box::new(calendar(language)));
    letters.push(("calendar_changed", changed));
    let stopped = Letter::WebhookStopped(Box::new(webhook(language, false)));
    letters.push(("webhook_stopped", stopped));
    let gone = Letter::WebhookStopped(Box::new(webhook(language, true)));
    letters.push(("webhook_gone", gone));
    for (name, news) in account_news() {
        letters.push((name, Letter::Account(Box::new(account(news, language)))));
    }
    letters.push(("digest", Letter::Digest(Box::new(digest(language, 3)))));
    letters.push((
        "digest_late",
        Letter::Digest(Box::new(digest(language, 47))),
    ));
    let refused = Letter::Undelivered(Box::new(undelivered(language, false)));
    letters.push(("undelivered", refused));
    let unsure = Letter::Undelivered(Box::new(undelivered(language, true)));
    letters.push(("undelivered_unsure", unsure));
    letters
}

/// As it comes on a bad morning, or with many matters after an outage.
pub(super) fn digest(language: Language, count: u32) -> DigestLetter {
    let sample = yellow(language);
    let rungs = [Rung::Red, Rung::Yellow, Rung::Remind];
    let subjects = rungs.map(|rung| {
        let letter = Letter::Escalation(Box::new(escalation(rung, language)));
        OneLine::from(super::render(&letter, language).unwrap().subject.as_str())
    });
    DigestLetter {
        recipient: sample.recipient,
        sender: sample.sender,
        lines: subjects.to_vec(),
        count,
        held_up_since: (count > 3).then(|| sample.today.previous_day().unwrap()),
        url: "https://gc.example.gov.cn/board".to_owned(),
        today: sample.today,
    }
}

pub(super) fn undelivered(language: Language, is_unsure: bool) -> UndeliveredLetter {
    let lost = yellow(language);
    let reader = lost.recipient.clone();
    let url = lost.stage.url.clone();
    let (recipient, sender, today) = (reader.clone(), lost.sender.clone(), lost.today);
    let letter = Letter::Escalation(Box::new(lost));
    UndeliveredLetter {
        recipient,
        sender,
        reader,
        subject: OneLine::from(super::render(&letter, language).unwrap().subject.as_str()),
        is_unsure,
        url,
        today,
    }
}

fn news_letter(news: News, language: Language) -> NewsLetter {
    let assigned = assigned(language);
    let escalation = yellow(language);
    NewsLetter {
        recipient: assigned.recipient,
        news,
        said: escalation.last_event,
        sender: assigned.sender,
        project: assigned.project,
        stage: assigned.stage,
        promise: assigned.promise,
        today: assigned.today,
    }
}

/// Names are data: the sample reads as one written for its reader.
fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

fn people(language: Language) -> [&'static str; 4] {
    [
        pick(language, "陈蕾", "Chen Lei"),
        pick(language, "王敏", "Wang Min"),
        pick(language, "李强", "Li Qiang"),
        pick(language, "张明", "Zhang Ming"),
    ]
}

fn told(on: time::Date, name: &str, rung: Rung) -> Told {
    Told {
        on,
        name: OneLine::from(name),
        rung,
    }
}

/// The same stage on the five rungs of its decline.
pub(super) fn escalation(rung: Rung, language: Language) -> EscalationLetter {
    let mut letter = yellow(language);
    let [chen, wang, li, zhang] = people(language);
    letter.rung = rung;
    let next = |rung, on, tells: &[&str]| {
        Some(NextRung {
            rung,
            on,
            tells: tells.iter().map(|&name| OneLine::from(name)).collect(),
        })
    };
    match rung {
        Rung::StopExpired
        | Rung::StopObjected
        | Rung::DecisionLate
        | Rung::Expiring
        | Rung::Silence => {
            letter.today = date!(2026 - 10 - 09);
            letter.recipient = OneLine::from(chen);
            letter.audience = Audience::Officer;
            letter.silence_days = Some(5);
            if let Some(event) = &mut letter.last_event {
                event.on = date!(2026 - 09 - 28);
            }
            letter.promise.standing = Standing::Left(3);
            letter.correction_on = None;
            letter.acknowledge_url = None;
            letter.told = Vec::new();
            letter.next = next(Rung::Remind, date!(2026 - 10 - 12), &[chen]);
        }
        Rung::Remind => {
            letter.today = date!(2026 - 10 - 13);
            letter.recipient = OneLine::from(chen);
            letter.audience = Audience::Officer;
            letter.promise.standing = Standing::Left(1);
            letter.correction_on = None;
            letter.acknowledge_url = None;
            letter.told.truncate(1);
            letter.next = next(Rung::Yellow, date!(2026 - 10 - 15), &[chen, wang]);
        }
        Rung::Yellow => {}
        Rung::Red => {
            letter.today = date!(2026 - 10 - 20);
            letter.recipient = OneLine::from(li);
            letter.audience = Audience::EfficacyOffice;
            letter.promise.standing = Standing::Overdue(4);
            letter.told.extend([
                told(date!(2026 - 10 - 15), chen, Rung::Yellow),
                told(date!(2026 - 10 - 15), wang, Rung::Yellow),
            ]);
            letter.next = next(Rung::Leadership, date!(2026 - 10 - 27), &[zhang]);
        }
        Rung::Leadership => {
            letter.today = date!(2026 - 10 - 28);
            letter.held_up_since = Some(date!(2026 - 10 - 27));
            letter.recipient = OneLine::from(zhang);
            letter.audience = Audience::Leader;
            letter.promise.standing = Standing::Overdue(10);
            letter.told.extend([
                told(date!(2026 - 10 - 15), wang, Rung::Yellow),
                told(date!(2026 - 10 - 20), wang, Rung::Red),
                told(date!(2026 - 10 - 20), li, Rung::Red),
            ]);
            letter.next = None;
        }
    }
    letter.card = card(rung, letter.today);
    letter
}

/// The card that comes with a rung.
fn card(rung: Rung, today: time::Date) -> Option<CardFacts> {
    CardLevel::of_rung(rung).map(|level| CardFacts {
        number: CardNumber::new(level, 2026, 7),
        explain_by: match level {
            // A Friday.
            CardLevel::Yellow => Some(date!(2026 - 10 - 19)),
            CardLevel::Red | CardLevel::Leadership => today.next_day(),
        },
        needs_alternative: level > CardLevel::Yellow,
    })
}

/// Two working days over: the letter of the specification.
fn yellow(language: Language) -> EscalationLetter {
    let [chen, wang, li, _] = people(language);
    EscalationLetter {
        recipient: OneLine::from(wang),
        audience: Audience::Head,
        rung: Rung::Yellow,
        rung_count: 4,
        sender: Sender {
            zone: Bilingual::of("示例经济开发区", "Example Development Zone"),
            hotline: OneLine::from("0512-0000 0000"),
        },
        project: project(language),
        stage: stage(language),
        promise: promise(Standing::Overdue(2)),
        today: date!(2026 - 10 - 16),
        silence_days: None,
        correction_on: Some(date!(2026 - 10 - 19)),
        stops: StopFacts {
            count: 1,
            working_days: 3,
        },
        last_event: Some(LastEvent {
            on: date!(2026 - 10 - 13),
            who: OneLine::from(chen),
            text: OneLine::from(pick(
                language,
                "专家意见已回，待会签",
                "Expert opinions are in; waiting for counter-signature",
            )),
        }),
        told: vec![
            told(date!(2026 - 10 - 09), chen, Rung::Silence),
            told(date!(2026 - 10 - 12), chen, Rung::Remind),
        ],
        next: Some(NextRung {
            rung: Rung::Red,
            on: date!(2026 - 10 - 20),
            tells: vec![OneLine::from(li), OneLine::from(wang)],
        }),
        acknowledge_url: Some("https://gc.example.gov.cn/a/8fK2mQ7vXc0TzR4hLw9yBnPd".to_owned()),
        held_up_since: None,
        card: None,
    }
}

fn assigned(language: Language) -> AssignedLetter {
    let [chen, wang, ..] = people(language);
    AssignedLetter {
        recipient: OneLine::from(chen),
        assigned_by: Some(OneLine::from(wang)),
        sender: yellow(language).sender,
        project: project(language),
        stage: stage(language),
        promise: PromiseFacts {
            is_provisional: true,
            ..promise(Standing::Left(20))
        },
        today: date!(2026 - 09 - 10),
    }
}

fn project(language: Language) -> ProjectFacts {
    ProjectFacts {
        code: "GC-2026-0038".parse().unwrap(),
        name: OneLine::from(pick(
            language,
            "海龙精密（三期）",
            "Hailong Precision, phase III",
        )),
        investor: OneLine::from(pick(
            language,
            "海龙精密有限公司",
            "Hailong Precision Co., Ltd.",
        )),
        investment_yuan: Some(320_000_000),
        is_key: true,
    }
}

fn stage(language: Language) -> StageFacts {
    let [chen, ..] = people(language);
    StageFacts {
        name: Bilingual::of("建设用地规划许可", "Land-use planning permit"),
        unit: Bilingual::of("规划分局", "Planning Branch"),
        officer: Some(Contact {
            name: OneLine::from(chen),
            phone: Some(OneLine::from("0512-0000 0001")),
        }),
        url: "https://gc.example.gov.cn/desk/stages/stg_01J8ZQ4M7N2P5R8T0V3X6Y9A1B".to_owned(),
    }
}

fn promise(standing: Standing) -> PromiseFacts {
    PromiseFacts {
        limit: Some(Limit::WorkingDays { value: 20 }),
        promised_on: Some(date!(2026 - 10 - 14)),
        statutory_on: Some(date!(2026 - 11 - 11)),
        standing,
        is_provisional: false,
    }
}

/// Takes facts away, one per bit.
pub(super) fn thin_out(letter: &mut EscalationLetter, bits: u32) {
    if bits & 1 != 0 {
        letter.acknowledge_url = None;
    }
    if bits & 2 != 0 {
        letter.stage.officer = None;
        letter.project.investment_yuan = None;
    }
    if bits & 4 != 0 {
        letter.promise.promised_on = None;
        letter.promise.statutory_on = None;
        letter.silence_days = None;
    }
    if bits & 8 != 0 {
        letter.card = letter.card.map(|card| CardFacts {
            explain_by: None,
            ..card
        });
        letter.promise.limit = None;
        letter.last_event = None;
        letter.stops = StopFacts::default();
    }
    if bits & 16 != 0 {
        letter.card = None;
        letter.next = None;
        letter.told = Vec::new();
    }
    if bits & 32 != 0 {
        letter.correction_on = None;
        letter.project.is_key = false;
        letter.promise.is_provisional = true;
        letter.held_up_since = letter.today.previous_day();
        letter.stage.name = Bilingual::of(
            "建设工程规划许可证核发（含临时建筑）",
            "Construction-project planning permit including temporary buildings on the site",
        );
        letter.project.code = "ABCDEFGH-2026-12345678".parse().unwrap();
    }
}

/// Three of thirty-two dates: one moves, one moves with the law's, and of one only the law's moves.
pub(super) fn calendar(language: Language) -> CalendarLetter {
    let [chen, ..] = people(language);
    let stage = |zh, en| Bilingual::of(zh, en);
    let moved = MovedDate {
        project: "GC-2026-0038".parse().unwrap(),
        project_name: OneLine::from(pick(language, "精密制造项目", "Precision works")),
        stage: stage("建设用地规划许可", "Planning permit for the land"),
        old: Some(date!(2026 - 10 - 14)),
        new: Some(date!(2026 - 10 - 15)),
        working_days: Some(1),
        old_statutory: None,
        new_statutory: None,
        is_provisional: false,
    };
    let with_law = MovedDate {
        project: "GC-2026-0041".parse().unwrap(),
        stage: stage("施工许可", "Construction permit"),
        old: Some(date!(2027 - 01 - 08)),
        new: Some(date!(2027 - 01 - 06)),
        working_days: Some(-2),
        old_statutory: Some(date!(2027 - 02 - 10)),
        new_statutory: Some(date!(2027 - 02 - 08)),
        is_provisional: true,
        ..moved.clone()
    };
    let law_alone = MovedDate {
        project: "GC-2026-0044".parse().unwrap(),
        old: None,
        new: None,
        working_days: None,
        ..with_law.clone()
    };
    CalendarLetter {
        recipient: OneLine::from(chen),
        sender: assigned(language).sender,
        version: 2,
        note: OneLine::from(pick(
            language,
            "国务院办公厅通知",
            "notice of the State Council",
        )),
        moves: vec![moved, with_law, law_alone],
        count: 32,
        url: "https://gc.example.gov.cn/desk".to_owned(),
        today: date!(2026 - 09 - 28),
    }
}

/// An address to which nothing is sent any more.
pub(super) fn webhook(language: Language, is_gone: bool) -> WebhookLetter {
    let [chen, ..] = people(language);
    WebhookLetter {
        recipient: OneLine::from(chen),
        sender: assigned(language).sender,
        host: OneLine::from("hooks.partner.example"),
        is_gone,
        stopped_on: date!(2026 - 09 - 25),
        url: "https://gc.example.gov.cn/webhooks/whk_01J0000000000000000000000".to_owned(),
        today: date!(2026 - 09 - 28),
    }
}

fn account_news() -> [(&'static str, AccountNews); 2] {
    let sign_in = AccountNews::SignIn {
        code: OneLine::from("042917"),
        code_minutes: 10,
        link_minutes: 15,
    };
    let device = AccountNews::NewDevice {
        device: OneLine::from("Firefox · Windows"),
        address: OneLine::from("203.0.113.7"),
        clock: OneLine::from("14:32"),
        on: date!(2026 - 10 - 14),
    };
    [("sign_in_code", sign_in), ("new_device", device)]
}

fn account(news: AccountNews, language: Language) -> AccountLetter {
    let CalendarLetter {
        recipient,
        sender,
        today,
        ..
    } = calendar(language);
    let url = match &news {
        AccountNews::SignIn { .. } => "https://gc.example.gov.cn/auth/link/AAAAAAAAAAAAAAAAAAAAAA",
        AccountNews::NewDevice { .. } => "https://gc.example.gov.cn/me/security",
    };
    AccountLetter {
        recipient,
        sender,
        news,
        url: url.to_owned(),
        today,
    }
}
