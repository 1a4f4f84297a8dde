//! The pages of a project, and the calculator.

use super::*;
use crate::view::{explanation::explanation, page::ProjectPage, progress::progress_view};

pub(super) fn calculators(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let viewer = Viewer::Guest;
    let setting = world.setting(&viewer);
    let frame = frame(world, language, theme, None, "/calculator");
    let clock = domain::clock::Clock::started(setting.now.today);
    let limit = domain::limit::Limit::WorkingDays { value: 20 };
    let counted = (&*setting.office.calendar, setting.now.today);
    let view = explanation(&clock, limit, counted).unwrap();
    let blank = Form::default();
    pages.insert(
        "calculator".into(),
        super::super::super::calculator::calculator_page(&frame, &blank, Some(&view)).unwrap(),
    );
}

pub(super) fn projects(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let guest = Viewer::Guest;
    let investor = world.viewer(samples::INVESTOR);
    let head = world.viewer(samples::HEAD);
    for number in [
        "0038", "0042", "0035", "0031", "0044", "0051", "0049", "0012",
    ] {
        let shown = &world.cases[case(world, number)];
        let Case {
            project, records, ..
        } = shown;
        let path = format!("/p/{}", project.code);
        let looks = [
            ("guest", &guest, None),
            ("investor", &investor, Some(samples::INVESTOR)),
            ("staff", &head, Some(samples::HEAD)),
        ];
        for (who, viewer, person) in looks {
            let setting = world.setting(viewer);
            let view = project_view(project, past(&[], shown), &setting);
            let ledger = Ledger::of_project(project, setting.now.today, &setting.office.calendar);
            let shown = ProjectPage {
                project: view,
                history: history_lines(records, project, &setting),
                ledger: ledger_view(&ledger, project, &setting),
                may_answer: who == "investor",
                progress: progress_view(project, &setting),
                may_tell_progress: who == "staff",
            };
            let frame = frame(world, language, theme, person, &path);
            if number == "0012" && who == "staff" {
                let whole = super::super::super::project::history_page(&frame, &shown).unwrap();
                pages.insert("history".into(), whole);
            }
            pages.insert(
                format!("project-{number}-{who}"),
                super::super::super::project::project_page(&frame, &shown).unwrap(),
            );
        }
    }
}
