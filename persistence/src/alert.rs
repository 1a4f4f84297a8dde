//! Alerts: rungs that fired. The unique key (stage, rung, basis) decides, never a lock or a memory.

mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    alert::{Acknowledgement, Alert},
    card::CardIssue,
    code::CardNumber,
    event::{Author, Event, Fact},
    id::{AlertId, ProjectId, StageId, ZoneId},
    ladder::{FiredRung, Rung},
};
use time::{Date, OffsetDateTime};

use crate::{
    card::numbers,
    connection::{Conn, run},
    error::StoreError,
    event::{NewEvent, chain},
    prepared::ROWS_PER_INSERT,
    schema::alert,
    stage::SweptProject,
    store::Tx,
    types::{At, Key, derived_key},
    zone::{signed, unsigned},
};

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = alert, treat_none_as_default_value = false)]
struct AlertRow {
    zone_id: Key,
    id: Key,
    project_id: Key,
    stage_id: Key,
    rung: i32,
    basis: i32,
    due_on: Date,
    fired_at: At,
    is_carried: bool,
    acknowledgement: Option<String>,
}

impl AlertRow {
    fn of(zone: ZoneId, alert: &Alert) -> Result<Self, StoreError> {
        Ok(Self {
            zone_id: Key(zone.0),
            id: Key(alert.id.0),
            project_id: Key(alert.project.0),
            stage_id: Key(alert.stage.0),
            rung: alert.rung.number().into(),
            basis: signed(alert.basis)?,
            due_on: alert.due_on,
            fired_at: At(alert.fired_at),
            is_carried: alert.is_carried,
            acknowledgement: alert
                .acknowledgement
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?,
        })
    }

    fn read(self) -> Result<Alert, StoreError> {
        Ok(Alert {
            id: AlertId(self.id.0),
            project: ProjectId(self.project_id.0),
            stage: StageId(self.stage_id.0),
            rung: rung_of(self.rung)?,
            basis: unsigned(self.basis)?,
            due_on: self.due_on,
            fired_at: self.fired_at.0,
            is_carried: self.is_carried,
            acknowledgement: self
                .acknowledgement
                .as_deref()
                .map(serde_json::from_str)
                .transpose()?,
        })
    }
}

fn rung_of(number: i32) -> Result<Rung, StoreError> {
    u8::try_from(number)
        .ok()
        .and_then(Rung::of_number)
        .ok_or_else(|| StoreError::Corrupt {
            what: format!("rung {number}"),
        })
}

/// An alert to keep, with the card that it issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    /// The alert.
    pub alert: Alert,
    /// The card; `None` for rungs that issue none.
    pub card: Option<CardIssue>,
}

/// The key of an alert from what makes it unique.
pub fn alert_id(zone: ZoneId, stage: StageId, rung: Rung, basis: u32) -> AlertId {
    AlertId(derived_key(
        zone,
        &format!("alert:{stage}:{basis}:{}", rung.number()),
    ))
}

impl Tx {
    /// Keeps alerts that do not exist yet, with their cards and lines in the record; gives those that were kept.
    ///
    /// An alert whose key exists is left alone: somebody else has told, or is about to. Each alert's project
    /// must be among `projects`, read in this transaction; if its record has moved on since, nothing is kept
    /// and the answer is [`StoreError::Stale`].
    pub async fn fire_alerts(
        &mut self,
        zone: ZoneId,
        projects: &[SweptProject],
        firings: &[Firing],
        now: OffsetDateTime,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut rows: Vec<AlertRow> = firings
            .iter()
            .map(|firing| AlertRow::of(zone, &firing.alert))
            .collect::<Result<_, _>>()?;
        // Sweeps that propose the same alerts wait for each other in the same order, never in a circle.
        rows.sort_by_key(|row| (row.stage_id, row.rung, row.basis));
        let kept = self.insert_alerts(&rows).await?;
        let news = || {
            let is_kept = |firing: &&Firing| kept.contains(&Key(firing.alert.id.0));
            firings.iter().filter(is_kept)
        };
        let issues = news().filter_map(|firing| firing.card.clone()).collect();
        let cards = numbers(&self.issue_cards(zone, issues).await?);
        let fired: Vec<Alert> = news().map(|firing| firing.alert.clone()).collect();
        self.record_alerts((zone, now), projects, (&fired, &cards))
            .await?;
        Ok(fired)
    }

