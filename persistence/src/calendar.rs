//! Proposed calendars and how far the worker is with them. What they move is in `moves`; the calendars themselves
//! are kept with their zone.

mod moves;

use diesel::prelude::*;
use domain::{
    calendar::{CalendarRef, Proposal, ProposalKind, ProposalState, WorkCalendar},
    id::{PersonId, ProjectId, ProposalId, ZoneId},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::moves::{Concerned, KeptMove, Move, MovedStage, Pass, StandingIn};
use crate::{
    connection::{Conn, run, run_locking},
    error::StoreError,
    prepared::change,
    schema::calendar_proposal,
    store::Tx,
    types::{At, Key},
    zone::{signed, unsigned},
};

/// How far the worker is with a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// The last project that is done.
    pub cursor: Option<ProjectId>,
    /// How many projects are done.
    pub done: i64,
    /// How many were open when the work began.
    pub total: i64,
    /// How many stages would move, as far as it was computed.
    pub previewed: i64,
    /// How many stages have moved.
    pub moved: i64,
}

/// What is shown of a proposal without reading its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalHeader {
    /// Key.
    pub id: ProposalId,
    /// What it changes.
    pub kind: ProposalKind,
    /// The calendar that it would make.
    pub calendar: CalendarRef,
    /// The calendar that it is based on.
    pub base: CalendarRef,
    /// Why it was proposed.
    pub note: String,
    /// How far it is.
    pub state: ProposalState,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: OffsetDateTime,
    /// Who approved or rejected it.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<OffsetDateTime>,
    /// How far the worker is.
    pub progress: Progress,
    /// When every stage was planned by it.
    pub finished_at: Option<OffsetDateTime>,
}

/// The calendars of a proposal, as kept.
#[derive(Serialize, Deserialize)]
struct Body {
    calendar: WorkCalendar,
    national: Option<WorkCalendar>,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = calendar_proposal, treat_none_as_default_value = false)]
struct HeaderRow {
    zone_id: Key,
    id: Key,
    kind: String,
    calendar_name: String,
    calendar_version: i32,
    base_name: String,
    base_version: i32,
    note: String,
    state: String,
    proposed_by: Key,
    proposed_at: At,
    decided_by: Option<Key>,
    decided_at: Option<At>,
    cursor: Option<Key>,
    done: i64,
    total: i64,
    previewed: i64,
    moved: i64,
    finished_at: Option<At>,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt {
        what: format!("calendar proposal: {what}"),
    }
}

impl HeaderRow {
    fn read(self) -> Result<ProposalHeader, StoreError> {
        let reference = |name, version| {
            let version = unsigned(version)?;
            Ok::<_, StoreError>(CalendarRef { name, version })
        };
        Ok(ProposalHeader {
            id: ProposalId(self.id.0),
            kind: ProposalKind::of_code(&self.kind).ok_or_else(|| corrupt("kind"))?,
            calendar: reference(self.calendar_name, self.calendar_version)?,
            base: reference(self.base_name, self.base_version)?,
            note: self.note,
            state: ProposalState::of_code(&self.state).ok_or_else(|| corrupt("state"))?,
            proposed_by: PersonId(self.proposed_by.0),
            proposed_at: self.proposed_at.0,
            decided_by: self.decided_by.map(|key| PersonId(key.0)),
            decided_at: self.decided_at.map(|at| at.0),
            progress: Progress {
                cursor: self.cursor.map(|key| ProjectId(key.0)),
                done: self.done,
                total: self.total,
                previewed: self.previewed,
                moved: self.moved,
            },
            finished_at: self.finished_at.map(|at| at.0),
        })
    }
}

impl Tx {
    /// Keeps a new proposal.
    pub async fn add_proposal(
        &mut self,
        zone: ZoneId,
        new: &Proposal,
        (note, total): (&str, i64),
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let row = HeaderRow {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            kind: new.kind.code().to_owned(),
            calendar_name: new.calendar.name.clone(),
            calendar_version: signed(new.calendar.version)?,
            base_name: new.base.name.clone(),
            base_version: signed(new.base.version)?,
            note: note.to_owned(),
            state: new.state.code().to_owned(),
            proposed_by: Key(new.proposed_by.0),
            proposed_at: At(at),
            decided_by: None,
            decided_at: None,
            cursor: None,
            done: 0,
            total,
            previewed: 0,
            moved: 0,
            finished_at: None,
        };
        let body = serde_json::to_string(&Body {
            calendar: new.calendar.clone(),
            national: new.national.clone(),
        })?;
        let values = (row, calendar_proposal::body.eq(body));
        let query = diesel::insert_into(calendar_proposal::table).values(values);
        run!(self, execute, query)?;
        Ok(())
    }

    /// A proposal, without its calendar.
    pub async fn proposal_header(
        &mut self,
        zone: ZoneId,
        id: ProposalId,
    ) -> Result<ProposalHeader, StoreError> {
        let row: HeaderRow = run!(
            self,
            get_result,
            calendar_proposal::table
                .find((Key(zone.0), Key(id.0)))
                .select(HeaderRow::as_select())
        )?;
        row.read()
    }

    /// A proposal, to look at.
    pub async fn proposal(&mut self, zone: ZoneId, id: ProposalId) -> Result<Proposal, StoreError> {
        let row: (HeaderRow, String) = run!(
            self,
            get_result,
            calendar_proposal::table
                .find((Key(zone.0), Key(id.0)))
                .select((HeaderRow::as_select(), calendar_proposal::body))
        )?;
        whole(row)
    }

