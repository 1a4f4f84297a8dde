//! A template of sixteen stages, from admission to production.

use domain::{
    clock::{Court, StopReason},
    limit::Limit,
    office::UnitKind,
    template::{
        AllowedStop, Condition, Dependency, DependencyKind, Handling, LimitRule, Phase,
        StageDefinition, Template, TemplateUnit, Variant,
    },
    text::Bilingual,
};

const UNITS: [(&str, &str, &str); 9] = [
    ("investment", "投资促进局", "Investment Promotion Bureau"),
    ("development", "经济发展局", "Economic Development Bureau"),
    ("market", "市场监督管理局", "Market Regulation Bureau"),
    ("tax", "税务局派驻机构", "Resident Tax Office"),
    (
        "natural-resources",
        "自然资源和规划局",
        "Natural Resources and Planning Bureau",
    ),
    ("ecology", "生态环境局", "Ecology and Environment Bureau"),
    ("construction", "建设管理局", "Construction Bureau"),
    ("power", "供电公司", "Power Supply Company"),
    ("investor", "企业", "The company"),
];

type Row = (
    &'static str,
    Phase,
    &'static str,
    &'static str,
    &'static str,
    u16,
    u16,
    &'static [&'static str],
);

const STAGES: [Row; 16] = [
    (
        "G01",
        Phase::Approval,
        "绿色通道认定",
        "Green-channel admission",
        "investment",
        2,
        0,
        &[],
    ),
    (
        "A01",
        Phase::Approval,
        "企业投资项目备案",
        "Filing of the investment project",
        "development",
        1,
        5,
        &["G01"],
    ),
    (
        "R02",
        Phase::Registration,
        "设立登记、营业执照",
        "Incorporation and business licence",
        "market",
        1,
        3,
        &["G01"],
    ),
    (
        "R05",
        Phase::Registration,
        "税务信息确认",
        "Tax registration",
        "tax",
        1,
        0,
        &["R02"],
    ),
    (
        "A04",
        Phase::Preparation,
        "环境影响评价审批",
        "Environmental impact assessment",
        "ecology",
        15,
        43,
        &["A01"],
    ),
    (
        "L02",
        Phase::Preparation,
        "土地出让公告",
        "Public notice of the land sale",
        "natural-resources",
        20,
        20,
        &["A01"],
    ),
    (
        "L04",
        Phase::Preparation,
        "成交确认与出让合同",
        "Deal confirmation and land contract",
        "natural-resources",
        5,
        0,
        &["L02", "R02"],
    ),
    (
        "L06",
        Phase::Preparation,
        "建设用地规划许可",
        "Land-use planning permit",
        "natural-resources",
        5,
        20,
        &["L04"],
    ),
    (
        "P01",
        Phase::Preparation,
        "规划设计方案审查",
        "Review of the planning and design scheme",
        "natural-resources",
        7,
        20,
        &["L04"],
    ),
    (
        "U01",
        Phase::Preparation,
        "供电方案答复",
        "Reply on the power supply plan",
        "power",
        10,
        15,
        &["L04"],
    ),
    (
        "C02",
        Phase::Preparation,
        "施工图设计文件联合审查",
        "Joint review of construction drawings",
        "construction",
        10,
        15,
        &["P01"],
    ),
    (
        "C06",
        Phase::Preparation,
        "建筑工程施工许可",
        "Construction permit",
        "construction",
        3,
        7,
        &["C02", "L06", "A04"],
    ),
    (
        "M1",
        Phase::Construction,
        "开工",
        "Start of works",
        "investor",
        0,
        0,
        &["C06"],
    ),
    (
        "B02",
        Phase::Construction,
        "主体结构施工",
        "Main structure",
        "investor",
        0,
        0,
        &["M1"],
    ),
    (
        "V04",
        Phase::Completion,
        "联合验收",
        "Joint acceptance",
        "construction",
        7,
        12,
        &["B02"],
    ),
    (
        "M3",
        Phase::Completion,
        "投产",
        "Start of production",
        "investor",
        0,
        0,
        &["V04"],
    ),
];

pub(super) fn template() -> Template {
    Template {
        code: "key-industrial".into(),
        version: 3,
        name: Bilingual::of("重点工业项目", "Key industrial project"),
        units: UNITS
            .iter()
            .chain(&[("efficacy", "效能办", "Efficacy Office")])
            .map(|(code, zh, en)| TemplateUnit {
                code: (*code).into(),
                name: Bilingual::of(zh, en),
                kind: kind(code),
            })
            .collect(),
        traits: Vec::new(),
        variants: vec![Variant {
            code: "standard".into(),
            name: Bilingual::of("标准流程", "Standard"),
            changes: Vec::new(),
        }],
        stages: STAGES.iter().map(stage).collect(),
    }
}

fn stage(row: &Row) -> StageDefinition {
    let (code, phase, zh, en, unit, promised, statutory, after) = *row;
    let rule = |days: u16, citation: &str| {
        let limit = if code == "L02" {
            Limit::CalendarDays { value: days }
        } else {
            Limit::WorkingDays { value: days }
        };
        (days > 0).then(|| LimitRule {
            limit,
            citation: citation.into(),
            is_verified: code != "P01",
        })
    };
    let is_investors = unit == "investor";
    StageDefinition {
        code: code.into(),
        phase,
        name: Bilingual::of(zh, en),
        unit: unit.into(),
        court: if code == "L02" {
            Court::Law
        } else {
            court(unit)
        },
        milestone: None,
        handling: if is_investors {
            Handling::Milestone
        } else {
            Handling::Promised
        },
        statutory: rule(statutory, "《行政许可法》第四十二条"),
        promised: rule(promised, "滨江经开区绿色通道服务承诺(2026年版)"),
        silence_days: (!is_investors).then_some(5),
        extension: None,
        depends_on: after
            .iter()
            .map(|on| Dependency {
                on: (*on).into(),
                kind: DependencyKind::Hard,
            })
            .collect(),
        materials: vec![
            Bilingual::of("申请表", "Application form"),
            Bilingual::of(
                "国有建设用地使用权出让合同",
                "State-owned land use contract",
            ),
        ],
        stops: if promised > 3 && code != "L02" {
            [
                StopReason::Supplement,
                StopReason::ExpertReview,
                StopReason::PublicNotice,
            ]
            .map(|reason| AllowedStop {
                reason,
                cap_days: Some(20),
                citation: "《行政许可法》第四十五条".into(),
            })
            .into()
        } else {
            Vec::new()
        },
        validity: None,
        applies: Condition::default(),
    }
}

/// The kinds of units that a template may name.
const fn kind(code: &str) -> UnitKind {
    match code.as_bytes() {
        b"investor" => UnitKind::Investor,
        b"efficacy" => UnitKind::EfficacyOffice,
        b"power" => UnitKind::PublicUtility,
        b"tax" => UnitKind::ResidentAgency,
        _ => UnitKind::Department,
    }
}

/// In whose court a stage of this unit lies.
const fn court(unit: &str) -> Court {
    match unit.as_bytes() {
        b"investor" => Court::Investor,
        _ => Court::Government,
    }
}
