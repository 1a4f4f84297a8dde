//! The projects of the demonstration beside the story. Companies and projects are made up.

use domain::clock::StopReason::{
    ApplicantRequest, BiddingAuction, ExpertReview, ForceMajeure, Hearing, HigherLevelApproval,
    InspectionTesting, LegalProceedings, PublicNotice, Supplement, TechnicalEvaluation,
};

use super::course::{
    Knot::{self, Ended, Runs, Silent, Stands, Waits},
    Plot,
};

/// A new company on land that is put up for sale.
const NEW: &[&str] = &["filing", "new_company", "listing_land", "eia_form"];
/// A company that is here and builds on its own land.
const HERE: &[&str] = &["filing", "eia_form"];
/// The same without an environmental assessment.
const PLAIN: &[&str] = &["filing"];
const SPECIAL: &[&str] = &["filing", "special_building"];
const TENDERED: &[&str] = &["filing", "tender_required"];
const BIG: &[&str] = &[
    "filing",
    "new_company",
    "listing_land",
    "energy_review",
    "eia_report",
    "soil_water_plan",
    "special_building",
];
const FOREIGN_NEW: &[&str] = &[
    "filing",
    "foreign",
    "new_company",
    "listing_land",
    "eia_form",
];
const FOREIGN_HERE: &[&str] = &["filing", "foreign", "new_company", "eia_report"];
const VERIFIED: &[&str] = &[
    "verification",
    "allocated_land",
    "energy_review",
    "eia_report",
];
const PUBLIC: &[&str] = &[
    "government_funded",
    "allocated_land",
    "tender_required",
    "energy_review",
    "eia_form",
];

const STANDARD: &str = "standard";
const ON_LAND: &str = "start-on-land";

