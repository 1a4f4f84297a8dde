//! Founding a zone: calendar, ladder, templates and units.

use domain::{
    calendar::WorkCalendar,
    id::{UnitId, ZoneId},
    ladder::Ladder,
    office::{Unit, Zone},
    template::Template,
    text::Bilingual,
};
use persistence::Tx;
use time::OffsetDateTime;

use crate::{error::AppError, ids::Ids};

/// The default template: a key industrial project.
pub const KEY_INDUSTRIAL: &str = include_str!("../../data/templates/key-industrial.json");
/// The template of cases taken over from another system.
pub const IMPORTED_CASE: &str = include_str!("../../data/templates/imported-case.json");

/// The code of [`KEY_INDUSTRIAL`].
pub const KEY_INDUSTRIAL_CODE: &str = "key-industrial";
/// The code of [`IMPORTED_CASE`].
pub const IMPORTED_CASE_CODE: &str = "imported-case";

/// What makes a zone.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Its key.
    pub id: ZoneId,
    /// What people call it.
    pub name: Bilingual,
    /// IANA name.
    pub time_zone: String,
    /// The telephone number on every page.
    pub hotline: String,
    /// Its working days.
    pub calendar: WorkCalendar,
    /// Who is told at which point.
    pub ladder: Ladder,
}

/// The built-in templates.
pub fn built_in_templates() -> Result<Vec<Template>, AppError> {
    [KEY_INDUSTRIAL, IMPORTED_CASE]
        .into_iter()
        .map(|text| {
            serde_json::from_str(text).map_err(|error| AppError::Broken {
                cause: format!("built-in template: {error}"),
            })
        })
        .collect()
}

/// Founds a zone with the built-in templates and a unit for every unit that they name.
pub async fn found(
    tx: &mut Tx,
    founding: Founding,
    ids: &Ids,
    at: OffsetDateTime,
) -> Result<(), AppError> {
    let zone = Zone {
        id: founding.id,
        name: founding.name,
        time_zone: founding.time_zone,
        code_prefix: CODE_PREFIX.to_owned(),
        hotline: founding.hotline,
    };
    tx.add_zone(&zone, &founding.calendar, &founding.ladder)
        .await?;
    for template in built_in_templates()? {
        for unit in &template.units {
            let unit = Unit {
                id: UnitId(ids.key(at)),
                code: unit.code.clone(),
                kind: unit.kind,
                name: unit.name.clone(),
                is_active: true,
            };
            tx.add_unit(zone.id, &unit).await?;
        }
        tx.add_template(zone.id, &template).await?;
    }
    Ok(())
}

/// The letters before the year in the project codes of a new zone.
const CODE_PREFIX: &str = "GC";
