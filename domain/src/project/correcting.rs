//! What of a project is put right after its admission. Clocks, code, template and the people who look after it
//! have their own acts.

use alloc::{collections::BTreeSet, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Draft, Project, Step};
use crate::{
    event::{Author, Fact},
    id::PersonId,
    metadata::{MetadataKey, MetadataPatch, MetadataText, TooManyEntries},
    moment::Moment,
    office::Office,
    text::Line,
};

/// What is to be another about a project. What is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    /// What it is called.
    pub name: Option<Line>,
    /// The company that invests.
    pub investor: Option<Line>,
    /// Planned investment in yuan; the inner `None` says that it is not known.
    pub investment_yuan: Option<Option<u64>>,
    /// True for a key project.
    pub is_key: Option<bool>,
    /// People of the investor with an account: all of them.
    pub contacts: Option<BTreeSet<PersonId>>,
    /// What other systems keep with it.
    pub metadata: MetadataPatch,
}

/// One thing that was put right, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case", deny_unknown_fields)]
pub enum Corrected {
    /// What the project is called.
    Name {
        /// Before.
        old: Line,
        /// After.
        new: Line,
    },
    /// The company that invests.
    Investor {
        /// Before.
        old: Line,
        /// After.
        new: Line,
    },
    /// Planned investment in yuan.
    InvestmentYuan {
        /// Before.
        old: Option<u64>,
        /// After.
        new: Option<u64>,
    },
    /// Whether it is a key project.
    IsKey {
        /// After; before it was the other.
        new: bool,
    },
    /// People of the investor.
    Contacts {
        /// Before.
        old: BTreeSet<PersonId>,
        /// After.
        new: BTreeSet<PersonId>,
    },
}

/// One entry of another system that was kept, changed or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataChange {
    /// Which.
    pub key: MetadataKey,
    /// Before, if it was there.
    pub old: Option<MetadataText>,
    /// After, if it is still there.
    pub new: Option<MetadataText>,
}

impl Project {
    /// Puts right what is wrong about the project; `None` where everything is as wished already. A finished
    /// project may be corrected, too: its papers are read for years.
    pub fn correct(
        &self,
        by: PersonId,
        correction: Correction,
        (now, office): (Moment, &Office),
    ) -> Result<Option<Step>, TooManyEntries> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let new = &mut draft.project;
        if let Some(name) = correction.name {
            new.name = name;
        }
        if let Some(investor) = correction.investor {
            new.investor = investor;
        }
        if let Some(investment) = correction.investment_yuan {
            new.investment_yuan = investment;
        }
        if let Some(is_key) = correction.is_key {
            new.is_key = is_key;
        }
        if let Some(contacts) = correction.contacts {
            new.contacts = contacts;
        }
        new.metadata = self.metadata.patched(correction.metadata)?;
        let corrected = corrected(self, new);
        let metadata = metadata_changes(self, new);
        if !corrected.is_empty() {
            draft.record(None, now.today, Fact::ProjectCorrected { corrected });
        }
        // A line of its own: the investor reads that of the project, and not that of other systems.
        if !metadata.is_empty() {
            draft.record(None, now.today, Fact::MetadataChanged { metadata });
        }
        let is_changed = !draft.events.is_empty();
        Ok(is_changed.then(|| draft.finish()))
    }
}

fn corrected(old: &Project, new: &Project) -> Vec<Corrected> {
    let mut corrected = Vec::new();
    if old.name != new.name {
        let (old, new) = (old.name.clone(), new.name.clone());
        corrected.push(Corrected::Name { old, new });
    }
    if old.investor != new.investor {
        let (old, new) = (old.investor.clone(), new.investor.clone());
        corrected.push(Corrected::Investor { old, new });
    }
    if old.investment_yuan != new.investment_yuan {
        let (old, new) = (old.investment_yuan, new.investment_yuan);
        corrected.push(Corrected::InvestmentYuan { old, new });
    }
    if old.is_key != new.is_key {
        corrected.push(Corrected::IsKey { new: new.is_key });
    }
    if old.contacts != new.contacts {
        let (old, new) = (old.contacts.clone(), new.contacts.clone());
        corrected.push(Corrected::Contacts { old, new });
    }
    corrected
}

fn metadata_changes(old: &Project, new: &Project) -> Vec<MetadataChange> {
    let names = old.metadata.entries().chain(new.metadata.entries());
    let names: BTreeSet<&MetadataKey> = names.map(|(key, _)| key).collect();
    let change = |key: &MetadataKey| {
        let (old, new) = (old.metadata.get(key), new.metadata.get(key));
        (old != new).then(|| MetadataChange {
            key: key.clone(),
            old: old.cloned(),
            new: new.cloned(),
        })
    };
    names.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Visibility,
        sample::{self, SUPERVISOR},
    };

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    #[test]
    fn what_is_put_right_is_in_the_record_before_and_after() {
        let office = sample::office();
        let project = sample::admitted(&office);
        let at = (sample::morning(sample::MONDAY, &office), &office);
        let correction = Correction {
            name: Some(line("精密制造二期")),
            investor: Some(project.investor.clone()),
            investment_yuan: Some(Some(5)),
            ..Correction::default()
        };
        let step = project.correct(SUPERVISOR, correction.clone(), at);
        let step = step.unwrap().unwrap();
        let corrected = [
            Corrected::Name {
                old: project.name.clone(),
                new: line("精密制造二期"),
            },
            Corrected::InvestmentYuan {
                old: None,
                new: Some(5),
            },
        ];
        let fact = Fact::ProjectCorrected {
            corrected: corrected.into(),
        };
        assert_eq!(step.events.len(), 1);
        assert_eq!(step.events[0].fact, fact);
        assert_eq!(step.project.stages, project.stages);
        // As wished already: nothing happens.
        assert_eq!(step.project.correct(SUPERVISOR, correction, at), Ok(None));
    }

    #[test]
    fn entries_of_other_systems_have_a_line_that_the_investor_does_not_read() {
        let office = sample::office();
        let project = sample::admitted(&office);
        let at = (sample::morning(sample::MONDAY, &office), &office);
        let text = MetadataText::parse("4711").unwrap();
        let correction = Correction {
            is_key: Some(!project.is_key),
            metadata: MetadataPatch::Entries([("erp.id".parse().unwrap(), Some(text))].into()),
            ..Correction::default()
        };
        let step = project.correct(SUPERVISOR, correction, at);
        let step = step.unwrap().unwrap();
        let seen = step.events.iter().map(|event| event.fact.visibility());
        assert_eq!(
            seen.collect::<Vec<_>>(),
            [Visibility::Public, Visibility::Internal]
        );
    }
}
