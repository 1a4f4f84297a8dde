//! Rows of units.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::UnitId,
    office::{Unit, UnitKind},
    text::{Bilingual, Line},
};
use persistence::{Tx, directory::Directory};

use super::{Effect, Errors, Row, RowError};
use crate::{
    error::AppError,
    ids::Ids,
    import::table::Column,
    usecase::{
        directory::Changing,
        unit::{self, NewUnit, UnitPatch, is_unit_code},
    },
};

/// The columns of a file of units.
pub(super) const COLUMNS: [Column; 4] = [
    Column::new("code", "编码", true),
    Column::new("kind", "类型", false),
    Column::new("name_zh", "名称", false),
    Column::new("name_en", "英文名称", false),
];

/// What a row does.
pub(super) enum Planned {
    Add(NewUnit),
    Change(UnitId, UnitPatch),
    Nothing,
}

impl Planned {
    pub(super) fn effect(&self) -> Effect {
        match self {
            Self::Add(_) => Effect::Adds,
            Self::Change(..) => Effect::Changes,
            Self::Nothing => Effect::Nothing,
        }
    }
}

pub(super) fn plan(rows: &[Row], directory: &Directory) -> (Vec<Planned>, Vec<RowError>) {
    let known: BTreeMap<&str, &Unit> = directory
        .units
        .values()
        .map(|unit| (unit.code.as_str(), unit))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut planned = Vec::new();
    for (row, of) in rows.iter().enumerate() {
        let mut errors = Errors {
            row,
            of,
            found: &mut found,
        };
        let code = of.cell("code").unwrap_or_default();
        if !is_unit_code(code) {
            errors.note("code", "unit.code_malformed", &[]);
        } else if !seen.insert(code) {
            errors.note("code", "import.row.duplicate", &[]);
        }
        planned.extend(plan_row(&mut errors, code, known.get(code).copied()));
    }
    (planned, found)
}

fn plan_row(errors: &mut Errors<'_>, code: &str, known: Option<&Unit>) -> Option<Planned> {
    let row = errors.of;
    let kind = row.cell("kind").map(UnitKind::of_code);
    if kind == Some(None) {
        errors.note("kind", "validation.choice", &[]);
    }
    let kind = kind.flatten();
    let name_zh = name(errors, "name_zh");
    let name_en = name(errors, "name_en");
    let Some(unit) = known else {
        let missing = [("kind", kind.is_none()), ("name_zh", name_zh.is_none())];
        for (column, is_missing) in missing {
            if is_missing && row.cell(column).is_none() {
                errors.note(column, "validation.empty", &[]);
            }
        }
        let (kind, name_zh) = kind.zip(name_zh)?;
        let english = name_en.as_ref().unwrap_or(&name_zh);
        return Some(Planned::Add(NewUnit {
            code: code.to_owned(),
            kind,
            name: Bilingual::of(name_zh.as_str(), english.as_str()),
        }));
    };
    let differs = |new: &Option<Line>, old: &str| {
        let new = new.as_ref();
        new.is_some_and(|name| name.as_str() != old)
    };
    let is_other = kind.is_some_and(|kind| kind != unit.kind)
        || differs(&name_zh, &unit.name.zh)
        || differs(&name_en, &unit.name.en);
    Some(if is_other {
        let patch = UnitPatch {
            kind,
            name_zh,
            name_en,
            is_active: None,
        };
        Planned::Change(unit.id, patch)
    } else {
        Planned::Nothing
    })
}

fn name(errors: &mut Errors<'_>, column: &str) -> Option<Line> {
    let line = Line::parse(errors.of.cell(column)?);
    if let Err(flaw) = line {
        errors.note(column, flaw.code(), &[]);
    }
    line.ok()
}

pub(super) async fn apply(
    tx: &mut Tx,
    changing: Changing,
    ids: &Ids,
    planned: Vec<Planned>,
) -> Result<(), AppError> {
    for planned in planned {
        match planned {
            Planned::Add(new) => {
                let id = UnitId(ids.key(changing.at));
                unit::add_in(tx, changing, id, new).await?;
            }
            Planned::Change(id, patch) => unit::change_in(tx, changing, id, patch).await?,
            Planned::Nothing => {}
        }
    }
    Ok(())
}
