//! Draws every page from sample values.

use std::collections::BTreeMap;

use domain::{
    access::Role,
    id::{PersonId, StageId},
    ledger::Ledger,
    project::Project,
    refusal::Refusal,
    text::{Flaw, Language},
};
use time::macros::date;

use super::super::{
    form::{Form, Mistake},
    frame::{Account, Care, Demo, Done, Frame, Persona, PostAlarm, Theme},
    samples::{self, Case, World},
    sign_in::Asked,
    stage::SentForm,
};
use crate::view::{
    action::Action,
    alert::{AlertView, alert_page_view, alert_view},
    board::board_view,
    consequence::foreseen,
    desk::desk_view,
    explanation::stage_explanation,
    history::{Past, RecordedEvent, history_lines},
    home::HomeView,
    ledger::ledger_view,
    mail::{MailListView, MailRow, MailState, MailView},
    page::StagePage,
    portfolio::portfolio_view,
    project::project_view,
    setting::{Setting, Viewer},
    workbench::{WorkbenchView, workbench_view},
};

mod card;
mod directory;
mod project;
mod sign_in;

/// One page, by a name that can be a file's.
pub(super) type Pages = BTreeMap<String, String>;

fn frame<'a>(
    world: &'a World,
    language: Language,
    theme: Theme,
    person: Option<PersonId>,
    path: &'a str,
) -> Frame<'a> {
    let account = person.map(|id| {
        let person = &world.people[&id];
        let is = |role| person.roles.contains(&role);
        Account {
            name: person.name.clone(),
            unit: person.unit.map(|unit| world.units[&unit].name.clone()),
            roles: person.roles.iter().copied().collect(),
            desk_count: (is(Role::Officer) || is(Role::Head)).then_some(4),
            board_count: (is(Role::Head) || is(Role::Supervisor)).then_some(2),
            own_page: is(Role::Investor).then(|| "/projects".to_owned()),
            proposes_calendar: is(Role::EfficacyOffice),
            cares: if is(Role::Officer) {
                vec![Care::Feeds, Care::Webhooks]
            } else {
                Vec::new()
            },
            post_alarm: PostAlarm::default(),
        }
    });
    Frame {
        language,
        theme,
        zone: &world.zone,
        time: &world.office.time,
        now: world.now(),
        path,
        account,
        csrf: "token",
        provider: Some(super::super::text::t(language, "oidc-name", &[])),
        session_until: None,
        demo: Some(Demo {
            personas: world
                .people
                .values()
                .map(|person| Persona {
                    id: person.id,
                    name: person.name.clone(),
                    role: *person.roles.first().unwrap(),
                    unit: person.unit.map(|unit| world.units[&unit].name.clone()),
                })
                .collect(),
            current: person,
            mail_count: 12,
        }),
        done: None,
        css_href: "app.css",
        js_href: "app.js",
    }
}

fn case(world: &World, number: &str) -> usize {
    world
        .cases
        .iter()
        .position(|case| case.project.code.as_str().ends_with(number))
        .unwrap()
}

/// The past of a project with the lines of the record that a page shows.
fn past<'a>(shown: &'a [RecordedEvent], case: &'a Case) -> Past<'a> {
    Past {
        records: shown,
        stops: &case.records,
        alerts: &case.alerts,
        cards: &case.cards,
    }
}

fn portfolios(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let investor = world.viewer(samples::INVESTOR);
    let frame = frame(world, language, theme, Some(samples::INVESTOR), "/projects");
    for (name, numbers) in [
        ("portfolio", &["0012", "0031", "0035", "0038", "0044"][..]),
        ("portfolio-calm", &["0012", "0035"]),
        ("portfolio-none", &[]),
    ] {
        let own = numbers.iter().map(|number| {
            let case = &world.cases[case(world, number)];
            project_view(&case.project, past(&[], case), &world.setting(&investor))
        });
        let view = portfolio_view(own.collect());
        let page = super::super::portfolio::portfolio_page(&frame, &view).unwrap();
        pages.insert(name.into(), page);
    }
}

