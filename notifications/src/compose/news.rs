//! Letters about stops and extensions: what they say, as long as it is so.

use domain::{
    card::Card,
    clock::{Clock, ConsentState},
    event::{Fact, Visibility},
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
        // A card is decided whether or not the work is done meanwhile.
        let is_of_card = matches!(matter, Matter::CardAppealed | Matter::CardDecided);
        if self.stage.state == StageState::Done && !is_of_card {
            return None;
        }
        match matter {
            Matter::Assigned => None,
            Matter::CardAppealed => self.news_of_appeal(),
            Matter::CardDecided => self.news_of_card_decision(),
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

    /// The appeal with which the letter was queued, while it waits for its decision.
    fn news_of_appeal(&self) -> Option<News> {
        let number = self.facts_of_letter().find_map(|fact| {
            if let Fact::CardAppealed { number, .. } = fact {
                Some(*number)
            } else {
                None
            }
        })?;
        let card = self.cards.iter().find(|card| card.number == number)?;
        card.pending_appeal().map(|_| News::CardAppealed {
            number,
            issued_on: card.issued_on,
        })
    }

    fn news_of_card_decision(&self) -> Option<News> {
        let decided = self.facts_of_letter().find_map(|fact| {
            if let Fact::CardWithdrawn { number, .. } = fact {
                Some((*number, true))
            } else if let Fact::CardAppealRejected { number, .. } = fact {
                Some((*number, false))
            } else {
                None
            }
        });
        decided.map(|(number, is_withdrawn)| News::CardDecided {
            number,
            is_withdrawn,
        })
    }

    /// The card that the news is about.
    fn card_of_news(&self, news: &News) -> Option<&Card> {
        let (News::CardAppealed { number, .. } | News::CardDecided { number, .. }) = news else {
            return None;
        };
        self.cards.iter().find(|card| card.number == *number)
    }

    /// What was recorded when the letter was queued: a stage may have several cards, a letter is about one.
    fn facts_of_letter(&self) -> impl Iterator<Item = &Fact> {
        let of_letter = self
            .events
            .iter()
            .filter(|line| line.recorded_at == self.queued_at);
        of_letter.map(|line| &line.event.fact)
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
        } else if let Some(card) = self.card_of_news(&news) {
            stage.url = format!("{public_url}/cards/{}", card.id);
        }
        let seen = if is_contact {
            Visibility::Public
        } else {
            Visibility::Internal
        };
        NewsLetter {
            recipient: reader.name.as_str().into(),
            news,
            said: self.last_event(reader.language, seen),
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
