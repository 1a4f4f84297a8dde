//! Checking everything again: every line of every record against its chain, every checkpoint against its
//! signature and its tree, every record against every checkpoint that has covered it, and the database
//! against what was kept outside.

mod fault;

use std::collections::BTreeMap;

use domain::id::{ProjectId, ZoneId};
use persistence::{
    Store, StoreError, Tx,
    chain::ChainId,
    checkpoint::{Checkpoint, Heads, Leaf, NO_CHECKPOINT},
    event::{ChainHead, LinePage},
};

pub use self::fault::{CheckpointFlaw, Fault, KeptFlaw};
use super::is_signed;

/// Projects whose lines are read at once.
const PROJECTS_PER_PAGE: i64 = 200;
/// Lines of the security record that are read at once.
const LINES_PER_PAGE: i64 = 5_000;
/// Checkpoints that are read at once.
const CHECKPOINTS_PER_PAGE: i64 = 1_000;

/// What is to be checked, and against what.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The zone.
    pub zone: ZoneId,
    /// Whose signatures count: 32 bytes.
    pub public_key: &'a [u8],
    /// Checkpoints that were kept outside the database.
    pub kept: &'a [Checkpoint],
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Records that were looked at.
    pub chains: u64,
    /// Lines that follow upon each other as they should.
    pub lines: u64,
    /// Checkpoints that hold.
    pub checkpoints: u64,
    /// What does not hold: of each record and of the checkpoints the first.
    pub faults: Vec<Fault>,
}

/// What the checkpoints say about the records.
#[derive(Default)]
struct Sealed {
    heads: Heads,
    /// The lines that checkpoints have covered, with hash and checkpoint, by record and number.
    covered: BTreeMap<ChainId, Vec<(i64, Vec<u8>, i64)>>,
    by_number: BTreeMap<i64, Checkpoint>,
}

/// Checks all that a zone has. `progress` hears how many records are done, of how many.
pub async fn verify(
    store: &Store,
    question: Question<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let zone = question.zone;
    let mut sealed = store
        .read(async |tx: &mut Tx| replay(tx, question, &mut report).await)
        .await?;
    judge_kept(question, &sealed.by_number, &mut report);
    let total = store
        .read(async |tx: &mut Tx| tx.chain_count(zone).await)
        .await?;
    let mut after = None;
    loop {
        let page = store
            .read(async |tx: &mut Tx| {
                let page = tx.line_page(zone, after, PROJECTS_PER_PAGE).await?;
                judge_marks(tx, zone, &page, (&sealed.heads, &mut report)).await?;
                Ok::<_, StoreError>(page)
            })
            .await?;
        after = page.next;
        walk_page(page, &mut sealed, &mut report);
        progress(report.chains, total);
        if after.is_none() {
            break;
        }
    }
    walk_security(store, zone, &mut sealed, &mut report).await?;
    // What no record has answered for is gone with its record.
    for (chain, covered) in sealed.covered {
        report.faults.extend(lost(chain, &covered));
    }
    Ok(report)
}

fn lost(chain: ChainId, covered: &[(i64, Vec<u8>, i64)]) -> Option<Fault> {
    let (seq, _, number) = covered.first()?;
    Some(Fault::Sealed {
        chain,
        seq: *seq,
        number: *number,
    })
}

/// Goes through the checkpoints in order, up to the first that does not hold.
async fn replay(
    tx: &mut Tx,
    question: Question<'_>,
    report: &mut Report,
) -> Result<Sealed, StoreError> {
    let zone = question.zone;
    let mut sealed = Sealed::default();
    let (mut number, mut previous) = (0, NO_CHECKPOINT.to_vec());
    let (mut newest, mut marked) = (BTreeMap::new(), 0);
    loop {
        let page = tx
            .checkpoints_after(zone, number_before(number), CHECKPOINTS_PER_PAGE)
            .await?;
        let is_end = page.is_empty();
        for (checkpoint, leaves) in page {
            number += 1;
            let follows = checkpoint.number == number;
            let flaw = if follows {
                judge(
                    &checkpoint,
                    &leaves,
                    &previous,
                    (question, &mut sealed.heads),
                )
            } else {
                Some(CheckpointFlaw::Number)
            };
            if let Some(flaw) = flaw {
                report.faults.push(Fault::Checkpoint { number, flaw });
                return Ok(sealed);
            }
            for leaf in leaves {
                marked += i64::from(leaf.is_last);
                newest.insert(leaf.chain, (leaf.is_last, leaf.number));
                let covered = sealed.covered.entry(leaf.chain).or_default();
                covered.push((leaf.seq, leaf.hash, leaf.number));
            }
            previous = checkpoint.digest().to_vec();
            report.checkpoints += 1;
            sealed.by_number.insert(number, checkpoint);
        }
        if is_end {
            break;
        }
    }
    let unmarked = newest.values().find(|(is_last, _)| !is_last);
    if unmarked.is_some() || marked != sealed.heads.count() {
        let number = unmarked.map_or(number, |(_, number)| *number);
        let flaw = CheckpointFlaw::Last;
        report.faults.push(Fault::Checkpoint { number, flaw });
    }
    Ok(sealed)
}

/// The first page begins before every number, so that nothing stands outside.
fn number_before(number: i64) -> i64 {
    if number == 0 { i64::MIN } else { number }
}