    /// A proposal, to decide upon: nobody else decides until this transaction ends.
    pub async fn proposal_to_decide(
        &mut self,
        zone: ZoneId,
        id: ProposalId,
    ) -> Result<Proposal, StoreError> {
        let row: (HeaderRow, String) = run_locking!(
            self,
            get_result,
            calendar_proposal::table
                .find((Key(zone.0), Key(id.0)))
                .select((HeaderRow::as_select(), calendar_proposal::body))
        )?;
        whole(row)
    }

    /// The newest proposals.
    pub async fn proposals(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Vec<ProposalHeader>, StoreError> {
        let rows: Vec<HeaderRow> = run!(
            self,
            load,
            calendar_proposal::table
                .filter(calendar_proposal::zone_id.eq(Key(zone.0)))
                .order((
                    calendar_proposal::proposed_at.desc(),
                    calendar_proposal::id.desc(),
                ))
                .limit(limit)
                .select(HeaderRow::as_select())
        )?;
        rows.into_iter().map(HeaderRow::read).collect()
    }

    /// The proposal that the worker must go on with: one that is approved before one that is only to be
    /// previewed, because a preview must see what holds.
    pub async fn proposal_at_work(
        &mut self,
        zone: ZoneId,
    ) -> Result<Option<ProposalHeader>, StoreError> {
        for state in [ProposalState::Approved, ProposalState::Previewing] {
            let rows: Vec<HeaderRow> = run!(
                self,
                load,
                calendar_proposal::table
                    .filter(calendar_proposal::zone_id.eq(Key(zone.0)))
                    .filter(calendar_proposal::state.eq(state.code()))
                    .order((calendar_proposal::proposed_at, calendar_proposal::id))
                    .limit(1)
                    .select(HeaderRow::as_select())
            )?;
            if let Some(row) = rows.into_iter().next() {
                return row.read().map(Some);
            }
        }
        Ok(None)
    }

    /// Takes a proposal that is still in `state` for one batch; `None` if it is not, or another worker has
    /// it at this moment.
    pub async fn take_proposal(
        &mut self,
        zone: ZoneId,
        id: ProposalId,
        state: ProposalState,
    ) -> Result<Option<Progress>, StoreError> {
        macro_rules! query {
            () => {
                calendar_proposal::table
                    .filter(calendar_proposal::zone_id.eq(Key(zone.0)))
                    .filter(calendar_proposal::id.eq(Key(id.0)))
                    .filter(calendar_proposal::state.eq(state.code()))
                    .select(HeaderRow::as_select())
            };
        }
        let row: Option<HeaderRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::get_result(query!(), conn).optional()?,
            Conn::Postgres(conn) => {
                let locked = query!().for_update().skip_locked();
                diesel_async::RunQueryDsl::get_result(locked, conn)
                    .await
                    .optional()?
            }
        };
        row.map(|row| row.read().map(|header| header.progress))
            .transpose()
    }

    /// Records a decision about a proposal. The work that follows begins at the first of `total` projects.
    pub async fn decide_proposal(
        &mut self,
        zone: ZoneId,
        id: ProposalId,
        (state, total): (ProposalState, i64),
        (by, at): (PersonId, OffsetDateTime),
    ) -> Result<(), StoreError> {
        let values = (
            calendar_proposal::state.eq(state.code()),
            calendar_proposal::decided_by.eq(Some(Key(by.0))),
            calendar_proposal::decided_at.eq(Some(At(at))),
            calendar_proposal::cursor.eq(None::<Key>),
            calendar_proposal::done.eq(0_i64),
            calendar_proposal::total.eq(total),
        );
        let this = calendar_proposal::zone_id
            .eq(Key(zone.0))
            .and(calendar_proposal::id.eq(Key(id.0)));
        run!(
            self,
            execute,
            change(calendar_proposal::table, this, values)
        )?;
        Ok(())
    }

    /// Marks every other proposal that waits as overtaken.
    pub async fn overtake_proposals(
        &mut self,
        zone: ZoneId,
        by: ProposalId,
    ) -> Result<usize, StoreError> {
        let waiting =
            [ProposalState::Previewing, ProposalState::Previewed].map(ProposalState::code);
        let query = diesel::update(
            calendar_proposal::table
                .filter(calendar_proposal::zone_id.eq(Key(zone.0)))
                .filter(calendar_proposal::id.ne(Key(by.0)))
                .filter(calendar_proposal::state.eq_any(waiting)),
        )
        .set(calendar_proposal::state.eq(ProposalState::Stale.code()));
        Ok(run!(self, execute, query)?)
    }

    /// Keeps how far the worker is; with `finished_at` nothing more is to be done.
    pub async fn keep_progress(
        &mut self,
        zone: ZoneId,
        id: ProposalId,
        (state, progress): (ProposalState, Progress),
        finished_at: Option<OffsetDateTime>,
    ) -> Result<(), StoreError> {
        let values = (
            calendar_proposal::state.eq(state.code()),
            calendar_proposal::cursor.eq(progress.cursor.map(|id| Key(id.0))),
            calendar_proposal::done.eq(progress.done),
            calendar_proposal::previewed.eq(progress.previewed),
            calendar_proposal::moved.eq(progress.moved),
            calendar_proposal::finished_at.eq(finished_at.map(At)),
        );
        let this = calendar_proposal::zone_id
            .eq(Key(zone.0))
            .and(calendar_proposal::id.eq(Key(id.0)));
        run!(
            self,
            execute,
            change(calendar_proposal::table, this, values)
        )?;
        Ok(())
    }
}

fn whole((row, body): (HeaderRow, String)) -> Result<Proposal, StoreError> {
    let header = row.read()?;
    let body: Body = serde_json::from_str(&body)?;
    Ok(Proposal {
        id: header.id,
        kind: header.kind,
        calendar: body.calendar,
        national: body.national,
        base: header.base,
        proposed_by: header.proposed_by,
        state: header.state,
    })
}
