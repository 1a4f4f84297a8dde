//! The only source of new keys and secrets.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use domain::code::QueryCode;
use time::OffsetDateTime;
use uuid::Uuid;

/// Where keys and secrets come from.
#[derive(Debug, Clone)]
pub enum Ids {
    /// The machine's source of randomness.
    Random,
    /// Counted up: the same keys on every run. For tests, the demonstration's data and replays.
    Counted(Arc<AtomicU64>),
}

impl Ids {
    /// Counted from one.
    pub fn counted() -> Self {
        Self::Counted(Arc::new(AtomicU64::new(1)))
    }

    /// A key that sorts by time (UUID version 7).
    pub fn key(&self, at: OffsetDateTime) -> Uuid {
        let millis = u64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
        let mut random = [0; 10];
        self.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// 32 secret bytes.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A query code for a new project.
    pub fn query_code(&self) -> QueryCode {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        QueryCode::from_bits(u64::from_be_bytes(bytes))
    }

    fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::Random => {
                // Without randomness no secret can be made; ending is safer than going on.
                let filled = getrandom::fill(bytes);
                assert!(filled.is_ok(), "the machine gives no randomness");
            }
            Self::Counted(next) => {
                let mut state = next.fetch_add(1, Ordering::Relaxed);
                for byte in bytes.iter_mut().rev() {
                    // SplitMix64: spreads the counter over all bytes, the same way every time.
                    state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    *byte = mixed.to_be_bytes()[0];
                }
            }
        }
    }
}
