//! Addresses under which due dates are fetched, and what they have said.

use diesel::prelude::*;
use domain::{
    calendar_feed::{Entry, Renewal},
    id::{CalendarFeedId, PersonId, StageId, ZoneId},
};
use time::{Date, OffsetDateTime};

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    schema::{calendar_entry, calendar_feed},
    store::Tx,
    types::{At, Key},
    zone::{signed, unsigned},
};

/// An address under which due dates are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFeed {
    /// Key.
    pub id: CalendarFeedId,
    /// Whose dates it gives.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last fetched, to the hour or so.
    pub fetched_at: Option<OffsetDateTime>,
    /// When its owner ended it.
    pub revoked_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = calendar_feed)]
struct FeedRow {
    id: Key,
    person_id: Key,
    name: String,
    created_at: At,
    fetched_at: Option<At>,
    revoked_at: Option<At>,
}

impl FeedRow {
    fn read(self) -> CalendarFeed {
        CalendarFeed {
            id: CalendarFeedId(self.id.0),
            person: PersonId(self.person_id.0),
            name: self.name,
            created_at: self.created_at.0,
            fetched_at: self.fetched_at.map(|at| at.0),
            revoked_at: self.revoked_at.map(|at| at.0),
        }
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_entry)]
struct EntryRow {
    zone_id: Key,
    feed_id: Key,
    stage_id: Key,
    due_on: Date,
    sequence: i32,
    is_cancelled: bool,
    print: String,
    changed_at: At,
}

impl EntryRow {
    fn of(zone: ZoneId, feed: CalendarFeedId, entry: &Entry) -> Result<Self, StoreError> {
        Ok(Self {
            zone_id: Key(zone.0),
            feed_id: Key(feed.0),
            stage_id: Key(entry.stage.0),
            due_on: entry.due_on,
            sequence: signed(entry.sequence)?,
            is_cancelled: entry.is_cancelled,
            print: entry.print.clone(),
            changed_at: At(entry.changed_at),
        })
    }

    fn read(self) -> Result<Entry, StoreError> {
        Ok(Entry {
            stage: StageId(self.stage_id.0),
            due_on: self.due_on,
            sequence: unsigned(self.sequence)?,
            is_cancelled: self.is_cancelled,
            print: self.print,
            changed_at: self.changed_at.0,
        })
    }
}

impl Tx {
    /// Keeps a new address under the hash of its token.
    pub async fn add_calendar_feed(
        &mut self,
        zone: ZoneId,
        new: &CalendarFeed,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let row = (
            calendar_feed::zone_id.eq(Key(zone.0)),
            calendar_feed::id.eq(Key(new.id.0)),
            calendar_feed::person_id.eq(Key(new.person.0)),
            calendar_feed::token_hash.eq(token_hash),
            calendar_feed::name.eq(&new.name),
            calendar_feed::created_at.eq(At(new.created_at)),
        );
        let query = diesel::insert_into(calendar_feed::table).values(row);
        run!(self, execute, query)?;
        Ok(())
    }

    /// The addresses of a person that are not ended, the oldest first.
    pub async fn calendar_feeds(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<Vec<CalendarFeed>, StoreError> {
        let rows: Vec<FeedRow> = run!(
            self,
            load,
            calendar_feed::table
                .filter(calendar_feed::zone_id.eq(Key(zone.0)))
                .filter(calendar_feed::person_id.eq(Key(person.0)))
                .filter(calendar_feed::revoked_at.is_null())
                .order((calendar_feed::created_at, calendar_feed::id))
                .select(FeedRow::as_select())
        )?;
        Ok(rows.into_iter().map(FeedRow::read).collect())
    }

    /// The address of a token, ended or not.
    pub async fn find_calendar_feed(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
    ) -> Result<Option<CalendarFeed>, StoreError> {
        let row: Option<FeedRow> = run!(
            self,
            get_result,
            calendar_feed::table
                .filter(calendar_feed::zone_id.eq(Key(zone.0)))
                .filter(calendar_feed::token_hash.eq(token_hash))
                .select(FeedRow::as_select())
        )
        .optional()?;
        Ok(row.map(FeedRow::read))
    }

    /// Holds an address until this transaction ends, so that two fetches at once count up one after the other.
    pub async fn calendar_feed_to_renew(
        &mut self,
        zone: ZoneId,
        id: CalendarFeedId,
    ) -> Result<CalendarFeed, StoreError> {
        let row: FeedRow = run_locking!(
            self,
            get_result,
            calendar_feed::table
                .find((Key(zone.0), Key(id.0)))
                .select(FeedRow::as_select())
        )?;
        Ok(row.read())
    }

    /// Ends an address of a person. False when there is no such address, or it is ended already.
    pub async fn revoke_calendar_feed(
        &mut self,
        zone: ZoneId,
        (person, id): (PersonId, CalendarFeedId),
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let this = calendar_feed::table
            .find((Key(zone.0), Key(id.0)))
            .filter(calendar_feed::person_id.eq(Key(person.0)))
            .filter(calendar_feed::revoked_at.is_null());
        let query = diesel::update(this).set(calendar_feed::revoked_at.eq(At(now)));
        Ok(run!(self, execute, query)? == 1)
    }

    /// Remembers that an address was fetched.
    pub async fn note_calendar_fetch(
        &mut self,
        zone: ZoneId,
        id: CalendarFeedId,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let this = calendar_feed::table.find((Key(zone.0), Key(id.0)));
        let query = diesel::update(this).set(calendar_feed::fetched_at.eq(At(now)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// What an address has said.
    pub async fn calendar_entries(
        &mut self,
        zone: ZoneId,
        feed: CalendarFeedId,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<EntryRow> = run!(
            self,
            load,
            calendar_entry::table
                .filter(calendar_entry::zone_id.eq(Key(zone.0)))
                .filter(calendar_entry::feed_id.eq(Key(feed.0)))
                .order((calendar_entry::due_on, calendar_entry::stage_id))
                .select(EntryRow::as_select())
        )?;
        rows.into_iter().map(EntryRow::read).collect()
    }

    /// Keeps what an address says from now on.
    pub async fn keep_calendar_entries(
        &mut self,
        zone: ZoneId,
        feed: CalendarFeedId,
        renewal: &Renewal,
    ) -> Result<(), StoreError> {
        for entry in &renewal.changed {
            let row = EntryRow::of(zone, feed, entry)?;
            let query = diesel::insert_into(calendar_entry::table)
                .values(&row)
                .on_conflict((
                    calendar_entry::zone_id,
                    calendar_entry::feed_id,
                    calendar_entry::stage_id,
                ))
                .do_update()
                .set(&row);
            run!(self, execute, query)?;
        }
        for stage in &renewal.dropped {
            let this = calendar_entry::table.find((Key(zone.0), Key(feed.0), Key(stage.0)));
            run!(self, execute, diesel::delete(this))?;
        }
        Ok(())
    }
}
