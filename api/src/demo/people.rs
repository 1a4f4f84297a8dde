//! Who works in the zone of the demonstration. Every name is made up.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    id::{PersonId, UnitId, ZoneId},
    office::Person,
    text::Language,
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use super::dice::Dice;
use crate::ids::Ids;

/// The people of the demonstration, found by what they do.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    /// The zone's units by their codes.
    pub units: BTreeMap<String, UnitId>,
    /// Everybody by login.
    logins: BTreeMap<&'static str, PersonId>,
    /// Those who handle stages, by the code of their unit.
    hands: BTreeMap<&'static str, Vec<PersonId>>,
}

struct Entry {
    login: &'static str,
    name: &'static str,
    unit: &'static str,
    roles: &'static [Role],
    language: Language,
}

const fn chinese(
    login: &'static str,
    name: &'static str,
    unit: &'static str,
    roles: &'static [Role],
) -> Entry {
    Entry {
        login,
        name,
        unit,
        roles,
        language: Language::Zh,
    }
}

const fn english(
    login: &'static str,
    name: &'static str,
    unit: &'static str,
    roles: &'static [Role],
) -> Entry {
    Entry {
        login,
        name,
        unit,
        roles,
        language: Language::En,
    }
}

const HEAD: &[Role] = &[Role::Head];
const OFFICER: &[Role] = &[Role::Officer];
/// The head of a small unit handles its stages too.
const ALONE: &[Role] = &[Role::Head, Role::Officer];
const INVESTOR: &[Role] = &[Role::Investor];

/// The whole staff. Inside a unit the head comes first.
#[rustfmt::skip]
const STAFF: [Entry; 45] = [
    chinese("zhou.qiming", "周启明", "investment-promotion", HEAD),
    chinese("lin.xiaoyan", "林晓燕", "investment-promotion", OFFICER),
    chinese("he.jianping", "何建平", "development-reform", HEAD),
    chinese("xu.wenbo", "徐文博", "development-reform", OFFICER),
    english("chen.jiayi", "陈嘉怡", "development-reform", OFFICER),
    chinese("zheng.guodong", "郑国栋", "natural-resources", HEAD),
    chinese("wang.min", "王敏", "natural-resources", OFFICER),
    english("zhao.yiming", "赵一鸣", "natural-resources", OFFICER),
    chinese("shen.ruolan", "沈若兰", "ecology", HEAD),
    chinese("ma.jun", "马骏", "ecology", OFFICER),
    chinese("gao.haitao", "高海涛", "water", ALONE),
    chinese("tang.lihua", "唐丽华", "market-regulation", HEAD),
    chinese("luo.bin", "罗斌", "market-regulation", OFFICER),
    english("gu.wei", "顾维", "commerce", ALONE),
    chinese("qin.yong", "秦勇", "public-security", ALONE),
    chinese("sun.hui", "孙慧", "tax", ALONE),
    chinese("liang.jing", "梁静", "social-security", ALONE),
    chinese("deng.ling", "邓玲", "housing-fund", ALONE),
    chinese("xu.nuo", "许诺", "bank", ALONE),
    chinese("peng.lixin", "彭立新", "public-resources", ALONE),
    chinese("jiang.ming", "蒋明", "real-estate-registry", HEAD),
    chinese("fang.yuan", "方圆", "real-estate-registry", OFFICER),
    chinese("cao.zhiyuan", "曹志远", "housing-construction", HEAD),
    chinese("liu.yang", "刘洋", "housing-construction", OFFICER),
    english("xie.ting", "谢婷", "housing-construction", OFFICER),
    chinese("yuan.ye", "袁野", "civil-defence", ALONE),
    chinese("shi.lei", "石磊", "power", HEAD),
    chinese("tian.yu", "田雨", "power", OFFICER),
    chinese("jiang.bo", "江波", "utilities", ALONE),
    chinese("li.weidong", "李卫东", "efficacy-office", &[Role::EfficacyOffice, Role::Head]),
    chinese("song.jia", "宋佳", "efficacy-office", &[Role::EfficacyOffice, Role::Officer]),
    chinese("pan.yue", "潘越", "efficacy-office", &[Role::Supervisor]),
    chinese("dong.xin", "董欣", "project-services", HEAD),
    chinese("wu.tong", "吴桐", "project-services", OFFICER),
    english("bai.lu", "白露", "project-services", OFFICER),
    // 代办员: keeps the investors' own milestones in the record for them.
    chinese("han.xue", "韩雪", "investor", ALONE),
    chinese("zhang.hongyi", "张弘毅", "", &[Role::Leader]),
    chinese("lu.wanqing", "陆婉清", "", &[Role::Leader]),
    chinese("qian.siyuan", "钱思远", "", INVESTOR),
    chinese("ye.qing", "叶青", "", INVESTOR),
    english("erik.lindqvist", "Erik Lindqvist", "", INVESTOR),
    chinese("guo.tao", "郭涛", "", &[Role::SystemAdministrator]),
    chinese("cui.ning", "崔宁", "", &[Role::SecurityAdministrator]),
    chinese("ren.yuan", "任远", "", &[Role::AuditAdministrator]),
    chinese("yan.shu", "严舒", "development-reform", OFFICER),
];

