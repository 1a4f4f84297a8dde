//! A calendar that somebody proposes: previewed, approved by a second person, then counted by.

use alloc::string::ToString as _;

use super::{CalendarRef, WorkCalendar};
use crate::{
    id::{PersonId, ProposalId},
    refusal::Refusal,
};

/// What a proposal changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalKind {
    /// Years of the national calendar.
    National,
    /// The zone's own days.
    Local,
}

impl ProposalKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::National, Self::Local];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Local => "local",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How far a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProposalState {
    /// What it would move is being computed.
    Previewing,
    /// What it would move is known; a second person may decide.
    Previewed,
    /// The zone counts by it; the stages are being planned anew.
    Approved,
    /// Every stage is planned by it, and those concerned are told.
    Applied,
    /// A second person said no.
    Rejected,
    /// Another calendar was approved first.
    Stale,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Previewing,
        Self::Previewed,
        Self::Approved,
        Self::Applied,
        Self::Rejected,
        Self::Stale,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Previewing => "previewing",
            Self::Previewed => "previewed",
            Self::Approved => "approved",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Stale => "stale",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// How many steps a proposal has made that is in this state; it never goes back. Whoever decides has seen one of
    /// them.
    pub fn steps(self) -> i64 {
        match self {
            Self::Previewing => 1,
            Self::Previewed => 2,
            Self::Approved | Self::Rejected | Self::Stale => 3,
            Self::Applied => 4,
        }
    }

    /// True while the worker has something to do for it.
    pub fn is_at_work(self) -> bool {
        matches!(self, Self::Previewing | Self::Approved)
    }
}

/// A calendar that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Key.
    pub id: ProposalId,
    /// What it changes.
    pub kind: ProposalKind,
    /// The calendar as the zone would have it.
    pub calendar: WorkCalendar,
    /// The national calendar under it, where that is a new version too.
    pub national: Option<WorkCalendar>,
    /// The calendar that the zone had when it was proposed.
    pub base: CalendarRef,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// How far it is.
    pub state: ProposalState,
}

impl Proposal {
    /// Whether `by` may approve it now, while the zone counts by `present`.
    ///
    /// A proposal that is not based on what holds now would undo what was decided in between.
    pub fn may_approve(&self, by: PersonId, present: &CalendarRef) -> Result<(), Refusal> {
        self.may_reject(by)?;
        if self.state == ProposalState::Previewing {
            return Err(Refusal::NotPreviewed);
        }
        if self.base != *present {
            return Err(Refusal::ProposalStale);
        }
        Ok(())
    }

    /// Whether `by` may reject it now. Who proposed it decides nothing about it.
    pub fn may_reject(&self, by: PersonId) -> Result<(), Refusal> {
        match self.state {
            ProposalState::Previewing | ProposalState::Previewed => {}
            ProposalState::Stale => return Err(Refusal::ProposalStale),
            ProposalState::Approved | ProposalState::Applied | ProposalState::Rejected => {
                return Err(Refusal::ProposalDecided {
                    state: self.state.code().to_string(),
                });
            }
        }
        if by == self.proposed_by {
            return Err(Refusal::OwnProposal);
        }
        Ok(())
    }
}
