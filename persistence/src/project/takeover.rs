//! Keeping what another system has kept, under its keys.

use domain::{office::Office, project::Step};
use time::OffsetDateTime;

use super::{Held, Saved, Secrets};
use crate::{error::StoreError, event::NewEvent, store::Tx};

impl Tx {
    /// Like [`Tx::add_project`], for a project that another system keeps under a key, and its lines under
    /// `source_keys`, one for each event.
    pub async fn add_takeover(
        &mut self,
        office: &Office,
        step: &Step,
        (source_key, source_keys): (String, &[Option<String>]),
        recorded_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let keys = source_keys.iter().cloned().chain(std::iter::repeat(None));
        let events = step
            .events
            .iter()
            .zip(keys)
            .map(|(event, source_key)| NewEvent { event, source_key });
        let secrets = Secrets {
            query_hash: None,
            source_key: Some(source_key),
        };
        self.add(office, step, (secrets, events), recorded_at).await
    }

    /// Like [`Tx::save_step`], for lines that another system keeps under `source_keys`, one for each
    /// event.
    #[expect(
        clippy::too_many_arguments,
        reason = "a decision is five things, and each of its lines has a key besides"
    )]
    pub async fn save_takeover(
        &mut self,
        office: &Office,
        held: &Held,
        step: &Step,
        source_keys: &[Option<String>],
        recorded_at: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let keys = source_keys.iter().cloned().chain(std::iter::repeat(None));
        let events = step
            .events
            .iter()
            .zip(keys)
            .map(|(event, source_key)| NewEvent { event, source_key });
        self.save(office, (held, step), events, recorded_at).await
    }
}
