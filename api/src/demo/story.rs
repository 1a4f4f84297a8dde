//! The project that is told from its admission on: materials missing, a yellow card, a red card, an
//! instruction with a new date, done late; and today one stage due soon and one overdue.

use domain::{
    clock::StopReason::{
        ApplicantRequest, ExpertReview, HigherLevelApproval, InspectionTesting, Supplement,
    },
    event::Visibility,
    ladder::Rung,
    template::PlannedStage,
};
use time::Duration;

use super::{
    course::{Course, Knot, Plot, Span},
    days::{Ago, Days},
    people::{Cast, STORY_CONTACT},
    script::{Dated, Deed},
};

/// When it was admitted: about five months ago.
const ADMITTED: Ago = 105;

/// What the project is.
pub(super) const PLOT: Plot = Plot {
    name: "高端数控机床精密制造基地",
    investor: "江澄精密装备有限公司",
    investment: 128_000,
    variant: "start-on-land",
    traits: &[
        "filing",
        "new_company",
        "listing_land",
        "eia_form",
        "special_building",
    ],
    knot: ("P02", Knot::Runs(2)),
    late: &[],
    contact: Some(STORY_CONTACT),
    reports_works: false,
};

/// One stage of the story: code, when it was accepted, for how many working days it was worked on, and
/// how its clock stopped. An acceptance moves back when what it waited for took longer.
type Chapter = (&'static str, Ago, Work, &'static [Pause]);
type Pause = (domain::clock::StopReason, Ago, Ago);

#[derive(Clone, Copy)]
enum Work {
    /// Finished so many working days after acceptance.
    Took(i32),
    /// A waiting period of so many calendar days.
    Waited(u16),
    /// Finished then.
    Until(Ago),
    /// Not finished.
    GoesOn,
}
use Work::{GoesOn, Took, Until, Waited};

#[rustfmt::skip]
const CHAPTERS: &[Chapter] = &[
    ("G01", 105, Took(1), &[]),
    ("G02", 103, Took(1), &[]),
    ("A01a", 102, Took(0), &[]),
    ("A04f", 101, Took(4), &[]),
    ("A06", 101, Took(2), &[]),
    ("R01", 102, Took(0), &[]),
    ("R02", 101, Took(0), &[]),
    ("R04", 100, Took(0), &[]),
    ("R05", 100, Took(0), &[]),
    ("R06", 100, Took(0), &[]),
    ("R07", 100, Took(0), &[]),
    ("R08", 100, Took(1), &[]),
    // The quota for the land had to be approved by the city.
    ("L01", 101, Until(58), &[(HigherLevelApproval, 98, 62)]),
    ("P01", 57, Took(4), &[]),
    ("P03", 52, Took(2), &[]),
    ("L02", 57, Waited(20), &[]),
    // The stage on which it all hung: three used days, missing drawings, then too slow.
    ("C02", 52, Until(22), &[(Supplement, 49, 38)]),
    ("L03", 42, Waited(10), &[]),
    ("L04", 32, Took(3), &[]),
    ("L06", 28, Took(2), &[]),
    ("U03", 28, Took(2), &[]),
    ("U01", 28, Until(17), &[(ApplicantRequest, 26, 22)]),
    ("L05", 28, Until(7), &[(InspectionTesting, 27, 8)]),
    ("C05", 21, Took(2), &[]),
    ("C03", 20, GoesOn, &[(ExpertReview, 17, 3)]),
    ("U02a", 12, Took(7), &[]),
    ("P02", 5, GoesOn, &[]),
    ("U02b", 3, GoesOn, &[]),
];

/// The mornings of the drawings' reminder, yellow card and red card.
const ALARMS: [Ago; 3] = [33, 30, 27];

