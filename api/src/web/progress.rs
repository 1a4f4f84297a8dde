//! How far works are: the panel on the page of a project, and the page on which staff plan and report.

use askama::{Template, filters::Safe};
use domain::progress::{Month, Percent, ProgressLamp};

use super::{
    Rendered, dates,
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::{Plain, Words},
};
use crate::view::{
    page::ProgressPage as ShownPage,
    progress::{
        MonthSpan, PlanView, PlannedLine, ProgressLine, ProgressSummary, ProgressView, ReasonView,
        ReportView, ReportedLine,
    },
};

mod chart;

/// The panel: lamp, reasons, curve and table.
pub(super) struct Panel<'a> {
    pub(super) view: &'a ProgressView,
    pub(super) headline: String,
    pub(super) reasons: Vec<String>,
    pub(super) first_plan: Option<String>,
    pub(super) chart: Safe<String>,
    pub(super) rows: Vec<Row<'a>>,
}

/// One month of the table.
pub(super) struct Row<'a> {
    pub(super) month: String,
    pub(super) planned: Option<Percent>,
    pub(super) report: Option<&'a ReportView>,
}

/// The panel of a project's works.
pub(super) fn panel<'a>(w: &Words<'_>, view: &'a ProgressView) -> Panel<'a> {
    let first = view.first_plan.as_ref();
    Panel {
        view,
        headline: headline(w, &view.summary),
        reasons: reasons(w, &view.summary),
        first_plan: first.map(|plan| {
            let (from, until) = (w.month(plan.from), w.month(plan.until));
            w.filled("progress-first-plan", &[("from", &from), ("until", &until)])
        }),
        chart: chart::chart(w, view),
        rows: rows(w, view),
    }
}

/// Why the lamp is not green, one sentence each.
pub(super) fn reasons(w: &Words<'_>, summary: &ProgressSummary) -> Vec<String> {
    let reasons = summary.reasons.iter();
    reasons.map(|reason| reason_words(w, reason)).collect()
}

fn headline(w: &Words<'_>, summary: &ProgressSummary) -> String {
    let (planned, done) = (summary.planned.to_string(), summary.done.to_string());
    let month = match &summary.newest {
        Some(report) => w.month(report.month),
        None => return w.with("progress-head-none", "planned", planned),
    };
    let holes = [("month", &*month), ("done", &*done), ("planned", &*planned)];
    w.filled("progress-head", &holes)
}

fn reason_words(w: &Words<'_>, reason: &ReasonView) -> String {
    let points = |share: Option<Percent>| share.unwrap_or_default();
    let (planned, done) = (points(reason.planned), points(reason.done));
    let holes = [
        ("month", w.month(reason.month).into()),
        ("n", reason.months.unwrap_or_default().into()),
        ("planned", planned.points().into()),
        ("done", done.points().into()),
        ("points", done.behind(planned).into()),
    ];
    super::text::t(
        w.language,
        &format!("progress-reason-{}", reason.code),
        &holes,
    )
}

/// Every month of the plan and every month that was reported.
fn rows<'a>(w: &Words<'_>, view: &'a ProgressView) -> Vec<Row<'a>> {
    let (first, last) = span(view);
    let months = std::iter::successors(Some(first), |month| Some(month.plus(1)));
    let row = |month: Month| Row {
        month: w.month(month),
        planned: view
            .plan
            .months()
            .find_map(|(planned, share)| (planned == month).then_some(share)),
        report: view.reports.iter().find(|report| report.month == month),
    };
    months
        .take_while(|month| *month <= last)
        .map(row)
        .filter(|row| row.planned.is_some() || row.report.is_some())
        .collect()
}

/// From the first to the last month of which there is something to show.
fn span(view: &ProgressView) -> (Month, Month) {
    let plans = [Some(&view.plan), view.first_plan.as_ref()];
    let of_plans = plans.into_iter().flatten();
    let of_plans = of_plans.flat_map(|plan| [plan.from, plan.until]);
    let of_reports = view.reports.iter().map(|report| report.month);
    of_plans
        .chain(of_reports)
        .fold((view.plan.from, view.plan.until), |(first, last), month| {
            (first.min(month), last.max(month))
        })
}

/// What the record says of a plan or a report, as a sentence.
pub(super) fn line_words(w: &Words<'_>, line: &ProgressLine) -> String {
    let of = |months: &MonthSpan| (w.month(months.from), w.month(months.until));
    match line {
        ProgressLine::Planned(PlannedLine {
            months,
            old_months,
            change,
        }) => {
            let (from, until) = of(months);
            let new = [("from", &*from), ("until", &*until)];
            let (Some(old), Some(change)) = (old_months, change) else {
                return w.filled("fact-progress_planned", &new);
            };
            let (old_from, old_until) = of(old);
            let (before, after) = (change.old.to_string(), change.new.to_string());
            let month = w.month(change.month);
            let old = [
                ("old_from", &*old_from),
                ("old_until", &*old_until),
                ("month", &*month),
                ("old", &*before),
                ("new", &*after),
            ];
            w.filled(
                "fact-progress_planned-again",
                &[&new[..], &old[..]].concat(),
            )
        }
        ProgressLine::Reported(ReportedLine {
            month,
            share,
            planned,
            old,
            reason,
        }) => {
            let (month, share) = (w.month(*month), share.to_string());
            let planned = planned.to_string();
            let report = [
                ("month", &*month),
                ("share", &*share),
                ("planned", &*planned),
            ];
            let Some(old) = old.map(|old| old.to_string()) else {
                return w.filled("fact-progress_reported", &report);
            };
            let old = [("old", &*old)];
            let said = w.filled(
                "fact-progress_reported-corrected",
                &[&report[..], &old[..]].concat(),
            );
            match reason {
                Some(reason) => w.filled(
                    "fact-progress_reported-reason",
                    &[("said", &said), ("reason", reason)],
                ),
                None => said,
            }
        }
    }
}

