//! Deputies (B角) and absences: who stands in for somebody on a day.
//!
//! Every post has a deputy, and an absence may name another substitute for its own days. Whoever stands in may
//! be away too; then their own substitute or deputy is asked, and so on. Nobody is asked twice, so deputies
//! in a circle end the search instead of turning it.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use serde::{Deserialize, Serialize};
use time::Date;

use crate::id::{AbsenceId, PersonId};

/// Days on which somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Key.
    pub id: AbsenceId,
    /// Who.
    pub person: PersonId,
    /// The first day.
    pub from_on: Date,
    /// The last day; it counts.
    pub until_on: Date,
    /// Why, from the closed list.
    pub reason: AbsenceReason,
    /// Who stands in on these days; the deputy where nobody is named.
    pub substitute: Option<PersonId>,
}

impl Absence {
    /// True on its first day, its last day and between.
    pub fn covers(&self, on: Date) -> bool {
        (self.from_on..=self.until_on).contains(&on)
    }

    /// True when the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from_on <= other.until_on && other.from_on <= self.until_on
    }
}

/// Why somebody is away. What exactly it is concerns nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceReason {
    /// 休假
    Leave,
    /// 出差
    Travel,
    /// 学习培训
    Training,
    /// 病假
    Sick,
    /// 其他
    Other,
}

impl AbsenceReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Leave,
        Self::Travel,
        Self::Training,
        Self::Sick,
        Self::Other,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Travel => "travel",
            Self::Training => "training",
            Self::Sick => "sick",
            Self::Other => "other",
        }
    }

    /// The reason of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Who is there on one day, and who stands in for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// Those who work for the zone at all: nobody else stands in.
    working: BTreeSet<PersonId>,
    /// Those who are away on this day, with whom their absence names.
    away: BTreeMap<PersonId, Option<PersonId>>,
    /// The deputy of each post.
    deputies: BTreeMap<PersonId, PersonId>,
}

impl Roster {
    /// The roster of `on`. `working` are those who have not left.
    pub fn of<'a>(
        on: Date,
        working: BTreeSet<PersonId>,
        deputies: BTreeMap<PersonId, PersonId>,
        absences: impl IntoIterator<Item = &'a Absence>,
    ) -> Self {
        let today = absences.into_iter().filter(|absence| absence.covers(on));
        Self {
            working,
            away: today
                .map(|absence| (absence.person, absence.substitute))
                .collect(),
            deputies,
        }
    }

    /// True for somebody who works here and is away on this day.
    pub fn is_away(&self, person: PersonId) -> bool {
        self.working.contains(&person) && self.away.contains_key(&person)
    }

    /// Who stands in for `person` on this day. `None` for somebody who is there, who has left, or for whom
    /// nobody is there: then it is for the head of the unit.
    ///
    /// The substitute that the absence names comes before the deputy, and whoever stands in for either of
    /// them comes before the next: a named substitute who is away has said whom to ask instead.
    pub fn stand_in(&self, person: PersonId) -> Option<PersonId> {
        if !self.is_away(person) {
            return None;
        }
        let mut asked = BTreeSet::from([person]);
        // The last is asked first.
        let mut to_ask: Vec<PersonId> = Vec::new();
        self.push_candidates(person, &mut to_ask);
        while let Some(candidate) = to_ask.pop() {
            if !asked.insert(candidate) || !self.working.contains(&candidate) {
                continue;
            }
            if !self.is_away(candidate) {
                return Some(candidate);
            }
            self.push_candidates(candidate, &mut to_ask);
        }
        None
    }

    /// Everybody for whom `person` stands in on this day.
    pub fn stands_in_for(&self, person: PersonId) -> BTreeSet<PersonId> {
        let away = self.away.keys().copied();
        away.filter(|&other| self.stand_in(other) == Some(person))
            .collect()
    }

    /// The people to tell when `person` is to be told: themselves, and whoever stands in.
    pub fn reached_by(&self, person: PersonId) -> impl Iterator<Item = PersonId> {
        [person].into_iter().chain(self.stand_in(person))
    }

    fn push_candidates(&self, person: PersonId, to_ask: &mut Vec<PersonId>) {
        to_ask.extend(self.deputies.get(&person));
        to_ask.extend(self.away.get(&person).copied().flatten());
    }
}

/// Why nobody may be made somebody's deputy or substitute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnfitStandIn {
    /// Nobody stands in for themselves.
    OneSelf,
    /// Has left, or handles no stages: a stand-in is an officer or a head.
    HandlesNoStages,
}

impl UnfitStandIn {
    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::OneSelf => "deputy.self",
            Self::HandlesNoStages => "deputy.handles_no_stages",
        }
    }
}

/// May `candidate` stand in for `person`?
///
/// Officers and heads alone: whoever stands in acts with their own role, and no other role acts on stages.
pub fn fit(person: PersonId, candidate: &crate::office::Person) -> Result<(), UnfitStandIn> {
    use crate::access::Role;
    let handles = [Role::Officer, Role::Head]
        .iter()
        .any(|role| candidate.roles.contains(role));
    if candidate.id == person {
        Err(UnfitStandIn::OneSelf)
    } else if !candidate.is_active || !handles {
        Err(UnfitStandIn::HandlesNoStages)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
