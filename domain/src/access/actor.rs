//! Somebody who wants something: with which roles, where, and in whose place.

use alloc::collections::BTreeSet;

use super::{Permission, Reach, Role, Scopes, reach};
use crate::{
    id::{PersonId, UnitId},
    project::Project,
    stage::Stage,
};

/// Somebody who wants something, with the rights the database gives at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// With which roles, in the unit where the person works and in the zone.
    pub roles: BTreeSet<Role>,
    /// Of which unit.
    pub unit: Option<UnitId>,
    /// Posts in other units (兼任); each of these roles counts in its own unit only.
    pub posts: BTreeSet<(UnitId, Role)>,
    /// Those who are away today and for whom the person stands in: what is theirs is the person's own.
    pub stands_in_for: BTreeSet<PersonId>,
    /// What the token at hand is good for; `None` for somebody who signed in, whose roles alone decide.
    pub scopes: Option<Scopes>,
}

impl Actor {
    /// Somebody with these roles in one unit, who stands in for nobody.
    pub fn new(person: PersonId, roles: BTreeSet<Role>, unit: Option<UnitId>) -> Self {
        Self {
            person,
            roles,
            unit,
            posts: BTreeSet::new(),
            stands_in_for: BTreeSet::new(),
            scopes: None,
        }
    }

    /// The farthest reach that any of the roles gives for `permission`, if the token at hand is good for it.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        self.reaches(permission)
            .filter_map(|(_, reach)| reach)
            .max()
    }

    /// The units in which the actor may do this to everything.
    pub fn units(&self, permission: Permission) -> BTreeSet<UnitId> {
        self.reaches(permission)
            .filter(|(_, reach)| *reach >= Some(Reach::Unit))
            .filter_map(|(unit, _)| unit)
            .collect()
    }

    /// How far each role goes with `permission`, and in which unit; nowhere where the token is not good for it.
    fn reaches(
        &self,
        permission: Permission,
    ) -> impl Iterator<Item = (Option<UnitId>, Option<Reach>)> {
        let is_in_scope = self.is_in_scope(permission);
        self.posted_roles()
            .filter(move |_| is_in_scope)
            .map(move |(unit, role)| (unit, reach(role, permission)))
    }

    /// Every role with the unit in which it counts: the roles at home, then those of other posts.
    fn posted_roles(&self) -> impl Iterator<Item = (Option<UnitId>, Role)> {
        let at_home = self.roles.iter().map(|&role| (self.unit, role));
        let elsewhere = self.posts.iter().map(|&(unit, role)| (Some(unit), role));
        at_home.chain(elsewhere)
    }

    /// True when `role` is held, at home or in another unit.
    pub fn holds(&self, role: Role) -> bool {
        self.posted_roles().any(|(_, held)| held == role)
    }

    /// True for everybody who works in or for the zone: investors alone are guests.
    pub fn is_staff(&self) -> bool {
        self.posted_roles().any(|(_, role)| role != Role::Investor)
    }

    /// True when the actor may do this at all, to something.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission).is_some()
    }

    /// True when the actor may do this to a stage.
    ///
    /// Stewards and contacts may read the stages of their project, and contacts answer stops; to work on one it
    /// must be their own, or that of an absent colleague for whom they stand in.
    pub fn may_on_stage(&self, permission: Permission, project: &Project, stage: &Stage) -> bool {
        let reads_own = permission.is_reading() && self.is_investor_or_steward(project);
        let answers_own =
            permission == Permission::AnswerStop && project.contacts.contains(&self.person);
        let is_own = self.is_or_stands_in_for(stage.officer) || reads_own || answers_own;
        self.covers(permission, is_own, |unit| unit == stage.unit)
    }

    /// True when the actor may do this to a project.
    pub fn may_on_project(&self, permission: Permission, project: &Project) -> bool {
        let mut stages = project.stages.iter();
        let is_own = self.is_investor_or_steward(project)
            || stages.any(|stage| self.is_or_stands_in_for(stage.officer));
        let has_stage = |unit| project.stages.iter().any(|stage| stage.unit == unit);
        self.covers(permission, is_own, has_stage)
    }

    /// True when the actor may do this to a person of this unit.
    pub fn may_on_person(
        &self,
        permission: Permission,
        person: PersonId,
        unit: Option<UnitId>,
    ) -> bool {
        self.covers(permission, person == self.person, |own| unit == Some(own))
    }

    fn is_or_stands_in_for(&self, other: Option<PersonId>) -> bool {
        other.is_some_and(|other| other == self.person || self.stands_in_for.contains(&other))
    }

    /// The lead official reads with the right of a leader; who stands in for a steward reads as the steward.
    fn is_investor_or_steward(&self, project: &Project) -> bool {
        self.is_or_stands_in_for(project.steward) || project.contacts.contains(&self.person)
    }

    /// One role must cover the thing: what is in its unit does not help a role that counts elsewhere.
    fn covers(
        &self,
        permission: Permission,
        is_own: bool,
        is_units: impl Fn(UnitId) -> bool,
    ) -> bool {
        self.reaches(permission).any(|(unit, reach)| match reach {
            None => false,
            Some(Reach::Own) => is_own,
            Some(Reach::Unit) => is_own || unit.is_some_and(&is_units),
            Some(Reach::Zone) => true,
        })
    }
}
