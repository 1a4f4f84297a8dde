//! Lists of cards.

use diesel::{dsl, prelude::*};
use domain::{
    card::CardState,
    id::{CardId, ZoneId},
    stage::Stage,
};
use time::Date;

use super::{CardAtWork, CardRow};
use crate::{
    connection::Conn,
    error::StoreError,
    project::ProjectRow,
    schema::{card, project, stage},
    stage::WorkScope,
    store::Tx,
    types::Key,
};

/// Which cards a list shows, and from where on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFilter {
    /// Those in this state, or all; the newest first, after this row of an earlier page.
    Newest(Option<CardState>, Option<(Date, CardId)>),
    /// Those in this state, or all, that are newer than this row of a later page; the oldest first.
    Newer(Option<CardState>, (Date, CardId)),
    /// Those whose reason is missing and was due before a day, or is due at all; the longest due first.
    Unexplained(Option<Date>),
}

impl Tx {
    /// Cards in `scope` that the filter wants.
    pub async fn card_list(
        &mut self,
        zone: ZoneId,
        scope: WorkScope,
        filter: CardFilter,
        limit: i64,
    ) -> Result<Vec<CardAtWork>, StoreError> {
        macro_rules! page {
            ($backend:ty) => {{
                let query = card::table
                    .inner_join(
                        stage::table.on(stage::zone_id
                            .eq(card::zone_id)
                            .and(stage::id.eq(card::stage_id))),
                    )
                    .inner_join(
                        project::table.on(project::zone_id
                            .eq(card::zone_id)
                            .and(project::id.eq(card::project_id))),
                    )
                    .filter(card::zone_id.eq(Key(zone.0)))
                    .select((CardRow::as_select(), ProjectRow::as_select(), stage::body))
                    .limit(limit)
                    .into_boxed::<$backend>();
                let query = match scope {
                    WorkScope::Zone => query,
                    WorkScope::Unit(unit) => query.filter(stage::unit_id.eq(Key(unit.0))),
                    WorkScope::Officer(person, _) => {
                        query.filter(stage::officer_id.eq(Key(person.0)))
                    }
                };
                match filter {
                    CardFilter::Newest(state, after) => {
                        let mut query = query.order((card::issued_on.desc(), card::id.desc()));
                        if let Some(state) = state {
                            query = query.filter(card::state.eq(state.code()));
                        }
                        if let Some((on, id)) = after {
                            query = query
                                .filter(card::issued_on.le(on))
                                .filter(card::issued_on.lt(on).or(card::id.lt(Key(id.0))));
                        }
                        query
                    }
                    CardFilter::Newer(state, (on, id)) => {
                        let mut query = query.order((card::issued_on.asc(), card::id.asc()));
                        if let Some(state) = state {
                            query = query.filter(card::state.eq(state.code()));
                        }
                        query
                            .filter(card::issued_on.ge(on))
                            .filter(card::issued_on.gt(on).or(card::id.gt(Key(id.0))))
                    }
                    CardFilter::Unexplained(before) => {
                        let query = query
                            .order((card::explain_by.asc(), card::id.asc()))
                            .filter(card::state.ne(CardState::Withdrawn.code()))
                            .filter(dsl::not(card::is_explained));
                        match before {
                            Some(day) => query.filter(card::explain_by.lt(day)),
                            None => query,
                        }
                    }
                }
            }};
        }
        let rows: Vec<(CardRow, ProjectRow, String)> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(page!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(page!(diesel::pg::Pg), conn).await?
            }
        };
        self.at_work(zone, rows).await
    }

    /// How many cards in this state, or in all, there are in a scope.
    pub async fn card_count(
        &mut self,
        zone: ZoneId,
        scope: WorkScope,
        state: Option<CardState>,
    ) -> Result<i64, StoreError> {
        macro_rules! count {
            ($backend:ty) => {{
                let query = card::table
                    .inner_join(
                        stage::table.on(stage::zone_id
                            .eq(card::zone_id)
                            .and(stage::id.eq(card::stage_id))),
                    )
                    .filter(card::zone_id.eq(Key(zone.0)))
                    .select(dsl::count_star())
                    .into_boxed::<$backend>();
                let query = match scope {
                    WorkScope::Zone => query,
                    WorkScope::Unit(unit) => query.filter(stage::unit_id.eq(Key(unit.0))),
                    WorkScope::Officer(person, _) => {
                        query.filter(stage::officer_id.eq(Key(person.0)))
                    }
                };
                match state {
                    Some(state) => query.filter(card::state.eq(state.code())),
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

    async fn at_work(
        &mut self,
        zone: ZoneId,
        rows: Vec<(CardRow, ProjectRow, String)>,
    ) -> Result<Vec<CardAtWork>, StoreError> {
        let mut found = Vec::with_capacity(rows.len());
        for (row, project, body) in rows {
            let stage: Stage = serde_json::from_str(&body)?;
            let project = project.with_stages(vec![stage.clone()])?;
            let of = &project.template;
            let template = self.template(zone, &of.code, of.version).await?;
            found.push(CardAtWork {
                card: row.read()?,
                project,
                template,
                stage,
            });
        }
        Ok(found)
    }
}
