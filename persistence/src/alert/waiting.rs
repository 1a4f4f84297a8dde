//! Alerts that wait for an answer.

use diesel::prelude::*;
use domain::{
    alert::Alert,
    card::CardState,
    id::{UnitId, ZoneId},
    ladder::Rung,
};

use super::AlertRow;
use crate::{
    connection::Conn,
    error::StoreError,
    schema::{alert, card, stage},
    store::Tx,
    types::Key,
};

/// The highest rung of the ladder, and the one beside it that waits for an answer too. The others beside it,
/// whose numbers are higher, settle themselves.
fn waiting_rungs() -> (i32, i32) {
    let number = |rung: Rung| i32::from(rung.number());
    (number(Rung::Leadership), number(Rung::StopObjected))
}

/// The card of an alert of the outer query, if it was taken back.
#[diesel::dsl::auto_type(no_type_alias)]
fn taken_back(withdrawn: &'static str) -> _ {
    card::table
        .filter(card::zone_id.eq(alert::zone_id))
        .filter(card::alert_id.eq(alert::id))
        .filter(card::state.eq(withdrawn))
}

impl Tx {
    /// Alerts of at least `lowest` that nobody has acknowledged and whose card was not taken back, gravest and
    /// oldest first, for the whole zone or one unit.
    pub async fn open_alerts(
        &mut self,
        zone: ZoneId,
        unit: Option<UnitId>,
        lowest: Rung,
        limit: i64,
    ) -> Result<Vec<Alert>, StoreError> {
        let (highest, objected) = waiting_rungs();
        macro_rules! page {
            ($backend:ty) => {{
                let mut query = alert::table
                    .inner_join(
                        stage::table.on(stage::zone_id
                            .eq(alert::zone_id)
                            .and(stage::id.eq(alert::stage_id))),
                    )
                    .filter(alert::zone_id.eq(Key(zone.0)))
                    .filter(alert::acknowledgement.is_null())
                    .filter(alert::is_carried.eq(false))
                    .filter(
                        (alert::rung.between(i32::from(lowest.number()), highest))
                            .or(alert::rung.eq(objected)),
                    )
                    .filter(stage::state.ne(domain::stage::StageState::Done.code()))
                    .filter(diesel::dsl::not(diesel::dsl::exists(taken_back(
                        CardState::Withdrawn.code(),
                    ))))
                    .order((alert::rung.desc(), alert::fired_at.asc()))
                    .select(AlertRow::as_select())
                    .limit(limit)
                    .into_boxed::<$backend>();
                if let Some(unit) = unit {
                    query = query.filter(stage::unit_id.eq(Key(unit.0)));
                }
                query
            }};
        }
        let rows: Vec<AlertRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(page!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(page!(diesel::pg::Pg), conn).await?
            }
        };
        rows.into_iter().map(AlertRow::read).collect()
    }

    /// How many stages have an alert that [`Tx::open_alerts`] would give: one answer per stage is asked for.
    pub async fn count_open_alerts(
        &mut self,
        zone: ZoneId,
        unit: Option<UnitId>,
        lowest: Rung,
    ) -> Result<i64, StoreError> {
        let (highest, objected) = waiting_rungs();
        macro_rules! count {
            ($backend:ty) => {{
                let query = alert::table
                    .inner_join(
                        stage::table.on(stage::zone_id
                            .eq(alert::zone_id)
                            .and(stage::id.eq(alert::stage_id))),
                    )
                    .filter(alert::zone_id.eq(Key(zone.0)))
                    .filter(alert::acknowledgement.is_null())
                    .filter(alert::is_carried.eq(false))
                    .filter(
                        (alert::rung.between(i32::from(lowest.number()), highest))
                            .or(alert::rung.eq(objected)),
                    )
                    .filter(stage::state.ne(domain::stage::StageState::Done.code()))
                    .filter(diesel::dsl::not(diesel::dsl::exists(taken_back(
                        CardState::Withdrawn.code(),
                    ))))
                    .select(diesel::dsl::count(alert::stage_id).aggregate_distinct())
                    .into_boxed::<$backend>();
                match unit {
                    Some(unit) => query.filter(stage::unit_id.eq(Key(unit.0))),
                    None => query,
                }
            }};
        }
        Ok(match &mut self.conn {
            Conn::Sqlite(conn) => {
                diesel::RunQueryDsl::get_result(count!(diesel::sqlite::Sqlite), conn)?
            }
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::get_result(count!(diesel::pg::Pg), conn).await?
            }
        })
    }
}