impl Words<'_> {
    /// `2026年4月`, `Apr 2026`.
    pub fn month(&self, month: impl Plain<Month>) -> String {
        let month = month.plain();
        if self.is_chinese() {
            format!("{}年{}月", month.year(), month.of_year())
        } else {
            let name = dates::month(month.first_day().month());
            format!("{name} {}", month.year())
        }
    }

    /// What the lamp of works means, in words.
    pub fn progress_lamp(&self, lamp: impl Plain<ProgressLamp>) -> String {
        self.code("progress-lamp", lamp.plain().code())
    }
}

#[derive(Template)]
#[template(path = "progress.html")]
struct ProgressPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    page: &'a ShownPage,
    works: Option<Panel<'a>>,
    tells: Vec<Tell>,
    errors: Vec<ErrorLine>,
}

/// One of the two forms.
struct Tell {
    code: &'static str,
    title: String,
    submit: String,
    fields: Vec<Field>,
}

/// Which of the two forms was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// A plan.
    Plan,
    /// A report.
    Report,
}

impl Telling {
    /// The code in the address of the form, and the family of its fields.
    pub fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan_progress",
            Self::Report => "report_progress",
        }
    }

    /// The form of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Plan, Self::Report]
            .into_iter()
            .find(|telling| telling.code() == code)
    }
}

/// A form that came back with mistakes.
#[derive(Debug, Clone)]
pub struct RefusedTelling {
    /// Which.
    pub telling: Telling,
    /// As it was sent.
    pub form: Form,
}

/// The page of a project's works. Fields of the forms, besides `version` and `csrf`:
///
/// * `plan_progress`: `from`, `shares`, `reason` (needed for another plan)
/// * `report_progress`: `month`, `share`, `text`, `reason` (needed for a correction)
pub fn progress_page(
    frame: &Frame<'_>,
    page: &ShownPage,
    refused: Option<&RefusedTelling>,
) -> Rendered {
    let w = &frame.words();
    let blank = Form::default();
    let form = |telling| {
        let sent = refused.filter(|refused| refused.telling == telling);
        sent.map_or(&blank, |refused| &refused.form)
    };
    let plan = page.progress.as_ref().map(|view| &view.plan);
    let mut tells = Vec::new();
    if page.may_report && plan.is_some() {
        tells.push(report_form(w, page, form(Telling::Report)));
    }
    if page.may_plan {
        tells.push(plan_form(w, plan, form(Telling::Plan)));
    }
    let errors = refused.map(|refused| error_lines(w, &refused.form, refused.telling.code()));
    let heading = w.t("progress-title");
    ProgressPage {
        f: frame,
        w,
        title: frame.title(
            &format!("{heading} · {}", page.project.code),
            refused.is_some(),
        ),
        page,
        works: page.progress.as_ref().map(|view| panel(w, view)),
        tells,
        errors: errors.unwrap_or_default(),
    }
    .render()
}

fn plan_form(w: &Words<'_>, plan: Option<&PlanView>, form: &Form) -> Tell {
    let family = Telling::Plan.code();
    let from = plan.map_or_else(
        || Month::of(w.today).to_string(),
        |plan| plan.from.to_string(),
    );
    let shares = plan.map_or_else(String::new, |plan| {
        let shares = plan.shares.iter().map(ToString::to_string);
        shares.collect::<Vec<String>>().join(" ")
    });
    let mut fields = vec![
        Field::new(w, form, (family, "from"), &from, FieldKind::Line("off")),
        Field::new(w, form, (family, "shares"), &shares, FieldKind::Prose),
    ];
    if plan.is_some() {
        fields.push(Field::new(
            w,
            form,
            (family, "reason"),
            "",
            FieldKind::Prose,
        ));
    }
    let title = if plan.is_some() {
        "progress-replan-title"
    } else {
        "progress-plan-title"
    };
    Tell {
        code: family,
        title: w.t(title),
        submit: w.t("progress-plan-submit"),
        fields,
    }
}

fn report_form(w: &Words<'_>, page: &ShownPage, form: &Form) -> Tell {
    let family = Telling::Report.code();
    let reports = page.progress.iter().flat_map(|view| &view.reports);
    let reports: Vec<&ReportView> = reports.collect();
    let of = |month: Month| reports.iter().find(|report| report.month == month);
    let choice = |month: &Month| Choice {
        value: month.to_string(),
        label: match of(*month) {
            Some(report) => {
                let (month, share) = (w.month(*month), report.share.to_string());
                w.filled(
                    "progress-month-reported",
                    &[("month", &month), ("share", &share)],
                )
            }
            None => w.month(*month),
        },
    };
    let choices = page.reportable.iter().map(choice).collect();
    // The newest month that has ended is what most people come for.
    let current = Month::of(w.today);
    let open = page.reportable.iter().filter(|month| of(**month).is_none());
    let due = open.filter(|month| **month < current).max();
    let due = due.map_or_else(String::new, ToString::to_string);
    Tell {
        code: family,
        title: w.t("progress-report-title"),
        submit: w.t("progress-report-submit"),
        fields: vec![
            Field::new(w, form, (family, "month"), &due, FieldKind::List(choices)),
            Field::new(w, form, (family, "share"), "", FieldKind::Line("off")),
            Field::new(w, form, (family, "text"), "", FieldKind::Prose),
            Field::new(w, form, (family, "reason"), "", FieldKind::Prose).optional(),
        ],
    }
}
