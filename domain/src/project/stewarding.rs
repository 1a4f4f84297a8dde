//! Who looks after a project: its steward (项目专员) and the official who leads it (牵头领导).

use super::{Draft, Project, Step};
use crate::{
    event::{Author, Fact},
    id::PersonId,
    moment::Moment,
    office::Office,
    refusal::Refusal,
};

/// One of the two people who look after a whole project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patron {
    /// 项目专员: the investor's one contact in the zone, from the first paper to production.
    Steward,
    /// 牵头领导: the official who leads it, told besides the leaders when nothing else helped.
    Lead,
}

impl Project {
    /// Makes `person` the steward or lead official. The clocks do not notice, and whoever was it before stays
    /// in the record.
    pub fn entrust(
        &self,
        patron: Patron,
        by: PersonId,
        person: PersonId,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        if let Some(closed_on) = self.closed_on {
            return Err(Refusal::ProjectClosed { closed_on });
        }
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let place = match patron {
            Patron::Steward => &mut draft.project.steward,
            Patron::Lead => &mut draft.project.lead,
        };
        let old = place.replace(person);
        if old == Some(person) {
            return Err(Refusal::AlreadyEntrusted);
        }
        let new = person;
        let fact = match patron {
            Patron::Steward => Fact::StewardAssigned { old, new },
            Patron::Lead => Fact::LeadAssigned { old, new },
        };
        draft.record(None, now.today, fact);
        Ok(draft.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, COLLEAGUE, OFFICER, SUPERVISOR};

    #[test]
    fn a_steward_or_lead_is_replaced_and_the_old_one_stays_in_the_record() {
        let office = sample::office();
        let project = sample::admitted(&office);
        let at = (sample::morning(sample::MONDAY, &office), &office);
        for patron in [Patron::Steward, Patron::Lead] {
            let first = project.entrust(patron, SUPERVISOR, OFFICER, at).unwrap();
            let second = first.project.entrust(patron, SUPERVISOR, COLLEAGUE, at);
            let second = second.unwrap();
            let fact = |old, new| match patron {
                Patron::Steward => Fact::StewardAssigned { old, new },
                Patron::Lead => Fact::LeadAssigned { old, new },
            };
            for (step, expected) in [
                (&first, fact(None, OFFICER)),
                (&second, fact(Some(OFFICER), COLLEAGUE)),
            ] {
                assert_eq!(step.events.len(), 1);
                assert_eq!(step.events[0].fact, expected);
            }
            assert_eq!(second.project.stages, project.stages);
            let again = second.project.entrust(patron, SUPERVISOR, COLLEAGUE, at);
            assert_eq!(again, Err(Refusal::AlreadyEntrusted));
        }
    }

    #[test]
    fn a_finished_project_is_entrusted_to_nobody() {
        let office = sample::office();
        let mut project = sample::admitted(&office);
        project.closed_on = Some(sample::MONDAY);
        let at = (sample::morning(sample::MONDAY, &office), &office);
        assert_eq!(
            project.entrust(Patron::Lead, SUPERVISOR, OFFICER, at),
            Err(Refusal::ProjectClosed {
                closed_on: sample::MONDAY
            })
        );
    }
}