const fn plot(
    (name, investor, investment): (&'static str, &'static str, u64),
    (variant, traits): (&'static str, &'static [&'static str]),
    knot: (&'static str, Knot),
) -> Plot {
    Plot {
        name,
        investor,
        investment,
        variant,
        traits,
        knot,
        late: &[],
        contact: None,
        reports_works: false,
    }
}

const fn late(plot: Plot, late: &'static [(&'static str, i32)]) -> Plot {
    Plot { late, ..plot }
}

const fn with(plot: Plot, contact: &'static str) -> Plot {
    Plot {
        contact: Some(contact),
        ..plot
    }
}

const fn reported(plot: Plot) -> Plot {
    Plot {
        reports_works: true,
        ..plot
    }
}

const ERIK: &str = "erik.lindqvist";
const YE: &str = "ye.qing";

/// Every project but the story, from those that have just begun to those that produce.
#[rustfmt::skip]
pub(super) const PLOTS: [Plot; 39] = [
    plot(("医药冷链物流仓储中心", "澜沧云医药物流有限公司", 36_000), (STANDARD, NEW), ("G01", Waits(1))),
    plot(("海上风电塔筒制造扩建", "望潮海工装备有限公司", 58_000), (STANDARD, HERE), ("G02", Waits(1))),
    with(plot(("新能源动力电池一期", "启辰锂能科技有限公司", 520_000), (ON_LAND, BIG), ("A04r", Runs(-10))), YE),
    plot(("智能家电注塑件工厂", "禾木智造有限公司", 21_000), (STANDARD, NEW), ("A04f", Runs(-5))),
    plot(("高纯电子化学品项目", "沁源新材料有限公司", 88_000), (STANDARD, BIG), ("A03", Runs(0))),
    plot(("生物质热电联产项目", "绿垣能源有限公司", 64_000), (STANDARD, VERIFIED), ("A02", Stands(ExpertReview, 2, 4))),
    with(plot(("工业机器人减速器工厂 Gear Reducer Plant", "Nordfjell Robotics AB", 43_000), (STANDARD, FOREIGN_HERE), ("A04r", Stands(Hearing, 6, 5))), ERIK),
    plot(("半导体封装测试基地", "芯屿微电子有限公司", 310_000), (ON_LAND, BIG), ("A04r", Stands(PublicNotice, 5, 6))),
    plot(("天然气分布式能源站", "润禾燃气能源有限公司", 47_000), (STANDARD, VERIFIED), ("A01b", Stands(TechnicalEvaluation, 4, 7))),
    plot(("云计算数据中心二期", "云栈数据服务有限公司", 260_000), (STANDARD, BIG), ("A05", Runs(1))),
    plot(("中央厨房与预制菜加工", "味途食品有限公司", 12_000), (STANDARD, HERE), ("A06", Runs(5))),
    plot(("开发区污水处理厂提标改造", "示范开发区城市建设投资公司", 29_000), (STANDARD, PUBLIC), ("A01c", Runs(0))),
    plot(("医用影像设备组装线", "康影医疗科技有限公司", 18_000), (STANDARD, NEW), ("R02", Runs(1))),
    with(plot(("汽车线束工厂 Wiring Harness Plant", "Halden Mobility GmbH", 27_000), (STANDARD, FOREIGN_NEW), ("R08", Stands(InspectionTesting, 0, 3))), ERIK),
    plot(("无人机整机与飞控研发", "鹤鸣航空科技有限公司", 33_000), (STANDARD, NEW), ("R02", Waits(5))),
    plot(("宠物食品智能工厂", "暖橘食品科技有限公司", 9_500), (STANDARD, NEW), ("R08", Runs(0))),
    plot(("光伏逆变器生产基地", "昱光电力电子有限公司", 76_000), (STANDARD, NEW), ("L01", Runs(-6))),
    with(plot(("生物医药研发中试平台", "泽衡生物医药有限公司", 115_000), (STANDARD, NEW), ("L01", Stands(HigherLevelApproval, 3, 12))), YE),
    plot(("储能系统集成工厂", "恒屿储能科技有限公司", 92_000), (ON_LAND, NEW), ("L02", Runs(-7))),
    with(plot(("高端轴承制造 Precision Bearings", "Tessaro Bearings S.p.A.", 51_000), (STANDARD, FOREIGN_NEW), ("L04", Stands(ApplicantRequest, 1, 1))), ERIK),
    plot(("跨境电商智慧仓", "通衢供应链有限公司", 24_000), (STANDARD, NEW), ("L06", Runs(2))),
    plot(("公共实训中心", "示范开发区职教投资公司", 19_000), (STANDARD, PUBLIC), ("L05", Runs(5))),
    late(plot(("精密模具二期扩建", "锐铭模塑有限公司", 8_600), (STANDARD, HERE), ("P01", Runs(4))), &[("A04f", 1)]),
    with(plot(("实验室仪器总部 Lab Instruments HQ", "Brightwater Instruments Ltd", 16_000), (ON_LAND, FOREIGN_HERE), ("P01", Runs(0))), ERIK),
    plot(("氢燃料电池电堆项目", "氢屿动力有限公司", 145_000), (ON_LAND, NEW), ("P02", Runs(9))),
    plot(("特种电缆扩产", "金弦线缆有限公司", 15_000), (STANDARD, HERE), ("C02", Stands(Supplement, 4, 5))),
    late(plot(("包装新材料车间", "素叶包装有限公司", 6_800), (STANDARD, PLAIN), ("C02", Runs(0))), &[("P01", 2)]),
    plot(("自动化立体仓库", "栈道仓储设备有限公司", 11_000), (STANDARD, SPECIAL), ("C03", Runs(1))),
    plot(("科技企业加速器", "示范开发区产业发展公司", 42_000), (STANDARD, TENDERED), ("C04", Stands(BiddingAuction, 3, 8))),
    plot(("电机铁芯冲压线", "磐川电机有限公司", 13_000), (STANDARD, HERE), ("U01", Silent(-3))),
    late(plot(("航空紧固件热处理车间", "凌翼紧固件有限公司", 7_700), (STANDARD, PLAIN), ("C06", Runs(0))), &[("P03", 1)]),
    plot(("冷链物流集散中心", "霜降冷链物流有限公司", 38_000), (STANDARD, HERE), ("C05", Runs(2))),
    late(plot(("轨道交通制动部件", "铁衡制动技术有限公司", 22_000), (STANDARD, PLAIN), ("M1", Runs(-6))), &[("C02", 2)]),
    plot(("绿色建材装配式工厂", "山止建材有限公司", 17_000), (STANDARD, PLAIN), ("B02", Stands(ForceMajeure, 8, 6))),
    reported(late(plot(("智能水表生产线", "沅水仪表有限公司", 5_900), (ON_LAND, PLAIN), ("B04", Runs(-3))), &[("U01", 1)])),
    plot(("新型显示模组工厂", "映川光电有限公司", 69_000), (STANDARD, PLAIN), ("V04", Runs(4))),
    plot(("农机装备总装线", "丰野农机有限公司", 14_000), (STANDARD, PLAIN), ("V01", Stands(LegalProceedings, 2, 9))),
    late(plot(("高性能滤材生产项目", "清岚过滤材料有限公司", 10_500), (STANDARD, PLAIN), ("M3", Ended(3))), &[("P02", 1)]),
    with(plot(("智能传感器封装线", "微澜传感技术有限公司", 8_200), (ON_LAND, PLAIN), ("M3", Ended(8))), YE),
];
