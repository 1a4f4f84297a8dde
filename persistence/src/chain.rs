//! Hash chains: each line carries the hash of itself and of the line before.
//!
//! The hash is SHA-256 over `0x00 ‖ version ‖ algorithm ‖ field(chain) ‖ field(seq) ‖ field(previous hash) ‖
//! field(..) ..`, where `field(x)` is the length of `x` in bytes as eight big-endian bytes, then `x`. The
//! leading zero keeps lines apart from the nodes of hash trees (RFC 6962, section 2.1).

use sha2::{Digest as _, Sha256};

/// The form of the hashed bytes.
const VERSION: u8 = 1;
/// SHA-256.
const ALGORITHM: u8 = 1;

/// The hash of line `seq` of `chain` after a line with the hash `previous`.
pub(crate) fn digest<'a>(
    chain: &[u8],
    seq: i64,
    previous: &[u8],
    fields: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<u8> {
    let mut sha = Sha256::new();
    sha.update([0, VERSION, ALGORITHM]);
    let mut add = |field: &[u8]| {
        sha.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        sha.update(field);
    };
    add(chain);
    add(&seq.to_be_bytes());
    add(previous);
    fields.into_iter().for_each(add);
    sha.finalize().to_vec()
}
