//! Making checkpoints: a minute after the last one, or as soon as a thousand lines are new. What is made
//! costs what has changed, not what there is.

use domain::id::ZoneId;
use persistence::{
    StoreError, Tx,
    chain::ChainId,
    checkpoint::{Checkpoint, Heads, Leaf, NO_CHECKPOINT, Unsealed},
};
use time::{Duration, OffsetDateTime};

use super::Audit;
use crate::app::App;

/// How long a line may stay without a checkpoint.
const AGE_MAX: Duration = Duration::minutes(1);
/// New lines that do not wait for the minute to end.
const ENTRIES_MAX: i64 = 1_000;
/// Records under one checkpoint that are new in it. More would keep other writes waiting; the rest follows
/// at once in the next.
const RECORDS_MAX: i64 = 2_000;
/// Checkpoints of one turn, so that the worker comes to its letters in between.
const CHECKPOINTS_PER_TURN: usize = 10;

/// Makes the checkpoints that are due, and says how many.
pub async fn seal(app: &App) -> Result<usize, StoreError> {
    for made in 0..CHECKPOINTS_PER_TURN {
        let Some(last) = due_after(app).await? else {
            return Ok(made);
        };
        if !seal_once(app, last).await? {
            return Ok(made);
        }
    }
    app.poke.poke();
    Ok(CHECKPOINTS_PER_TURN)
}

/// The number of the last checkpoint, when enough is new since.
async fn due_after(app: &App) -> Result<Option<i64>, StoreError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let unsealed = tx.unsealed(zone, RECORDS_MAX).await?;
            let security = security_leaf(tx, zone).await?;
            let sealed = tx.sealed_seq(zone, ChainId::Security).await?;
            let new_security = security
                .map_or(0, |leaf| leaf.seq.saturating_sub(sealed))
                .max(0);
            let entries = unsealed.entries().saturating_add(new_security);
            let last = tx.last_checkpoint(zone).await?;
            let number = last.as_ref().map_or(0, |last| last.number);
            let is_due = entries > 0 && last.is_none_or(|last| is_over(&last, entries, now));
            Ok(is_due.then_some(number))
        })
        .await
}

fn is_over(last: &Checkpoint, entries: i64, now: OffsetDateTime) -> bool {
    // A clock that was set back must not keep anything without a checkpoint.
    let age = now - last.made_at;
    entries >= ENTRIES_MAX || age >= AGE_MAX || age.is_negative()
}

/// Makes the checkpoint after `last`. False when somebody else has made it, or nothing is left to seal: a
/// record that another worker held at that moment waits for the next minute.
async fn seal_once(app: &App, last: i64) -> Result<bool, StoreError> {
    let (zone, now, audit) = (app.zone, app.now(), app.audit.clone());
    let made = app
        .store
        .write(async move |tx: &mut Tx| next(tx, (zone, now), &audit, last).await)
        .await?;
    match made {
        Some(heads) => {
            app.audit.keep_heads(heads);
            Ok(true)
        }
        None => Ok(false),
    }
}

async fn next(
    tx: &mut Tx,
    (zone, now): (ZoneId, OffsetDateTime),
    audit: &Audit,
    due_after: i64,
) -> Result<Option<(i64, Heads)>, StoreError> {
    let last = tx.last_checkpoint(zone).await?;
    let number = last.as_ref().map_or(0, |last| last.number);
    if number != due_after {
        return Ok(None);
    }
    let mut heads = caught_up(tx, zone, number, audit.heads()).await?;
    let unsealed = tx.unsealed_to_seal(zone, RECORDS_MAX).await?;
    let security = security_leaf(tx, zone).await?;
    let leaves = advance(&mut heads, zone, number + 1, (unsealed, security));
    if leaves.is_empty() {
        return Ok(None);
    }
    let mut new = Checkpoint {
        zone,
        number: number + 1,
        made_at: now,
        heads: heads.count(),
        entries: heads.entries(),
        root: heads.root().to_vec(),
        previous: last.map_or(NO_CHECKPOINT, |last| last.digest()).to_vec(),
        key_id: Vec::new(),
        signature: Vec::new(),
    };
    audit.signer().sign(&mut new);
    let is_ours = tx.add_checkpoint(&new, &leaves).await?;
    Ok(is_ours.then_some((new.number, heads)))
}

/// Moves every head that is new, and gives the leaves of it.
fn advance(
    heads: &mut Heads,
    zone: ZoneId,
    number: i64,
    (unsealed, security): (Unsealed, Option<Leaf>),
) -> Vec<Leaf> {
    let projects = unsealed.heads.into_iter().map(|(project, head, _)| Leaf {
        number,
        slot: 0,
        chain: ChainId::Project(project),
        seq: head.seq,
        hash: head.hash,
        is_last: true,
    });
    let mut leaves = Vec::new();
    for mut leaf in projects.chain(security) {
        leaf.number = number;
        leaf.slot = heads.slot_of(leaf.chain);
        let sealed = heads.sealed(leaf.chain);
        if leaf.seq == sealed {
            continue;
        }
        match heads.advance(zone, &leaf) {
            Ok(()) => leaves.push(leaf),
            // Sealing less than was sealed would hide what is missing.
            Err(_flaw) => tracing::error!(
                chain = %leaf.chain, sealed, seq = leaf.seq,
                "a record stands before its last checkpoint: run `green-channel audit verify`"
            ),
        }
    }
    leaves
}

/// The heads under checkpoint `number`: those that this process remembers, brought up to it.
async fn caught_up(
    tx: &mut Tx,
    zone: ZoneId,
    number: i64,
    (known, mut heads): (i64, Heads),
) -> Result<Heads, StoreError> {
    if known == number {
        return Ok(heads);
    }
    if known == 0 || known > number {
        return Ok(tx.sealed_heads(zone).await?.1);
    }
    for (_, leaves) in tx.checkpoints_up_to(zone, (known, number)).await? {
        for leaf in leaves {
            if heads.advance(zone, &leaf).is_err() {
                return Ok(tx.sealed_heads(zone).await?.1);
            }
        }
    }
    Ok(heads)
}

/// Where the security record stands; `None` while it has no line.
async fn security_leaf(tx: &mut Tx, zone: ZoneId) -> Result<Option<Leaf>, StoreError> {
    let head = tx.security_head(zone).await?;
    Ok((head.seq > 0).then_some(Leaf {
        number: 0,
        slot: 0,
        chain: ChainId::Security,
        seq: head.seq,
        hash: head.hash,
        is_last: true,
    }))
}
