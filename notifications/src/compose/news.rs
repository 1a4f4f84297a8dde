//! Letters about stops and extensions: what they say, as long as it is so.

use domain::{
    clock::{Clock, ConsentState},
    event::Fact,
    ladder::Rung,
    notice::Matter,
    office::Person,
    stage::StageState,
};

use super::{Composed, scene::Scene};
use crate::letter::{Letter, News, NewsLetter};

impl Scene {
    /// What a decision's message says now; `None` when it is settled.
    pub(super) fn news_of_matter(&self, matter: Matter) -> Option<News> {
        if self.stage.state == StageState::Done {
            return None;
        }
        match matter {
            Matter::Assigned => None,
            Matter::StopToAnswer => {
                let stop = self.stage.clock.as_ref()?.stop_to_answer(self.today)?;
                let until = stop.consent.as_ref()?.asked_until()?;
                Some(News::StopToAnswer {
                    reason: stop.reason,
                    stopped_on: stop.stopped_on,
                    until,
                })
            }
            Matter::StopObjected => {
                let open = self.stage.clock.as_ref().and_then(Clock::open_stop)?;
                let state = open.consent.as_ref()?.on(self.today);
                (state == ConsentState::Refused).then_some(News::StopObjected)
            }
            Matter::StopReviewed => self.events.iter().find_map(|line| {
                let Fact::StopReviewed { is_upheld, .. } = line.event.fact else {
                    return None;
                };
                Some(News::StopReviewed { is_upheld })
            }),
            Matter::ExtensionAsked => {
                let request = self.stage.extension.as_ref()?;
                Some(News::ExtensionAsked {
                    days: request.days,
                    due_on: request.due_on,
                    proposed_on: request.proposed_on,
                    decide_by: request.decide_by,
                })
            }
            Matter::ExtensionDecided => self.events.iter().find_map(|line| {
                if let Fact::ExtensionDecided {
                    is_granted, days, ..
                } = line.event.fact
                {
                    Some(News::ExtensionDecided { is_granted, days })
                } else {
                    None
                }
            }),
        }
    }

    /// What a rung beside the ladder says now; `None` for those of the ladder.
    pub(super) fn news_of_rung(&self, rung: Rung) -> Option<News> {
        match rung {
            Rung::StopExpired => {
                let stop = self.stage.clock.as_ref().and_then(Clock::open_stop)?;
                Some(News::StopExpired {
                    reason: stop.reason,
                    stopped_on: stop.stopped_on,
                    expected_on: stop.expected_on?,
                })
            }
            Rung::StopObjected => {
                let stop = self.stage.clock.as_ref()?.stop_to_review()?;
                Some(News::StopToReview {
                    reason: stop.reason,
                    stopped_on: stop.stopped_on,
                })
            }
            Rung::DecisionLate => {
                let request = self.stage.extension.as_ref()?;
                Some(News::DecisionLate {
                    decide_by: request.decide_by,
                    proposed_on: request.proposed_on,
                })
            }
            Rung::Expiring => {
                let (validity, terms) = (self.stage.validity?, self.stage.terms.validity?);
                Some(News::Expiring {
                    issued_on: validity.issued_on,
                    expires_on: validity.expires_on,
                    renewals_left: terms.renewals_max.saturating_sub(validity.renewals),
                })
            }
            Rung::Silence | Rung::Remind | Rung::Yellow | Rung::Red | Rung::Leadership => None,
        }
    }

    pub(super) fn news(&self, reader: &Person, news: News, public_url: &str) -> NewsLetter {
        let is_contact = self.held.project.contacts.contains(&reader.id);
        let mut stage = self.stage_facts(public_url);
        if is_contact {
            // An investor has no desk, but a page of the own project.
            let (code, place) = (&self.held.project.code, self.stage.ordinal);
            stage.url = format!("{public_url}/p/{code}#stage-{place}");
        }
        NewsLetter {
            recipient: reader.name.as_str().into(),
            news,
            said: self.last_event(reader.language),
            sender: self.sender(),
            project: self.project_facts(),
            stage,
            promise: self.promise_facts(),
            today: self.today,
        }
    }

    pub(super) fn composed(&self, letter: Letter, reader: Person) -> Composed {
        Composed {
            letter,
            reader,
            zone_name: self.zone.zone.name.clone(),
        }
    }
}