fn stage_page(
    project: &Project,
    id: StageId,
    bench: WorkbenchView,
    setting: &Setting<'_>,
) -> StagePage {
    let (today, calendar) = (setting.now.today, &setting.office.calendar);
    let stage = project.stage(id).unwrap();
    let of = setting.stage(project, stage);
    let ledger = Ledger::of_stage(stage, today, calendar);
    StagePage {
        bench,
        explanation: stage_explanation(stage, of, (calendar, today)).map(Result::unwrap),
        ledger: ledger.map(|ledger| ledger_view(&ledger, project, setting)),
        foreseen: foreseen(project, id, setting),
    }
}

fn desks(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let officer = world.viewer(samples::OFFICER);
    let setting = world.setting(&officer);
    let unit = world.people[&samples::OFFICER].unit.unwrap().to_string();
    let mut rows = world.rows(&setting);
    rows.retain(|row| row.unit.id == unit);
    let mut frame = frame(world, language, theme, Some(samples::OFFICER), "/desk");
    let view = desk_view(rows, samples::TODAY);
    pages.insert(
        "desk".into(),
        super::super::desk::desk_page(&frame, &view).unwrap(),
    );
    pages.insert(
        "desk-empty".into(),
        super::super::desk::desk_page(&frame, &desk_view(Vec::new(), samples::TODAY)).unwrap(),
    );
    frame.path = "/desk/stages/x";
    let head = world.viewer(samples::HEAD);
    for (name, number, code, viewer) in [
        ("overdue", "0038", "L06", &officer),
        ("running", "0042", "P01", &officer),
        ("stopped", "0044", "P01", &officer),
        ("ready-head", "0042", "L06", &head),
        ("waiting", "0042", "C06", &head),
        ("done", "0012", "P01", &head),
    ] {
        let shown = &world.cases[case(world, number)];
        let Case {
            project, records, ..
        } = shown;
        let stage = project
            .stages
            .iter()
            .find(|stage| stage.code == code)
            .unwrap()
            .id;
        let of_stage = records
            .iter()
            .filter(|record| record.event.stage == Some(stage));
        let of_stage: Vec<RecordedEvent> = of_stage.cloned().collect();
        let view = workbench_view(
            project,
            stage,
            past(&of_stage, shown),
            7,
            &world.setting(viewer),
        )
        .unwrap();
        let view = stage_page(project, stage, view, &world.setting(viewer));
        pages.insert(
            format!("stage-{name}"),
            super::super::stage::stage_page(&frame, &view, None).unwrap(),
        );
        if name == "running" {
            frame.done = Some(Done::Stage(Action::Note));
            pages.insert(
                "stage-noted".into(),
                super::super::stage::stage_page(&frame, &view, None).unwrap(),
            );
            frame.done = None;
            let refused = refused_stop();
            pages.insert(
                "stage-refused".into(),
                super::super::stage::stage_page(&frame, &view, Some(&refused)).unwrap(),
            );
        }
    }
}

fn refused_stop() -> SentForm {
    SentForm {
        action: Action::Stop,
        form: refused_form(),
        foreseen: None,
    }
}