    /// Inserts the rows whose key is new; gives their ids.
    async fn insert_alerts(&mut self, rows: &[AlertRow]) -> Result<BTreeSet<Key>, StoreError> {
        let mut kept = BTreeSet::new();
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                for row in rows {
                    let query = diesel::insert_into(alert::table)
                        .values(row)
                        .on_conflict_do_nothing();
                    // A count says it all for one row; RETURNING costs SQLite a journal for each statement.
                    if diesel::RunQueryDsl::execute(query, conn)? == 1 {
                        kept.insert(row.id);
                    }
                }
            }
            Conn::Postgres(conn) => {
                for chunk in rows.chunks(ROWS_PER_INSERT) {
                    let query = diesel::insert_into(alert::table)
                        .values(chunk)
                        .on_conflict_do_nothing()
                        .returning(alert::id);
                    kept.extend(diesel_async::RunQueryDsl::load::<Key>(query, conn).await?);
                }
            }
        }
        Ok(kept)
    }

    async fn record_alerts(
        &mut self,
        (zone, now): (ZoneId, OffsetDateTime),
        projects: &[SweptProject],
        (fired, cards): (&[Alert], &BTreeMap<AlertId, CardNumber>),
    ) -> Result<(), StoreError> {
        let mut lines: BTreeMap<ProjectId, Vec<Event>> = BTreeMap::new();
        for alert in fired {
            lines.entry(alert.project).or_default().push(Event {
                stage: Some(alert.stage),
                author: Author::System,
                happened_at: now,
                is_late_entry: false,
                fact: Fact::RungFired {
                    rung: alert.rung,
                    basis: alert.basis,
                    due_on: alert.due_on,
                    is_carried: alert.is_carried,
                    card: cards.get(&alert.id).copied(),
                },
            });
        }
        let mut rows = Vec::with_capacity(fired.len());
        let mut heads = Vec::with_capacity(lines.len());
        for project in projects {
            let Some(events) = lines.remove(&project.id) else {
                continue;
            };
            let events = events.iter().map(|event| NewEvent {
                event,
                source_key: None,
            });
            let (new, head) = chain((zone, project.id), &project.chain, events, now)?;
            rows.extend(new);
            heads.push((project.id, project.chain.seq, head));
        }
        if let Some(project) = lines.keys().next() {
            return Err(StoreError::Broken {
                reason: format!("an alert of {project}, which was not taken"),
            });
        }
        self.move_chain_heads(zone, &heads).await?;
        self.append_events(&rows).await
    }

    /// What has fired for each of these stages.
    pub async fn fired_rungs(
        &mut self,
        zone: ZoneId,
        stages: &[StageId],
    ) -> Result<BTreeMap<StageId, Vec<FiredRung>>, StoreError> {
        let keys: Vec<Key> = stages.iter().map(|id| Key(id.0)).collect();
        let query = alert::table
            .filter(
                alert::zone_id
                    .eq(Key(zone.0))
                    .and(alert::stage_id.eq_any(keys)),
            )
            .select((alert::stage_id, alert::rung, alert::basis));
        let rows: Vec<(Key, i32, i32)> = run!(self, load, query)?;
        let mut fired: BTreeMap<StageId, Vec<FiredRung>> = BTreeMap::new();
        for (key, rung, basis) in rows {
            let rung = FiredRung {
                rung: rung_of(rung)?,
                basis: unsigned(basis)?,
            };
            fired.entry(StageId(key.0)).or_default().push(rung);
        }
        Ok(fired)
    }

    /// An alert by key.
    pub async fn alert(&mut self, zone: ZoneId, id: AlertId) -> Result<Alert, StoreError> {
        let query = alert::table.find((Key(zone.0), Key(id.0)));
        let row: AlertRow = run!(self, get_result, query)?;
        row.read()
    }

    /// The rungs of these alerts.
    pub async fn rungs_of_alerts(
        &mut self,
        zone: ZoneId,
        alerts: &[AlertId],
    ) -> Result<BTreeMap<AlertId, Rung>, StoreError> {
        let keys: Vec<Key> = alerts.iter().map(|id| Key(id.0)).collect();
        let query = alert::table
            .filter(alert::zone_id.eq(Key(zone.0)))
            .filter(alert::id.eq_any(keys))
            .select((alert::id, alert::rung));
        let rows: Vec<(Key, i32)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(id, rung)| Ok((AlertId(id.0), rung_of(rung)?)))
            .collect()
    }

    /// The alerts of a project, newest first.
    pub async fn alerts_of_project(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
    ) -> Result<Vec<Alert>, StoreError> {
        let query = alert::table
            .filter(
                alert::zone_id
                    .eq(Key(zone.0))
                    .and(alert::project_id.eq(Key(project.0))),
            )
            .order((alert::fired_at.desc(), alert::rung.desc()));
        let rows: Vec<AlertRow> = run!(self, load, query)?;
        rows.into_iter().map(AlertRow::read).collect()
    }

    /// Keeps what a supervisor said to an alert that nobody had answered.
    pub async fn acknowledge_alert(
        &mut self,
        zone: ZoneId,
        id: AlertId,
        acknowledgement: &Acknowledgement,
    ) -> Result<(), StoreError> {
        let query = diesel::update(
            alert::table
                .find((Key(zone.0), Key(id.0)))
                .filter(alert::acknowledgement.is_null()),
        )
        .set(alert::acknowledgement.eq(serde_json::to_string(acknowledgement)?));
        if run!(self, execute, query)? == 1 {
            return Ok(());
        }
        // Absent, or answered before: an alert is answered once, so its version is 1 by then.
        self.alert(zone, id).await?;
        Err(StoreError::Stale { current_version: 1 })
    }

    /// Keeps what settles an alert, if it has fired and nobody has answered it.
    pub async fn settle_alert(
        &mut self,
        zone: ZoneId,
        id: AlertId,
        said: &Acknowledgement,
    ) -> Result<(), StoreError> {
        let query = diesel::update(
            alert::table
                .find((Key(zone.0), Key(id.0)))
                .filter(alert::acknowledgement.is_null()),
        )
        .set(alert::acknowledgement.eq(serde_json::to_string(said)?));
        run!(self, execute, query)?;
        Ok(())
    }

    /// How many alerts there are of each rung, carried ones left out.
    pub async fn alerts_by_rung(
        &mut self,
        zone: ZoneId,
    ) -> Result<BTreeMap<Rung, i64>, StoreError> {
        let query = alert::table
            .filter(
                alert::zone_id
                    .eq(Key(zone.0))
                    .and(alert::is_carried.eq(false)),
            )
            .group_by(alert::rung)
            .select((alert::rung, diesel::dsl::count_star()));
        let rows: Vec<(i32, i64)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(rung, count)| Ok((rung_of(rung)?, count)))
            .collect()
    }
}
