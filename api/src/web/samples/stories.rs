//! Eight projects: green, blue, yellow, red, paused in the investor's court, ready, law, all finished.

use domain::clock::StopReason;
use time::macros::date;

use super::{
    Act::{Accept, Complete, Inside, Note, Resume, Stop},
    Story,
};

type Acts = &'static [(time::Date, &'static str, super::Act)];

/// Everything before the land contract, in time; the land contract is signed on 28 September.
macro_rules! until_contract {
    ($($rest:tt)*) => { &[
        (date!(2026 - 08 - 17), "G01", Accept),
        (date!(2026 - 08 - 18), "G01", Complete("同意列入绿色通道。")),
        (date!(2026 - 08 - 18), "A01", Accept),
        (date!(2026 - 08 - 19), "A01", Complete("备案证号 2026-320500-00123。")),
        (date!(2026 - 08 - 19), "R02", Accept),
        (date!(2026 - 08 - 21), "R02", Complete("营业执照已领取。")),
        (date!(2026 - 08 - 24), "R05", Accept),
        (date!(2026 - 08 - 24), "R05", Complete("税种已核定。")),
        (date!(2026 - 08 - 25), "L02", Accept),
        (date!(2026 - 09 - 14), "L02", Complete("公告期满。")),
        (date!(2026 - 09 - 21), "L04", Accept),
        (date!(2026 - 09 - 28), "L04", Complete("出让合同已签订。")),
        $($rest)*
    ] };
}

const YELLOW: Acts = until_contract! {
    (date!(2026 - 09 - 21), "A04", Accept),
    (date!(2026 - 09 - 28), "A04", Note("报告书已送专家函审。", None)),
    (date!(2026 - 09 - 29), "L06", Accept),
    (date!(2026 - 09 - 30), "L06", Stop(StopReason::Supplement, Some(date!(2026 - 10 - 09)), "请补交出让金缴款凭证和宗地图,原件即可。")),
    (date!(2026 - 10 - 09), "L06", Resume),
    (date!(2026 - 10 - 10), "U01", Accept),
    (date!(2026 - 10 - 13), "L06", Note("宗地图已核对,待会签。", Some(date!(2026 - 10 - 19)))),
    (date!(2026 - 10 - 13), "L06", Inside("会签卡在测绘科,已当面催办。")),
};

const GREEN: Acts = until_contract! {
    (date!(2026 - 10 - 12), "L06", Accept),
    (date!(2026 - 10 - 13), "P01", Accept),
    (date!(2026 - 10 - 14), "P01", Note("总平方案已送专家组,10月20日开评审会。", Some(date!(2026 - 10 - 21)))),
};

const BLUE: Acts = until_contract! {
    (date!(2026 - 10 - 12), "L06", Accept),
    (date!(2026 - 10 - 15), "L06", Note("已报分管领导签批。", None)),
};

const RED: Acts = until_contract! {
    (date!(2026 - 09 - 28), "L06", Accept),
    (date!(2026 - 09 - 29), "L06", Note("已组织会审。", None)),
};

const PAUSED: Acts = until_contract! {
    (date!(2026 - 09 - 29), "L06", Accept),
    (date!(2026 - 10 - 10), "L06", Complete("许可证号:地字第 320500202600031 号。")),
    (date!(2026 - 09 - 29), "P01", Accept),
    (date!(2026 - 10 - 12), "P01", Stop(StopReason::Supplement, Some(date!(2026 - 10 - 23)), "请一次性补齐:\n1. 总平面图(加盖设计单位公章,电子版和纸质各 2 份);\n2. 日照分析报告。")),
};

const READY: Acts = &[
    (date!(2026 - 10 - 13), "G01", Accept),
    (date!(2026 - 10 - 14), "G01", Complete("同意列入绿色通道。")),
];

const LAW: Acts = &[
    (date!(2026 - 10 - 08), "G01", Accept),
    (date!(2026 - 10 - 09), "G01", Complete("同意列入绿色通道。")),
    (date!(2026 - 10 - 09), "A01", Accept),
    (date!(2026 - 10 - 10), "A01", Complete("已备案。")),
    (date!(2026 - 10 - 12), "L02", Accept),
];