fn refused_form() -> Form {
    let typed = [("reason", "supplement"), ("on", "2026-10-20"), ("text", "")];
    Form::filled(typed.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .with(Mistake::of(None, Mistake::CONFLICT))
        .with(Mistake::refusal(
            Some("on"),
            &Refusal::InFuture {
                on: date!(2026 - 10 - 20),
                today: samples::TODAY,
            },
        ))
        .with(Mistake::flaw("text", Flaw::Empty))
}

fn boards(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let supervisor = world.viewer(samples::SUPERVISOR);
    let setting = world.setting(&supervisor);
    let frame = frame(world, language, theme, Some(samples::SUPERVISOR), "/board");
    let alerts: Vec<AlertView> = world
        .cases
        .iter()
        .flat_map(|case| {
            case.alerts
                .iter()
                .filter_map(|alert| alert_view(alert, &case.project, &setting))
        })
        .collect();
    let view = board_view(&world.rows(&setting), &alerts);
    pages.insert(
        "board".into(),
        super::super::board::board_page(&frame, &view).unwrap(),
    );
    pages.insert(
        "board-empty".into(),
        super::super::board::board_page(&frame, &board_view(&[], &[])).unwrap(),
    );
    let shown = &world.cases[case(world, "0031")];
    let Case {
        project, alerts, ..
    } = shown;
    let alert = alerts
        .iter()
        .max_by_key(|alert| (alert.rung, alert.fired_at))
        .unwrap();
    let view = alert_page_view(alert, project, past(&[], shown), 7, &setting).unwrap();
    pages.insert(
        "alert".into(),
        super::super::alert::alert_page(&frame, &view, &Form::default()).unwrap(),
    );
    let refused = Form::default().with(Mistake::of(Some("new_date"), Mistake::NOT_A_DATE));
    pages.insert(
        "alert-refused".into(),
        super::super::alert::alert_page(&frame, &view, &refused).unwrap(),
    );
}

fn others(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let frame = frame(world, language, theme, None, "/");
    let home = HomeView {
        open_projects: 37,
        done_stages: 412,
        on_time_percent: Some(96),
    };
    pages.insert(
        "home".into(),
        super::super::home::home_page(&frame, &home, &Form::default()).unwrap(),
    );
    let refused = Form::filled([("code".to_owned(), "gc 2026 42".to_owned())])
        .with(Mistake::of(Some("query_code"), Mistake::NO_MATCH));
    pages.insert(
        "home-refused".into(),
        super::super::home::home_page(&frame, &home, &refused).unwrap(),
    );
    let wrong = Form::default().with(Mistake::of(None, Mistake::WRONG_PASSWORD));
    pages.insert(
        "sign-in".into(),
        super::super::sign_in::sign_in_page(&frame, &wrong, Asked::Password).unwrap(),
    );
    sign_in::steps(&frame, pages);
    let problem = super::super::problem::Problem::NotFound;
    pages.insert(
        "problem".into(),
        super::super::problem::problem_page(&frame, problem, "0199-4f2a").unwrap(),
    );
}

fn letters(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let frame = frame(world, language, theme, None, "/demo/mail");
    let row = |number: u32, subject: &str, state| MailRow {
        id: format!("ltr_{number}"),
        to_name: "周国强".into(),
        to_address: "zhou@example.gov.cn".into(),
        subject: (!subject.is_empty()).then(|| subject.to_owned()),
        state,
        written_at: world.now().at,
        sent_at: None,
    };
    let rows = vec![
        row(
            1,
            "【督办·超期 1 个工作日】GC-2026-0038 建设用地规划许可 — 请于今日 17:00 前处理",
            MailState::Sent,
        ),
        row(
            2,
            "【每日】10月16日:到期 2、超期 1、新转入 1",
            MailState::Queued,
        ),
        row(3, "【临期】GC-2026-0035 剩 1 个工作日", MailState::Dead),
        row(4, "", MailState::Queued),
    ];
    let first = rows[0].clone();
    let unwritten = MailView {
        row: rows[3].clone(),
        headers: Vec::new(),
        text: String::new(),
        has_html: false,
    };
    pages.insert(
        "mail-unwritten".into(),
        super::super::mail::mail_page(&frame, &unwritten).unwrap(),
    );
    pages.insert(
        "mail-list".into(),
        super::super::mail::mail_list_page(&frame, &MailListView { rows }).unwrap(),
    );
    let mail = MailView {
        row: first,
        headers: vec![("Auto-Submitted".into(), "auto-generated".into()), ("Message-ID".into(), "<gc.1@host>".into())],
        text: "您收到此信:您是自然资源和规划局负责人,本环节已超期,第 2 级督办(共 4 级)。\n\n要做的事:签收并说明处理措施和新的完成日期。".into(),
        has_html: true,
    };
    pages.insert(
        "mail".into(),
        super::super::mail::mail_page(&frame, &mail).unwrap(),
    );
}

pub(super) fn every_page(language: Language, theme: Theme) -> Pages {
    let world = samples::world();
    let mut pages = Pages::new();
    project::projects(&world, language, theme, &mut pages);
    project::calculators(&world, language, theme, &mut pages);
    portfolios(&world, language, theme, &mut pages);
    desks(&world, language, theme, &mut pages);
    boards(&world, language, theme, &mut pages);
    card::cards(&world, language, theme, &mut pages);
    others(&world, language, theme, &mut pages);
    letters(&world, language, theme, &mut pages);
    directory::add(&world, language, theme, &mut pages);
    pages
}
