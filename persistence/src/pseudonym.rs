//! What stands for personal data where nothing may be erased: the value under the person's own salt. With
//! the salt, equal values are equal; without it, the pseudonym is nobody's for ever.

use diesel::prelude::*;
use domain::id::{PersonId, ZoneId};
use sha2::{Digest as _, Sha256};

use crate::{
    chain::Hash, connection::run, error::StoreError, schema::person_salt, store::Tx, types::Key,
};

/// Bytes of a block of SHA-256, which HMAC is defined by.
const BLOCK: usize = 64;

/// HMAC-SHA-256 (RFC 2104) of `value` under a salt of 32 bytes.
fn keyed(salt: &Hash, value: &[u8]) -> Hash {
    let padded = |with: u8| -> [u8; BLOCK] {
        std::array::from_fn(|at| salt.get(at).copied().unwrap_or_default() ^ with)
    };
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(value)
        .finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner);
    outer.finalize().into()
}

impl Tx {
    /// What stands for `value`, a piece of personal data of `person`. The first time a person has none,
    /// `fresh` becomes the salt.
    pub async fn pseudonym(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        value: &str,
        fresh: [u8; 32],
    ) -> Result<Hash, StoreError> {
        let row = (
            person_salt::zone_id.eq(Key(zone.0)),
            person_salt::person_id.eq(Key(person.0)),
            person_salt::salt.eq(&fresh[..]),
        );
        let query = diesel::insert_into(person_salt::table)
            .values(row)
            .on_conflict_do_nothing();
        run!(self, execute, query)?;
        let query = person_salt::table
            .find((Key(zone.0), Key(person.0)))
            .select(person_salt::salt);
        let salt: Vec<u8> = run!(self, get_result, query)?;
        let salt = salt.try_into().map_err(|_length| StoreError::Corrupt {
            what: "a salt that has not 32 bytes".into(),
        })?;
        Ok(keyed(&salt, value.as_bytes()))
    }

    /// Erases a person's salt: from now on no pseudonym of theirs can be told from any other. The records
    /// that hold them stay whole.
    pub async fn erase_salt(&mut self, zone: ZoneId, person: PersonId) -> Result<(), StoreError> {
        let query = diesel::delete(person_salt::table.find((Key(zone.0), Key(person.0))));
        run!(self, execute, query)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pseudonym_is_the_hmac_of_the_standard() {
        // The key of 32 bytes 0..32 over "abc", as computed by two other programs.
        let salt = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let hex = crate::checkpoint::hexadecimal(&keyed(&salt, b"abc"));
        assert_eq!(
            hex,
            "f0133729c4163dede81e21cd47839256da58171238c8a0d874397c73b14e1e47"
        );
    }
}