const FINISHED: Acts = &[
    (date!(2026 - 04 - 08), "G01", Accept),
    (date!(2026 - 04 - 09), "G01", Complete("同意。")),
    (date!(2026 - 04 - 09), "A01", Accept),
    (date!(2026 - 04 - 10), "A01", Complete("已备案。")),
    (date!(2026 - 04 - 10), "R02", Accept),
    (date!(2026 - 04 - 13), "R02", Complete("已领照。")),
    (date!(2026 - 04 - 13), "R05", Accept),
    (date!(2026 - 04 - 13), "R05", Complete("已确认。")),
    (date!(2026 - 04 - 13), "L02", Accept),
    (date!(2026 - 04 - 13), "A04", Accept),
    (date!(2026 - 05 - 03), "L02", Complete("公告期满。")),
    (date!(2026 - 05 - 06), "A04", Complete("已批复。")),
    (date!(2026 - 05 - 06), "L04", Accept),
    (date!(2026 - 05 - 11), "L04", Complete("已签订。")),
    (date!(2026 - 05 - 11), "L06", Accept),
    (date!(2026 - 05 - 11), "P01", Accept),
    (date!(2026 - 05 - 11), "U01", Accept),
    (date!(2026 - 05 - 15), "L06", Complete("已发证。")),
    (date!(2026 - 05 - 20), "U01", Complete("已答复。")),
    (date!(2026 - 05 - 22), "P01", Complete("已通过。")),
    (date!(2026 - 05 - 22), "C02", Accept),
    (date!(2026 - 06 - 01), "C02", Complete("审查合格。")),
    (date!(2026 - 06 - 01), "C06", Accept),
    (date!(2026 - 06 - 04), "C06", Complete("已发证。")),
    (date!(2026 - 06 - 08), "M1", Accept),
    (date!(2026 - 06 - 08), "M1", Complete("已开工。")),
    (date!(2026 - 06 - 08), "B02", Accept),
    (date!(2026 - 09 - 18), "B02", Complete("主体封顶。")),
    (date!(2026 - 09 - 18), "V04", Accept),
    (date!(2026 - 09 - 28), "V04", Complete("验收合格。")),
    (date!(2026 - 10 - 12), "M3", Accept),
    (date!(2026 - 10 - 12), "M3", Complete("已投产。")),
];

pub(super) const STORIES: &[Story] = &[
    Story {
        number: 38,
        name: "某某精密机械三期扩建项目",
        investor: "某某精密机械(滨江)有限公司",
        yuan: 320_000_000,
        is_key: true,
        admitted_on: date!(2026 - 08 - 17),
        acts: YELLOW,
    },
    Story {
        number: 42,
        name: "新能源汽车驱动电机及控制系统研发制造基地(一期)项目",
        investor: "德国汉斯动力系统股份公司滨江分公司",
        yuan: 2_150_000_000,
        is_key: true,
        admitted_on: date!(2026 - 08 - 17),
        acts: GREEN,
    },
    Story {
        number: 35,
        name: "生物医药中试平台",
        investor: "滨江康源生物科技有限公司",
        yuan: 86_000_000,
        is_key: false,
        admitted_on: date!(2026 - 08 - 17),
        acts: BLUE,
    },
    Story {
        number: 31,
        name: "冷链物流中心",
        investor: "滨江鲜达供应链有限公司",
        yuan: 140_000_000,
        is_key: false,
        admitted_on: date!(2026 - 08 - 17),
        acts: RED,
    },
    Story {
        number: 44,
        name: "半导体封装测试厂房",
        investor: "Bergmann Semiconductor (Binjiang) Co., Ltd.",
        yuan: 780_000_000,
        is_key: true,
        admitted_on: date!(2026 - 08 - 17),
        acts: PAUSED,
    },
    Story {
        number: 51,
        name: "智能仓储设备总部",
        investor: "滨江云仓科技有限公司",
        yuan: 60_000_000,
        is_key: false,
        admitted_on: date!(2026 - 10 - 12),
        acts: READY,
    },
    Story {
        number: 49,
        name: "工业机器人关节减速器项目",
        investor: "滨江恒动传动有限公司",
        yuan: 410_000_000,
        is_key: true,
        admitted_on: date!(2026 - 10 - 08),
        acts: LAW,
    },
    Story {
        number: 12,
        name: "高端装备零部件一期",
        investor: "滨江重工有限公司",
        yuan: 500_000_000,
        is_key: true,
        admitted_on: date!(2026 - 04 - 07),
        acts: FINISHED,
    },
];
