//! Who is told: from the ladder's audiences to people.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    deputy::Roster,
    id::{PersonId, UnitId},
    ladder::{Audience, Ladder, Rung},
};
use persistence::{calendar::Concerned, directory::Directory};
use time::Date;

/// The active people of a zone, by what they are told for.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    heads: BTreeMap<UnitId, Vec<PersonId>>,
    efficacy_office: Vec<PersonId>,
    leaders: Vec<PersonId>,
    active: BTreeSet<PersonId>,
    roster: Roster,
}

/// What decides who answers for a stage.
#[derive(Debug, Clone, Copy)]
pub struct Responsible {
    /// The responsible unit.
    pub unit: UnitId,
    /// The responsible officer.
    pub officer: Option<PersonId>,
    /// The project's steward.
    pub steward: Option<PersonId>,
    /// The official who leads the project.
    pub lead: Option<PersonId>,
}

impl Staff {
    /// Sorts the people of a zone by their roles, as they are there on `on`; those who left are told nothing.
    pub fn of(directory: &Directory, on: Date) -> Self {
        let mut staff = Self {
            roster: directory.roster(on),
            ..Self::default()
        };
        let people = directory.people.values();
        for person in people.filter(|person| person.is_active) {
            staff.active.insert(person.id);
            if let (true, Some(unit)) = (person.roles.contains(&Role::Head), person.unit) {
                staff.heads.entry(unit).or_default().push(person.id);
            }
            for (unit, role) in directory.posts.get(&person.id).into_iter().flatten() {
                if *role == Role::Head {
                    staff.heads.entry(*unit).or_default().push(person.id);
                }
            }
            let watches = [Role::EfficacyOffice, Role::Supervisor];
            if watches.iter().any(|role| person.roles.contains(role)) {
                staff.efficacy_office.push(person.id);
            }
            if person.roles.contains(&Role::Leader) {
                staff.leaders.push(person.id);
            }
        }
        staff
    }

    /// The people of an audience. Where there is no officer, or the officer has left, the head of the unit
    /// stands in.
    pub fn audience(&self, audience: Audience, of: Responsible) -> Vec<PersonId> {
        let active = |person: Option<PersonId>| person.filter(|id| self.active.contains(id));
        let heads = || self.heads.get(&of.unit).cloned().unwrap_or_default();
        match audience {
            Audience::Officer => active(of.officer).map_or_else(heads, |officer| vec![officer]),
            Audience::Head => heads(),
            Audience::Steward => active(of.steward).into_iter().collect(),
            Audience::EfficacyOffice => self.efficacy_office.clone(),
            Audience::Leader => {
                let others = self.leaders.iter().copied();
                let others = others.filter(|leader| Some(*leader) != of.lead);
                active(of.lead).into_iter().chain(others).collect()
            }
        }
    }

    /// The people of an audience, and with everybody who is away whoever stands in. Where nobody stands in for
    /// the officer, the head of the unit hears too.
    fn reached(&self, audience: Audience, of: Responsible) -> Vec<PersonId> {
        let addressed = self.audience(audience, of);
        let is_alone = audience == Audience::Officer
            && addressed.iter().all(|&person| {
                self.roster.is_away(person) && self.roster.stand_in(person).is_none()
            });
        let reached = addressed
            .into_iter()
            .flat_map(|person| self.roster.reached_by(person));
        let mut reached: Vec<PersonId> = reached.collect();
        if is_alone {
            for head in self.audience(Audience::Head, of) {
                reached.extend(self.roster.reached_by(head));
            }
        }
        reached
    }

    /// Who is told, one after the other, that a letter did not reach `person`: whoever stands in, the heads of
    /// the unit, the efficacy office.
    pub fn instead_of(&self, person: PersonId, unit: Option<UnitId>) -> Vec<PersonId> {
        let stand_in = self.roster.stand_in(person);
        let heads = unit.and_then(|unit| self.heads.get(&unit));
        let others = stand_in
            .into_iter()
            .chain(heads.into_iter().flatten().copied())
            .chain(self.efficacy_office.iter().copied());
        let mut order: Vec<PersonId> = Vec::new();
        for other in others.filter(|other| self.active.contains(other)) {
            if !order.contains(&other) {
                order.push(other);
            }
        }
        order
    }

    /// Whom moved dates concern, each once: officers, where there is none the head, stewards, investors.
    pub fn concerned(&self, moved: &Concerned) -> BTreeSet<PersonId> {
        let officers = moved.stages.iter().flat_map(|&(unit, officer)| {
            let of = Responsible {
                unit,
                officer,
                steward: None,
                lead: None,
            };
            self.audience(Audience::Officer, of)
        });
        let others = moved.people.intersection(&self.active).copied();
        officers.chain(others).collect()
    }

    /// Who is told of a rung and why, each person once, under the first audience that names them. A rung
    /// that nobody would hear of goes to the efficacy office.
    pub fn told(&self, ladder: &Ladder, rung: Rung, of: Responsible) -> Vec<(PersonId, Audience)> {
        let mut told: Vec<(PersonId, Audience)> = Vec::new();
        for &audience in ladder.audience(rung) {
            for person in self.reached(audience, of) {
                if told.iter().all(|(known, _)| *known != person) {
                    told.push((person, audience));
                }
            }
        }
        if told.is_empty() {
            let watch = self.efficacy_office.iter();
            told.extend(watch.map(|&person| (person, Audience::EfficacyOffice)));
        }
        told
    }
}