/// The course of the story.
pub(super) fn course(plan: &[PlannedStage<'_>], days: &Days) -> Course {
    let mut spans: Vec<Span> = Vec::new();
    for &(code, accepted, work, pauses) in CHAPTERS {
        let Some(stage) = plan.iter().find(|stage| stage.definition.code == code) else {
            continue;
        };
        let before = spans
            .iter()
            .filter(|span| stage.after.contains(&span.ordinal));
        let earliest = before.filter_map(|span| span.done).min();
        let accepted = earliest.map_or(accepted, |end| accepted.min(end - 1));
        let done = match work {
            Took(worked) => Some(accepted - worked),
            Until(done) => Some(done),
            Waited(calendar_days) => days
                .on(accepted)
                .checked_add(Duration::days(calendar_days.into()))
                .map(|last| days.ago(last)),
            GoesOn => None,
        };
        spans.push(Span {
            ordinal: stage.ordinal,
            accepted,
            done,
            stops: pauses
                .iter()
                .map(|&(reason, stopped, resumed)| (reason, stopped, Some(resumed)))
                .collect(),
            is_silent: false,
        });
    }
    Course {
        admitted: ADMITTED,
        spans,
        alarms: ALARMS.to_vec(),
    }
}

/// What the office says beside the ordinary course of work, by login.
#[rustfmt::skip]
const SAID: &[(Ago, &str, &str, Visibility, &str)] = &[
    (103, "G02", "song.jia", Visibility::Public, "项目专员与企业一起排定倒排工期：目标是拿地当天具备开工条件。"),
    (97, "L01", "wang.min", Visibility::Public, "用地指标需报市政府批准，材料昨日已送出，预计六周左右。"),
    (48, "C02", "liu.yang", Visibility::Internal, "已当面向设计单位说明缺件清单，对方承诺两周内补齐。"),
    (29, "C02", "liu.yang", Visibility::Internal, "结构专业审图人员借调在外，复核排队，已请局里协调。"),
    (8, "L05", "fang.yuan", Visibility::Public, "测绘成果已核对，证书明日可领，请携带营业执照原件到3号窗口。"),
    (4, "P02", "wang.min", Visibility::Public, "总平与实测界址有两处出入，已约设计单位明天到场核对。"),
    (2, "P02", "wang.min", Visibility::Internal, "核对完成，证书文本在会签，争取三天内发证。"),
];

/// Who accepts the stages on which the story turns, by login.
const IN_CHARGE: &[(&str, &str)] = &[
    ("L01", "wang.min"),
    ("C02", "liu.yang"),
    ("L05", "fang.yuan"),
    ("C03", "xie.ting"),
    ("P02", "wang.min"),
];

const INSTRUCTION: &str =
    "请住建局本周内补足结构审图力量，每日报进度；新时限前必须出具合格书，逾期由分管领导约谈。";

const RED_REASON: &str = "结构专业审图人员借调在外，复核排队六日。已从市审图中心借调一人，五个工作日内完成复核并出具合格书。";
const YELLOW_REASON: &str = "总平与实测界址两处出入，设计单位核改用了三天，证书文本已在会签。";
const APPEAL: &str =
    "界址出入由委托测绘的单位造成，核改期间本应停表而未及时停表，请效能办核实后撤销此牌。";

/// Adds to the ordinary deeds what was said, ordered and handed over in the story.
pub(super) fn retell(deeds: &mut Vec<Dated>, plan: &[PlannedStage<'_>], cast: &Cast) {
    let place = |code: &str| {
        let stage = plan.iter().find(|stage| stage.definition.code == code);
        stage.map_or(0, |stage| stage.ordinal)
    };
    for &(code, login) in IN_CHARGE {
        let place = place(code);
        let accepted = |dated: &&mut Dated| dated.place == place && dated.by.is_some();
        for dated in deeds.iter_mut().filter(accepted) {
            dated.by = Some(cast.person(login));
        }
    }
    let mut add = |ago: Ago, code: &str, login: &str, deed: Deed| {
        deeds.push(Dated {
            ago,
            hour: deed.hour(),
            place: place(code),
            by: Some(cast.person(login)),
            deed,
        });
    };
    for &(ago, code, login, shown, text) in SAID {
        let expected = (ago == 2).then_some(-3);
        add(ago, code, login, Deed::Note(text, shown, expected));
    }
    let answer = Deed::Acknowledge(Rung::Red, INSTRUCTION, 21);
    add(26, "C02", "li.weidong", answer);
    let reason = Deed::Explain(Rung::Red, RED_REASON, Some(21));
    add(27, "C02", "liu.yang", reason);
    let reason = Deed::Explain(Rung::Yellow, YELLOW_REASON, Some(-3));
    add(1, "P02", "wang.min", reason);
    let appeal = Deed::Appeal(Rung::Yellow, APPEAL);
    add(1, "P02", "wang.min", appeal);
    let newcomer = Deed::Assign(cast.person("xie.ting"));
    add(26, "C02", "cao.zhiyuan", newcomer);
}
