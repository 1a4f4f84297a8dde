//! What officers write in the demonstration.

use domain::clock::StopReason;

use super::dice::Dice;

/// With which result a stage ends.
pub(super) fn result(code: &str) -> &'static str {
    match code {
        "G01" => "符合绿色通道条件，予以认定。",
        "G02" => "已指派项目专员，倒排工期表经企业确认。",
        "A01a" => "予以备案，项目代码已赋码。",
        "A01b" => "准予核准，核准批复已送达。",
        "A01c" => "可行性研究报告已批复。",
        "A02" => "用地预审与选址意见书已核发。",
        "A03" | "A03g" => "节能审查意见已出具。",
        "A04r" | "A04f" => "环评批复已出具并公开。",
        "A05" => "水土保持方案准予行政许可。",
        "A06" => "风险等级为低，预评估表已存档。",
        "R01" => "名称自主申报通过。",
        "R02" => "营业执照已核发（电子照同步）。",
        "R03" => "初始报告随登记一并提交。",
        "R04" => "印章刻制完成并备案。",
        "R05" => "税种已核定，数电票额度已赋。",
        "R06" => "参保登记完成。",
        "R07" => "公积金账户已开立。",
        "R08" => "基本存款账户已开立。",
        "R09" => "外汇登记办理完毕。",
        "L01" => "规划条件已出具，出让方案已批准。",
        "L02" => "公告期满，无异议。",
        "L03" => "挂牌期满，具备成交条件。",
        "L04" => "成交确认书和出让合同已签订。",
        "L05" => "不动产权证书已发放。",
        "L06" => "建设用地规划许可证已核发。",
        "P01" => "总平面方案审查通过。",
        "P02" => "建设工程规划许可证已核发。",
        "P03" => "人防、气象意见已回复。",
        "U01" => "供电方案已答复，双回路，企业已签收。",
        "U02a" => "供电设计审核通过。",
        "U02b" => "中间检查合格。",
        "U02c" => "竣工检验合格。",
        "U02d" => "已装表接电。",
        "U03" => "水、气、热报装受理完毕，接入点已确定。",
        "C01" => "初步设计及概算已批复。",
        "C02" => "施工图审查合格书已出具。",
        "C03" => "消防设计审查合格。",
        "C04" => "中标通知书已发出。",
        "C05" => "质量、安全监督手续办结。",
        "C06" => "施工许可证已核发。",
        "M1" => "现场开工，监理开工令已上传。",
        "B01" => "基础分部验收合格。",
        "B02" => "主体结构施工完成。",
        "B03" => "主体封顶。",
        "B04" => "主要设备安装完成。",
        "B05" => "联动调试完成。",
        "V01" => "规划核实、土地核验合格。",
        "V02" => "消防验收合格。",
        "V03" => "人防专项竣工备案完成。",
        "V04" => "联合验收意见书已出具。",
        "V05" => "竣工验收备案完成。",
        "V06" => "环保自主验收通过，排污许可证已取得。",
        "V07" => "房地一体不动产权证已发放。",
        "M3" => "正式投产。",
        _ => "已办结。",
    }
}

const DESK: [&str; 10] = [
    "材料已初审，正在会签相关科室。",
    "已与企业电话核对两处数据，无须补件。",
    "承办科室意见已出，等待分管负责人签批。",
    "现场踏勘完成，照片和记录已归档。",
    "技术复核完成八成，剩余附图本周核完。",
    "已召开部门协调会，接口问题当场商定。",
    "初稿已拟好，送法制审核。",
    "与项目专员核对了倒排工期，按计划推进。",
    "征求相邻地块权属单位意见，已收到回复。",
    "系统并联事项已全部回传，准备出件。",
];

const SITE: [&str; 6] = [
    "本月形象进度按计划完成，完成投资约8%。",
    "桩基检测报告已出，全部合格。",
    "材料进场验收完毕，劳务人员已到位。",
    "塔吊安装备案完成，主要作业面已展开。",
    "监理例会：进度正常，下月重点是机电预埋。",
    "主要设备已发货，预计下周到场。",
];

/// A sign of work.
pub(super) fn note(unit: &str, dice: Dice) -> &'static str {
    let pool: &[&str] = if unit == "investor" { &SITE } else { &DESK };
    pool.get(dice.pick(pool.len())).copied().unwrap_or(DESK[0])
}

/// What the investor is told when the clock stops.
pub(super) fn stop(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Supplement => {
            "图纸缺少结构计算书签章页和岩土勘察报告附图，请一次性补齐后重新上传；补正期间不计入办理时限。"
        }
        StopReason::ExpertReview => "依法组织专家评审，会议已排期，评审时间不计入办理时限。",
        StopReason::TechnicalEvaluation => "已委托第三方技术评估，评估机构出具意见后恢复计时。",
        StopReason::PublicNotice => "批前公示中，公示期满无异议即恢复计时。",
        StopReason::Hearing => "利害关系人申请听证，听证会已通知各方。",
        StopReason::InspectionTesting => "测绘机构正在现场测量，成果提交后恢复计时。",
        StopReason::BiddingAuction => "招标文件已发布，投标截止前时间不计入。",
        StopReason::HigherLevelApproval => "方案已报上级政府审批，批复下达后恢复计时。",
        StopReason::ApplicantRequest => "企业书面申请暂缓办理，待总部确认后恢复。",
        StopReason::LegalProceedings => "地块涉及历史违建查处，结案后恢复核验。",
        StopReason::ForceMajeure => "受持续强降雨影响，现场停工，待天气好转后复工。",
    }
}

/// Why the clock runs again.
pub(super) fn resume(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Supplement => "补正材料已收齐，审核通过，恢复计时。",
        StopReason::ExpertReview => "专家评审意见已出具，恢复计时。",
        StopReason::TechnicalEvaluation => "技术评估报告已收到，恢复计时。",
        StopReason::PublicNotice => "公示期满无异议，恢复计时。",
        StopReason::Hearing => "听证会已召开，笔录已归档，恢复计时。",
        StopReason::InspectionTesting => "测绘成果已提交，恢复计时。",
        StopReason::BiddingAuction => "开标完成，恢复计时。",
        StopReason::HigherLevelApproval => "上级批复已下达，恢复计时。",
        StopReason::ApplicantRequest => "企业书面申请恢复办理。",
        StopReason::LegalProceedings => "相关案件已结案，恢复计时。",
        StopReason::ForceMajeure => "天气好转，已恢复施工。",
    }
}
