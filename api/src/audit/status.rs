//! Whether the security record holds, kept up to date in small steps, so that a page can say so at once.
//! The whole of it, and everything else, is checked by `green-channel audit verify`.

use std::sync::PoisonError;

use persistence::{StoreError, Tx, event::ChainHead};
use time::{Duration, OffsetDateTime};

use crate::app::App;

/// Lines that one step checks: some milliseconds of work.
const STEP: i64 = 2_000;
/// After this time the check begins anew at the first line.
const AGE_MAX: Duration = Duration::hours(1);

/// How far the record was checked.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The last line that holds.
    head: ChainHead,
    /// When the check began at the first line.
    begun_at: Option<OffsetDateTime>,
    /// The first line that does not hold, by the last check that came to one.
    wrong: Option<i64>,
}

impl Default for Checked {
    fn default() -> Self {
        Self {
            head: ChainHead::empty(),
            begun_at: None,
            wrong: None,
        }
    }
}

/// How the record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Every line up to this one holds.
    pub checked_to: i64,
    /// The last line.
    pub last: i64,
    /// The first line that does not hold.
    pub wrong: Option<i64>,
    /// The last checkpoint, and up to which line of the security record it reaches.
    pub checkpoint: Option<(i64, OffsetDateTime, i64)>,
}

/// Checks the next lines.
pub async fn go_on(app: &App) -> Result<Status, StoreError> {
    let (zone, now) = (app.zone, app.now());
    let mut checked = app
        .audit
        .checked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let is_old = checked
        .begun_at
        .is_none_or(|at| now - at > AGE_MAX || now < at);
    if is_old {
        checked = Checked {
            begun_at: Some(now),
            ..Checked::default()
        };
    }
    let from = checked.head.seq;
    let (lines, head, checkpoint, sealed) = app
        .store
        .read(async |tx: &mut Tx| {
            let lines = tx.security_lines(zone, from, STEP).await?;
            let head = tx.security_head(zone).await?;
            let checkpoint = tx.last_checkpoint(zone).await?;
            let sealed = tx
                .sealed_seq(zone, persistence::chain::ChainId::Security)
                .await?;
            Ok::<_, StoreError>((lines, head, checkpoint, sealed))
        })
        .await?;
    let is_end = i64::try_from(lines.len()).is_ok_and(|count| count < STEP);
    if checked.wrong.is_none() {
        for line in lines {
            if !line.continues(&checked.head) {
                checked.wrong = Some(checked.head.seq + 1);
                break;
            }
            checked.head = line.head();
        }
        if checked.wrong.is_none() && is_end && checked.head != head {
            checked.wrong = Some(checked.head.seq + 1);
        }
        if let Some(line) = checked.wrong {
            tracing::error!(
                line,
                "the security record does not hold: run `green-channel audit verify`"
            );
        }
    }
    let status = Status {
        checked_to: checked.head.seq,
        last: head.seq,
        wrong: checked.wrong,
        checkpoint: checkpoint.map(|last| (last.number, last.made_at, sealed)),
    };
    *app.audit
        .checked
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = checked;
    Ok(status)
}
