//! The record that proves itself: checkpoints over all records, where they are kept outside the database, and
//! checking all of it again.
//!
//! | question | file |
//! |---|---|
//! | When is a checkpoint made? | [`seal`] |
//! | Who was refused what? Does the security record hold? | [`refusals`], [`status`] |
//! | Where does it go besides the database? | [`outlet`], [`mod@file`], [`syslog`] |
//! | Is everything as it was recorded? | [`verify`] |
//! | How does somebody else check it? | [`export`], `docs/audit-format.md` |
//!
//! Deliberately absent: a leader. Whoever makes a number first has made it; a unique key decides.

pub mod export;
pub mod file;
pub mod outlet;
pub mod refusals;
pub mod seal;
pub mod status;
pub mod syslog;
pub mod verify;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use persistence::{
    chain::message_hash,
    checkpoint::{Checkpoint, Heads},
};

use crate::keys::Keys;

/// Bytes of a hash that name a public key.
const KEY_ID_BYTES: usize = 8;

/// Signs checkpoints.
pub struct Signer {
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}

impl Signer {
    /// The public key: 32 bytes.
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// Puts key and signature on a checkpoint.
    pub fn sign(&self, checkpoint: &mut Checkpoint) {
        checkpoint.key_id = key_id(self.public_key());
        let message = checkpoint.message();
        checkpoint.signature = self.pair.sign(message.as_bytes()).as_ref().to_vec();
    }
}

/// The name of a public key.
pub fn key_id(public_key: &[u8]) -> Vec<u8> {
    message_hash(public_key)
        .into_iter()
        .take(KEY_ID_BYTES)
        .collect()
}

/// True when the checkpoint was signed by the owner of `public_key`.
pub fn is_signed(checkpoint: &Checkpoint, public_key: &[u8]) -> bool {
    let message = checkpoint.message();
    let key = UnparsedPublicKey::new(&ED25519, public_key);
    checkpoint.key_id == key_id(public_key)
        && key
            .verify(message.as_bytes(), &checkpoint.signature)
            .is_ok()
}

/// What a process knows of its checkpoints. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Audit {
    signer: Arc<Signer>,
    /// The heads under the last checkpoint that this process has made or seen, with its number.
    heads: Arc<Mutex<(i64, Heads)>>,
    outlets: Arc<OnceLock<outlet::Outlets>>,
    /// What was refused, until its minute is over.
    pub refusals: Arc<refusals::Refusals>,
    checked: Arc<Mutex<status::Checked>>,
}

impl Audit {
    /// With the key that follows from the deployment's own; `None` when no key can be made.
    pub fn new(keys: &Keys) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&keys.checkpoint_seed()).ok()?;
        Some(Self {
            signer: Arc::new(Signer { pair }),
            heads: Arc::default(),
            outlets: Arc::default(),
            refusals: Arc::default(),
            checked: Arc::default(),
        })
    }

    /// Signs for this deployment.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Says once where checkpoints go besides the database.
    pub fn send_to(&self, outlets: outlet::Outlets) {
        let _said_before = self.outlets.set(outlets);
    }

    fn heads(&self) -> (i64, Heads) {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep_heads(&self, heads: (i64, Heads)) {
        *self.heads.lock().unwrap_or_else(PoisonError::into_inner) = heads;
    }
}
