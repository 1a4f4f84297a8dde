//! What a person proves to be who it is: password, authenticator, recovery codes, identity provider.

use diesel::prelude::*;
use domain::id::{PersonId, ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    prepared::change,
    schema::{credential, person, recovery_code},
    store::Tx,
    types::{At, Key},
};

/// What is kept of a person's proofs, besides the password's hash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credential {
    /// When the password was last changed, if that is known.
    pub password_changed_at: Option<OffsetDateTime>,
    /// True when somebody else has set the password.
    pub must_change_password: bool,
    /// The authenticator's secret, sealed.
    pub totp_secret: Option<Vec<u8>>,
    /// The last time step whose code was taken.
    pub totp_step: Option<i64>,
    /// Who has asked for the authenticator to be taken away, and when.
    pub reset_asked: Option<(PersonId, OffsetDateTime)>,
    /// Issuer and subject at the identity provider.
    pub oidc: Option<(String, String)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = credential)]
struct CredentialRow {
    password_changed_at: Option<At>,
    must_change_password: bool,
    totp_secret: Option<Vec<u8>>,
    totp_step: Option<i64>,
    reset_asked_by: Option<Key>,
    reset_asked_at: Option<At>,
    oidc_issuer: Option<String>,
    oidc_subject: Option<String>,
}

impl CredentialRow {
    fn read(self) -> Credential {
        let by = self.reset_asked_by.map(|key| PersonId(key.0));
        Credential {
            password_changed_at: self.password_changed_at.map(|at| at.0),
            must_change_password: self.must_change_password,
            totp_secret: self.totp_secret,
            totp_step: self.totp_step,
            reset_asked: by.zip(self.reset_asked_at.map(|at| at.0)),
            oidc: self.oidc_issuer.zip(self.oidc_subject),
        }
    }
}

impl Tx {
    /// What is kept of a person's proofs; nothing for one who has none yet.
    pub async fn credential(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<Credential, StoreError> {
        let row: Option<CredentialRow> = run!(
            self,
            get_result,
            credential::table
                .find((Key(zone.0), Key(person.0)))
                .select(CredentialRow::as_select())
        )
        .optional()?;
        Ok(row.map(CredentialRow::read).unwrap_or_default())
    }

    /// The same, held until the transaction ends. Everything that opens or ends the sessions of a person
    /// takes this first, so that two of them never miss each other.
    pub async fn credential_to_change(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<Credential, StoreError> {
        let new = (
            credential::zone_id.eq(Key(zone.0)),
            credential::person_id.eq(Key(person.0)),
            credential::must_change_password.eq(false),
        );
        let query = diesel::insert_into(credential::table)
            .values(new)
            .on_conflict_do_nothing();
        run!(self, execute, query)?;
        let row: CredentialRow = run_locking!(
            self,
            get_result,
            credential::table
                .find((Key(zone.0), Key(person.0)))
                .select(CredentialRow::as_select())
        )?;
        Ok(row.read())
    }

    /// Keeps what has become of a person's proofs; call [`Tx::credential_to_change`] before.
    pub async fn save_credential(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        held: &Credential,
    ) -> Result<(), StoreError> {
        let at = credential::zone_id
            .eq(Key(zone.0))
            .and(credential::person_id.eq(Key(person.0)));
        let (issuer, subject) = held.oidc.clone().unzip();
        let values = (
            credential::password_changed_at.eq(held.password_changed_at.map(At)),
            credential::must_change_password.eq(held.must_change_password),
            credential::totp_secret.eq(held.totp_secret.clone()),
            credential::totp_step.eq(held.totp_step),
            credential::reset_asked_by.eq(held.reset_asked.map(|(by, _)| Key(by.0))),
            credential::reset_asked_at.eq(held.reset_asked.map(|(_, asked)| At(asked))),
            credential::oidc_issuer.eq(issuer),
            credential::oidc_subject.eq(subject),
        );
        run!(self, execute, change(credential::table, at, values))?;
        Ok(())
    }

    /// The hash of a person's password in PHC form, if there is one.
    pub async fn password_hash(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<Option<String>, StoreError> {
        let query = person::table
            .find((Key(zone.0), Key(person.0)))
            .select(person::password_hash);
        let hash: Option<Option<String>> = run!(self, get_result, query).optional()?;
        Ok(hash.flatten())
    }

    /// Puts another hash in the place of `old`. False when it is not `old` any more: then somebody has
    /// changed the password meanwhile.
    pub async fn replace_password_hash(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        (old, new): (Option<&str>, &str),
    ) -> Result<bool, StoreError> {
        let known = self.password_hash(zone, person).await?;
        if known.as_deref() != old {
            return Ok(false);
        }
        let at = person::zone_id
            .eq(Key(zone.0))
            .and(person::id.eq(Key(person.0)));
        let values = (person::password_hash.eq(new.to_owned()),);
        Ok(run!(self, execute, change(person::table, at, values))? == 1)
    }

    /// Takes the recovery codes of a person away and puts others in their place.
    pub async fn replace_recovery_codes(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        let query = diesel::delete(
            recovery_code::table
                .filter(recovery_code::zone_id.eq(Key(zone.0)))
                .filter(recovery_code::person_id.eq(Key(person.0))),
        );
        run!(self, execute, query)?;
        for hash in hashes {
            let row = (
                recovery_code::zone_id.eq(Key(zone.0)),
                recovery_code::person_id.eq(Key(person.0)),
                recovery_code::code_hash.eq(hash),
            );
            let query = diesel::insert_into(recovery_code::table).values(row);
            run!(self, execute, query)?;
        }
        Ok(())
    }

    /// Uses a recovery code up. False when it is none of the person's or was used; of several at once one
    /// gets true.
    pub async fn use_recovery_code(
        &mut self,
        zone: ZoneId,
        (person, hash): (PersonId, &str),
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let at = recovery_code::zone_id
            .eq(Key(zone.0))
            .and(recovery_code::person_id.eq(Key(person.0)))
            .and(recovery_code::code_hash.eq(hash.to_owned()))
            .and(recovery_code::used_at.is_null());
        let values = (recovery_code::used_at.eq(At(now)),);
        let query = change(recovery_code::table, at, values);
        Ok(run!(self, execute, query)? == 1)
    }

    /// How many recovery codes a person has left.
    pub async fn count_recovery_codes(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<i64, StoreError> {
        let query = recovery_code::table
            .filter(recovery_code::zone_id.eq(Key(zone.0)))
            .filter(recovery_code::person_id.eq(Key(person.0)))
            .filter(recovery_code::used_at.is_null())
            .count();
        Ok(run!(self, get_result, query)?)
    }

    /// The person of a subject at an identity provider.
    pub async fn find_person_by_subject(
        &mut self,
        zone: ZoneId,
        (issuer, subject): (&str, &str),
    ) -> Result<Option<PersonId>, StoreError> {
        let query = credential::table
            .filter(credential::zone_id.eq(Key(zone.0)))
            .filter(credential::oidc_issuer.eq(issuer))
            .filter(credential::oidc_subject.eq(subject))
            .select(credential::person_id);
        let key: Option<Key> = run!(self, get_result, query).optional()?;
        Ok(key.map(|key| PersonId(key.0)))
    }
}
