//! Sign-ins under way.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{
    id::{AttemptId, PersonId, ZoneId},
    sign_in::{Attempt, Awaited},
};
use time::OffsetDateTime;

use crate::{
    connection::{Conn, run, run_locking},
    error::StoreError,
    prepared::change,
    schema::{person, person_role, sign_in_attempt as attempt},
    store::Tx,
    types::{At, Key},
    zone::{signed, unsigned},
};

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = attempt, treat_none_as_default_value = false)]
struct AttemptRow {
    zone_id: Key,
    id: Key,
    person_id: Option<Key>,
    awaited: String,
    wrong: i32,
    next: String,
    created_at: At,
    used_at: Option<At>,
    is_letter_due: bool,
    vouched_at: Option<At>,
    mail: Option<String>,
}

/// A sign-in whose letter is to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLetter {
    /// The sign-in.
    pub attempt: Attempt,
    /// The address that was typed, in small letters, where it is not known yet whose it is.
    pub mail: Option<String>,
}

diesel::define_sql_function! {
    /// Small letters.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

impl AttemptRow {
    fn of(zone: ZoneId, new: &Attempt, mail: Option<String>) -> Result<Self, StoreError> {
        Ok(Self {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            person_id: new.person.map(|id| Key(id.0)),
            awaited: new.awaited.code().to_owned(),
            wrong: signed(new.wrong)?,
            next: new.next.clone(),
            created_at: At(new.created_at),
            used_at: new.used_at.map(At),
            is_letter_due: new.awaited == Awaited::Mail,
            vouched_at: new.vouched_at.map(At),
            mail,
        })
    }

    fn read(self) -> Result<Attempt, StoreError> {
        let awaited = Awaited::of_code(&self.awaited).ok_or_else(|| StoreError::Corrupt {
            what: format!("sign-in that awaits {:?}", self.awaited),
        })?;
        Ok(Attempt {
            id: AttemptId(self.id.0),
            person: self.person_id.map(|key| PersonId(key.0)),
            awaited,
            wrong: unsigned(self.wrong)?,
            created_at: self.created_at.0,
            used_at: self.used_at.map(|at| at.0),
            next: self.next,
            vouched_at: self.vouched_at.map(|at| at.0),
        })
    }
}

impl Tx {
    /// Adds a sign-in under way. One that awaits a mail waits for [`Tx::attempts_to_write`], too.
    pub async fn add_attempt(&mut self, zone: ZoneId, new: &Attempt) -> Result<(), StoreError> {
        self.insert_attempt(AttemptRow::of(zone, new, None)?).await
    }

    /// Adds a sign-in whose letter goes to whoever has the address `mail`, if anybody has. Nothing is looked
    /// up, so that it takes as long for an address that nobody has.
    pub async fn add_attempt_by_mail(
        &mut self,
        zone: ZoneId,
        new: &Attempt,
        mail: &str,
    ) -> Result<(), StoreError> {
        let mail = mail.trim().to_lowercase();
        self.insert_attempt(AttemptRow::of(zone, new, Some(mail))?)
            .await
    }

    async fn insert_attempt(&mut self, row: AttemptRow) -> Result<(), StoreError> {
        run!(
            self,
            execute,
            diesel::insert_into(attempt::table).values(&row)
        )?;
        Ok(())
    }

    /// A sign-in under way.
    pub async fn find_attempt(
        &mut self,
        zone: ZoneId,
        id: AttemptId,
    ) -> Result<Option<Attempt>, StoreError> {
        let query = attempt::table.find((Key(zone.0), Key(id.0)));
        let row: Option<AttemptRow> = run!(self, get_result, query).optional()?;
        row.map(AttemptRow::read).transpose()
    }

    /// A sign-in under way, held until the transaction ends: of answers at the same instant each is counted.
    pub async fn attempt_to_answer(
        &mut self,
        zone: ZoneId,
        id: AttemptId,
    ) -> Result<Option<Attempt>, StoreError> {
        let query = attempt::table.find((Key(zone.0), Key(id.0)));
        let row: Option<AttemptRow> = run_locking!(self, get_result, query).optional()?;
        row.map(AttemptRow::read).transpose()
    }

    /// Keeps what has become of a sign-in under way.
    pub async fn save_attempt(&mut self, zone: ZoneId, held: &Attempt) -> Result<(), StoreError> {
        let at = attempt::zone_id
            .eq(Key(zone.0))
            .and(attempt::id.eq(Key(held.id.0)));
        let values = (
            attempt::awaited.eq(held.awaited.code()),
            attempt::wrong.eq(signed(held.wrong)?),
            attempt::created_at.eq(At(held.created_at)),
            attempt::used_at.eq(held.used_at.map(At)),
        );
        run!(self, execute, change(attempt::table, at, values))?;
        Ok(())
    }

    /// Uses up every sign-in of a person that is under way.
    pub async fn end_attempts_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let at = attempt::zone_id
            .eq(Key(zone.0))
            .and(attempt::person_id.eq(Key(person.0)).assume_not_null())
            .and(attempt::used_at.is_null());
        let values = (attempt::used_at.eq(At(now)),);
        Ok(run!(self, execute, change(attempt::table, at, values))?)
    }

    /// Takes sign-ins whose letter nobody has queued yet, the oldest first; they are not given out again, and
    /// the addresses that were typed are forgotten here.
    pub async fn attempts_to_write(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Vec<DueLetter>, StoreError> {
        let due = || {
            attempt::table
                .filter(attempt::zone_id.eq(Key(zone.0)))
                .filter(attempt::is_letter_due)
                .order((attempt::created_at, attempt::id))
                .select((attempt::id, attempt::mail))
                .limit(limit)
        };
        let found: Vec<(Key, Option<String>)> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(due(), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(due().for_update().skip_locked(), conn).await?
            }
        };
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut mails: BTreeMap<Key, Option<String>> = found.into_iter().collect();
        let taken = attempt::table.filter(
            attempt::zone_id
                .eq(Key(zone.0))
                .and(attempt::id.eq_any(mails.keys().copied().collect::<Vec<_>>())),
        );
        let rows: Vec<AttemptRow> = run!(
            self,
            load,
            diesel::update(taken)
                .set((
                    attempt::is_letter_due.eq(false),
                    attempt::mail.eq(None::<String>),
                ))
                .returning(AttemptRow::as_returning())
        )?;
        rows.into_iter()
            .map(|row| {
                let mail = mails.remove(&row.id).flatten();
                let attempt = row.read()?;
                Ok(DueLetter { attempt, mail })
            })
            .collect()
    }

    /// Keeps whose sign-in this is, found by the address that was typed.
    pub async fn name_attempt(
        &mut self,
        zone: ZoneId,
        (id, person): (AttemptId, PersonId),
    ) -> Result<(), StoreError> {
        let at = attempt::zone_id
            .eq(Key(zone.0))
            .and(attempt::id.eq(Key(id.0)));
        let values = (attempt::person_id.eq(Some(Key(person.0))),);
        run!(self, execute, change(attempt::table, at, values))?;
        Ok(())
    }

    /// Active people with a role of `role` and this mail address, in the order of their keys. Case does not
    /// count in an address.
    pub async fn people_by_mail(
        &mut self,
        zone: ZoneId,
        (mail, role): (&str, domain::access::Role),
    ) -> Result<Vec<PersonId>, StoreError> {
        let query = person::table
            .inner_join(
                person_role::table.on(person_role::zone_id
                    .eq(person::zone_id)
                    .and(person_role::person_id.eq(person::id))),
            )
            .filter(person::zone_id.eq(Key(zone.0)))
            .filter(lower(person::email).eq(mail.trim().to_lowercase()))
            .filter(person::is_active)
            .filter(person_role::role.eq(role.code()))
            .order(person::id)
            .select(person::id);
        let keys: Vec<Key> = run!(self, load, query)?;
        Ok(keys.into_iter().map(|key| PersonId(key.0)).collect())
    }

    /// Forgets sign-ins that began before `before`; gives how many.
    pub async fn prune_attempts(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(
            attempt::table
                .filter(attempt::zone_id.eq(Key(zone.0)))
                .filter(attempt::created_at.le(At(before))),
        );
        Ok(run!(self, execute, query)?)
    }
}
