//! What must be read again and still not lie open in a table: AES-256-GCM, bound to its place.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Which algorithm a sealed value uses, its first byte: another one will have another number.
const AES_256_GCM_V1: u8 = 1;

fn key(key: &[u8; 32]) -> Option<LessSafeKey> {
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?))
}

/// Seals `open` for `place`: table, column and row. `random` makes the nonce; of 2^32 values under one key
/// none is likely to repeat, and a zone has far fewer.
pub fn seal(secret: &[u8; 32], random: [u8; 32], place: &str, open: &[u8]) -> Option<Vec<u8>> {
    let nonce: [u8; NONCE_LEN] =
        std::array::from_fn(|at| random.get(at).copied().unwrap_or_default());
    let mut sealed = open.to_vec();
    let aad = Aad::from(place.as_bytes());
    key(secret)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
        .ok()?;
    let mut kept = vec![AES_256_GCM_V1];
    kept.extend(nonce);
    kept.append(&mut sealed);
    Some(kept)
}

/// Opens what was sealed for `place`; `None` for anything else.
pub fn open(secret: &[u8; 32], place: &str, kept: &[u8]) -> Option<Vec<u8>> {
    let (&algorithm, rest) = kept.split_first()?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
    if algorithm != AES_256_GCM_V1 {
        return None;
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let aad = Aad::from(place.as_bytes());
    let opened = key(secret)?.open_in_place(nonce, aad, &mut sealed).ok()?;
    Some(opened.to_vec())
}