/// Why a checkpoint does not hold after those before it.
fn judge(
    checkpoint: &Checkpoint,
    leaves: &[Leaf],
    previous: &[u8],
    (question, heads): (Question<'_>, &mut Heads),
) -> Option<CheckpointFlaw> {
    if checkpoint.previous != previous {
        return Some(CheckpointFlaw::Previous);
    }
    if !is_signed(checkpoint, question.public_key) {
        return Some(CheckpointFlaw::Signature);
    }
    for leaf in leaves {
        if leaf.number != checkpoint.number || heads.advance(question.zone, leaf).is_err() {
            return Some(CheckpointFlaw::Root);
        }
    }
    let is_same = checkpoint.root == heads.root()
        && (checkpoint.heads, checkpoint.entries) == (heads.count(), heads.entries());
    (!is_same).then_some(CheckpointFlaw::Root)
}

/// What was kept outside must be inside, and the same.
fn judge_kept(question: Question<'_>, inside: &BTreeMap<i64, Checkpoint>, report: &mut Report) {
    let own = question
        .kept
        .iter()
        .filter(|kept| kept.zone == question.zone);
    for kept in own {
        let flaw = match inside.get(&kept.number) {
            _ if !is_signed(kept, question.public_key) => KeptFlaw::Signature,
            None => KeptFlaw::Missing,
            Some(inside) if inside != kept => KeptFlaw::Different,
            Some(_) => continue,
        };
        let number = kept.number;
        report.faults.push(Fault::Kept { number, flaw });
        return;
    }
}

/// A record that claims to be sealed farther than it is would be left out by the next checkpoint.
async fn judge_marks(
    tx: &mut Tx,
    zone: ZoneId,
    page: &LinePage,
    (heads, report): (&Heads, &mut Report),
) -> Result<(), StoreError> {
    for (project, _, mark) in &page.heads {
        let chain = ChainId::Project(*project);
        // It may have been sealed anew since the checkpoints were read.
        if *mark != heads.sealed(chain) && *mark != tx.sealed_seq(zone, chain).await? {
            report.faults.push(Fault::SealMark { chain });
        }
    }
    Ok(())
}

/// One record, line by line.
struct Walk {
    chain: ChainId,
    head: ChainHead,
    covered: std::iter::Peekable<std::vec::IntoIter<(i64, Vec<u8>, i64)>>,
    fault: Option<Fault>,
}

impl Walk {
    fn begin(chain: ChainId, sealed: &mut Sealed) -> Self {
        let covered = sealed.covered.remove(&chain).unwrap_or_default();
        Self {
            chain,
            head: ChainHead::empty(),
            covered: covered.into_iter().peekable(),
            fault: None,
        }
    }

    /// The next line: where it stands, and whether it follows upon `self.head`.
    fn step(&mut self, line: ChainHead, continues: bool) {
        if self.fault.is_some() {
            return;
        }
        if !continues {
            self.fault = Some(self.wrong_line());
            return;
        }
        if let Some((seq, hash, number)) = self.covered.next_if(|(seq, ..)| *seq == line.seq)
            && hash != line.hash
        {
            let chain = self.chain;
            self.fault = Some(Fault::Sealed { chain, seq, number });
        }
        self.head = line;
    }

    fn wrong_line(&self) -> Fault {
        Fault::Line {
            chain: self.chain,
            seq: self.head.seq + 1,
        }
    }

    /// After the last line the record must stand where it is said to stand, and not before a checkpoint.
    fn end(mut self, head: &ChainHead, report: &mut Report) {
        if self.fault.is_none() && self.head != *head {
            self.fault = Some(self.wrong_line());
        }
        if self.fault.is_none() {
            let rest: Vec<_> = self.covered.collect();
            self.fault = lost(self.chain, &rest);
        }
        report.chains += 1;
        report.lines += u64::try_from(self.head.seq).unwrap_or_default();
        report.faults.extend(self.fault);
    }
}

fn walk_page(page: LinePage, sealed: &mut Sealed, report: &mut Report) {
    let mut lines = page.lines.into_iter().peekable();
    let orphan = |project: ProjectId| Fault::Line {
        chain: ChainId::Project(project),
        seq: 1,
    };
    let mut orphans = Vec::new();
    for (project, head, _) in page.heads {
        while let Some(line) = lines.next_if(|line| line.project() < project) {
            orphans.push(line.project());
        }
        let mut walk = Walk::begin(ChainId::Project(project), sealed);
        while let Some(line) = lines.next_if(|line| line.project() == project) {
            let continues = line.continues(&walk.head);
            let (seq, hash) = (line.seq(), line.hash().to_vec());
            walk.step(ChainHead { seq, hash }, continues);
        }
        walk.end(&head, report);
    }
    orphans.extend(lines.map(|line| line.project()));
    orphans.dedup();
    report.faults.extend(orphans.into_iter().map(orphan));
}

async fn walk_security(
    store: &Store,
    zone: ZoneId,
    sealed: &mut Sealed,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut walk = Walk::begin(ChainId::Security, sealed);
    let mut after = 0;
    loop {
        // Lines may be added meanwhile; the head belongs to the page it is read with.
        let (lines, head) = store
            .read(async |tx: &mut Tx| {
                let lines = tx.security_lines(zone, after, LINES_PER_PAGE).await?;
                Ok::<_, StoreError>((lines, tx.security_head(zone).await?))
            })
            .await?;
        let is_last = i64::try_from(lines.len()).is_ok_and(|count| count < LINES_PER_PAGE);
        for line in lines {
            let continues = line.continues(&walk.head);
            after = line.head().seq;
            walk.step(line.head(), continues);
        }
        if is_last || walk.fault.is_some() {
            walk.end(&head, report);
            return Ok(());
        }
    }
}
