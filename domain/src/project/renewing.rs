//! Permits that expire: begun with the issue, renewed by whoever issued them.

use alloc::vec::Vec;

use time::Date;

use super::{Draft, Project, Step, act::require_past};
use crate::{
    event::{Author, Fact},
    id::{PersonId, StageId},
    moment::Moment,
    office::Office,
    refusal::Refusal,
    schedule::ForecastCause,
    stage::{Stage, StageState},
    text::Prose,
    validity::{Validity, ValidityTerms},
};

/// 证照延期: what a finished stage has issued is renewed.
#[derive(Debug, Clone)]
pub struct Renew {
    /// The day of the renewal; not after the expiry.
    pub on: Date,
    /// Why; the investor is told.
    pub text: Prose,
}

impl Project {
    /// Renews what `stage` has issued, for every stage that must still be done under it. Counted from the day
    /// on which it would have expired.
    pub fn renew(
        &self,
        stage: StageId,
        by: PersonId,
        renew: &Renew,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let issuer = draft.stage(stage)?.ordinal;
        require_past(renew.on, now.today)?;
        let mut renewed: Vec<(StageId, Validity, Validity)> = Vec::new();
        for held in &mut draft.project.stages {
            let Some((validity, terms)) = validity_of(held, issuer) else {
                continue;
            };
            let new = renewed_on(validity, terms, renew.on)?;
            held.validity = Some(new);
            renewed.push((held.id, validity, new));
        }
        if renewed.is_empty() {
            return Err(Refusal::NothingToRenew);
        }
        for (id, old, new) in renewed {
            let fact = Fact::ValidityRenewed {
                old: old.expires_on,
                new: new.expires_on,
                number: new.renewals,
                text: renew.text.clone(),
            };
            draft.record(Some(id), renew.on, fact);
            draft.reckon(id)?;
        }
        Ok(draft.finish_because(Some(stage), ForecastCause::Extended))
    }
}

impl Draft<'_> {
    /// What `issuer` yields was issued on `on`: the time runs for every stage that must use it, whether or not
    /// it may begin.
    pub(super) fn begin_validity(&mut self, issuer: StageId, on: Date) {
        let Some(place) = self.project.stage(issuer).map(|stage| stage.ordinal) else {
            return;
        };
        let mut begun = Vec::new();
        for held in &mut self.project.stages {
            let terms = held.terms.validity.filter(|terms| terms.of == place);
            if let Some(validity) = terms.and_then(|terms| Validity::issued(on, terms))
                && held.state != StageState::Done
            {
                held.validity = Some(validity);
                begun.push((held.id, validity.expires_on));
            }
        }
        for (id, expires_on) in begun {
            self.record(Some(id), on, Fact::ValidityBegan { expires_on });
        }
    }
}

/// What `held` must still use of what the stage at `issuer` has issued.
fn validity_of(held: &Stage, issuer: u16) -> Option<(Validity, ValidityTerms)> {
    let terms = held.terms.validity.filter(|terms| terms.of == issuer)?;
    let validity = held.validity?;
    (held.state != StageState::Done).then_some((validity, terms))
}

fn renewed_on(validity: Validity, terms: ValidityTerms, on: Date) -> Result<Validity, Refusal> {
    let expires_on = validity.expires_on;
    if on > expires_on {
        return Err(Refusal::ValidityOver { expires_on });
    }
    if validity.renewals >= terms.renewals_max {
        let renewals_max = terms.renewals_max;
        return Err(Refusal::RenewalsUsedUp { renewals_max });
    }
    let renewed = validity.renewed(terms);
    renewed.ok_or(Refusal::ValidityOver { expires_on })
}