/// Whom one may become, in the order of the switch: from the investor up to the leaders, then
/// the three administrators.
const PERSONAS: [&str; 18] = [
    "qian.siyuan",
    "erik.lindqvist",
    "wang.min",
    "zhao.yiming",
    "liu.yang",
    "xu.wenbo",
    "tian.yu",
    "wu.tong",
    "han.xue",
    "cao.zhiyuan",
    "zheng.guodong",
    "pan.yue",
    "li.weidong",
    "song.jia",
    "zhang.hongyi",
    "guo.tao",
    "cui.ning",
    "ren.yuan",
];

/// Who stands for the office in the record when a project is admitted.
pub(super) const ADMITTER: &str = "song.jia";
/// The contact of domestic investors whose project is told as a story.
pub(super) const STORY_CONTACT: &str = "qian.siyuan";

/// Adds everybody. Nobody has a password: in the demonstration one becomes a person by choosing it.
pub(super) async fn engage(
    tx: &mut Tx,
    zone: ZoneId,
    ids: &Ids,
    at: OffsetDateTime,
) -> Result<Cast, StoreError> {
    let units = tx.units(zone).await?.into_values();
    let mut cast = Cast {
        units: units.map(|unit| (unit.code, unit.id)).collect(),
        ..Cast::default()
    };
    for (entry, extension) in STAFF.iter().zip(6_101_u32..) {
        let person = entry.person(PersonId(ids.key(at)), &cast, extension);
        tx.add_person(zone, &person, None).await?;
        cast.logins.insert(entry.login, person.id);
        if entry.roles.contains(&Role::Officer) {
            cast.hands.entry(entry.unit).or_default().push(person.id);
        }
    }
    Ok(cast)
}

impl Entry {
    fn person(&self, id: PersonId, cast: &Cast, extension: u32) -> Person {
        let is_staff = self.roles != INVESTOR;
        Person {
            id,
            login: self.login.to_owned(),
            name: self.name.to_owned(),
            email: Some(format!("{}@demo.example", self.login)),
            phone: is_staff.then(|| format!("8800-{extension}")),
            language: self.language,
            unit: cast.units.get(self.unit).copied(),
            roles: self.roles.iter().copied().collect::<BTreeSet<_>>(),
            is_active: true,
        }
    }
}

impl Cast {
    /// The person of a login; the nil key for a login that nobody has, which a test rules out.
    pub(super) fn person(&self, login: &str) -> PersonId {
        self.logins
            .get(login)
            .copied()
            .unwrap_or(PersonId(uuid::Uuid::nil()))
    }

    /// Who handles a stage of a unit in this project.
    pub(super) fn hand(&self, unit: &str, dice: Dice) -> PersonId {
        let hands = self.hands.get(unit).map_or(&[][..], Vec::as_slice);
        let at = dice.pick(hands.len());
        hands
            .get(at)
            .copied()
            .unwrap_or_else(|| self.person(ADMITTER))
    }

    /// The steward of a project: the one who speaks English for foreign investors.
    pub(super) fn steward(&self, is_foreign: bool, dice: Dice) -> PersonId {
        let login = match (is_foreign, dice.pick(3)) {
            (true, _) | (false, 0) => "bai.lu",
            (false, _) => "wu.tong",
        };
        self.person(login)
    }

    /// Whom one may become, in the order of the switch.
    pub(super) fn personas(&self) -> Vec<PersonId> {
        PERSONAS.iter().map(|login| self.person(login)).collect()
    }
}
