//! Everything a letter may quote, and the facts drawn from it.

use std::sync::Arc;

use domain::{
    alert::Alert,
    calendar::WorkCalendar,
    card::Card,
    clock::Clock,
    event::{Author, Event, Fact, Visibility},
    id::PersonId,
    ladder::{self, Audience, Rung},
    office::{Office, Person, Unit},
    stage::{Stage, StageState},
    text::{Bilingual, Language},
};
use persistence::{event::RecordedEvent, person::Directory, project::Held, zone::ZoneOffice};
use time::{Date, OffsetDateTime};

use crate::{
    letter::{
        AssignedLetter, CardFacts, Contact, EscalationLetter, LastEvent, NextRung, ProjectFacts,
        PromiseFacts, Sender, StageFacts, Standing, StopFacts, Told,
    },
    recipient::{Responsible, Staff},
};

/// Everything a letter may quote.
pub(super) struct Scene {
    pub(super) zone: Arc<ZoneOffice>,
    pub(super) directory: Arc<Directory>,
    pub(super) unit: Option<Unit>,
    pub(super) held: Held,
    pub(super) stage: Stage,
    pub(super) events: Vec<RecordedEvent>,
    pub(super) today: Date,
    /// The cards of the stage, the newest first.
    pub(super) cards: Vec<Card>,
    /// When the letter was queued: the instant of what it is about.
    pub(super) queued_at: OffsetDateTime,
}

impl Scene {
    fn office(&self) -> &Office {
        &self.zone.office
    }

    fn calendar(&self) -> &WorkCalendar {
        &self.zone.office.calendar
    }

    /// True for the officer, and today for whoever stands in.
    pub(super) fn is_for_officer(&self, reader: PersonId) -> bool {
        let roster = self.directory.roster(self.today);
        let officer = self.stage.officer;
        officer.is_some_and(|officer| roster.reached_by(officer).any(|person| person == reader))
    }

    pub(super) fn assigned(&self, reader: &Person, public_url: &str) -> AssignedLetter {
        let assigned_by =
            self.events
                .iter()
                .find_map(|line| match (&line.event.fact, line.event.author) {
                    (Fact::StageAssigned { officer }, Author::Person(by))
                        if Some(*officer) == self.stage.officer =>
                    {
                        self.directory.people.get(&by)
                    }
                    _ => None,
                });
        AssignedLetter {
            recipient: reader.name.as_str().into(),
            assigned_by: assigned_by.map(|person| person.name.as_str().into()),
            sender: self.sender(),
            project: self.project_facts(),
            stage: self.stage_facts(public_url),
            promise: self.promise_facts(),
            today: self.today,
        }
    }

    pub(super) fn escalation(
        &self,
        reader: &Person,
        alert: &Alert,
        told: Vec<Told>,
        public_url: &str,
    ) -> EscalationLetter {
        let ladder = &self.office().ladder;
        let staff = Staff::of(&self.directory, self.today);
        let audience = staff
            .told(ladder, alert.rung, self.responsible())
            .into_iter()
            .find(|(person, _)| *person == reader.id)
            .map_or(Audience::Officer, |(_, audience)| audience);
        let may_acknowledge = audience != Audience::Officer && audience != Audience::Steward;
        EscalationLetter {
            recipient: reader.name.as_str().into(),
            audience,
            rung: alert.rung,
            rung_count: RUNGS_ABOVE_SILENCE,
            sender: self.sender(),
            project: self.project_facts(),
            stage: self.stage_facts(public_url),
            promise: self.promise_facts(),
            today: self.today,
            silence_days: self
                .stage
                .touched_on
                .map(|on| self.calendar().working_days_after(on, self.today)),
            correction_on: self.day_of(Rung::Red).and_then(Date::previous_day),
            stops: self.stops(),
            last_event: self.last_event(reader.language, Visibility::Internal),
            told,
            next: self.next_rung(alert.rung, &staff),
            acknowledge_url: may_acknowledge
                .then(|| format!("{public_url}/board/alerts/{}", alert.id)),
            held_up_since: None,
            card: self.card_facts(alert.rung),
        }
    }

    /// True when a higher rung of the same deadline has fired and `reader` is told of it: after an outage the
    /// reminder of a promise that is broken meanwhile says nothing new.
    pub(super) fn is_told_of_more(&self, reader: &Person, alert: &Alert, alerts: &[Alert]) -> bool {
        // Silence is about signs of work, and what stands beside the ladder about itself.
        let mut higher = alerts
            .iter()
            .filter(|other| {
                other.stage == alert.stage
                    && other.basis == alert.basis
                    && !other.is_carried
                    && alert.rung > Rung::Silence
                    && other.rung > alert.rung
            })
            .peekable();
        if higher.peek().is_none() {
            return false;
        }
        let staff = Staff::of(&self.directory, self.today);
        higher.any(|other| {
            let told = staff.told(&self.office().ladder, other.rung, self.responsible());
            told.iter().any(|(person, _)| *person == reader.id)
        })
    }

    /// The card of a rung that stands, and until when its reason is still asked for.
    fn card_facts(&self, rung: Rung) -> Option<CardFacts> {
        let card = self
            .cards
            .iter()
            .find(|card| card.rung() == rung && card.withdrawal.is_none())?;
        Some(CardFacts {
            number: card.number,
            explain_by: Some(card.explain_by).filter(|_| card.is_unexplained()),
            needs_alternative: card.needs_alternative(&self.stage),
        })
    }

    fn responsible(&self) -> Responsible {
        Responsible {
            unit: self.stage.unit,
            officer: self.stage.officer,
            steward: self.held.project.steward,
            lead: self.held.project.lead,
        }
    }

    pub(super) fn sender(&self) -> Sender {
        super::sender(&self.zone.zone)
    }

    pub(super) fn project_facts(&self) -> ProjectFacts {
        let project = &self.held.project;
        ProjectFacts {
            code: project.code.clone(),
            name: project.name.as_str().into(),
            investor: project.investor.as_str().into(),
            investment_yuan: project.investment_yuan,
            is_key: project.is_key,
        }
    }

    pub(super) fn stage_facts(&self, public_url: &str) -> StageFacts {
        let code = &self.stage.code;
        let name = self
            .held
            .template
            .stage(code)
            .map(|definition| definition.name.clone());
        let officer = self
            .stage
            .officer
            .and_then(|id| self.directory.people.get(&id));
        StageFacts {
            name: name.unwrap_or_else(|| Bilingual::of(code, code)),
            unit: self
                .unit
                .as_ref()
                .map(|unit| unit.name.clone())
                .unwrap_or_default(),
            officer: officer.map(|person| Contact {
                name: person.name.as_str().into(),
                phone: person.phone.as_deref().map(Into::into),
            }),
            url: format!("{public_url}/desk/stages/{}", self.stage.id),
        }
    }

    pub(super) fn promise_facts(&self) -> PromiseFacts {
        let deadline = &self.stage.deadline;
        let standing = match (self.stage.state, deadline.ends_on()) {
            (StageState::Running, Some(due)) if due < self.today => {
                Standing::Overdue(self.calendar().working_days_after(due, self.today))
            }
            (StageState::Running, Some(due)) => {
                Standing::Left(self.calendar().working_days_after(self.today, due))
            }
            _ => Standing::NotRunning,
        };
        PromiseFacts {
            limit: self.stage.terms.promised,
            promised_on: deadline.due_on,
            statutory_on: deadline.statutory_due_on,
            standing,
            is_provisional: deadline.is_provisional,
        }
    }

    fn stops(&self) -> StopFacts {
        let stops = self
            .stage
            .clock
            .as_ref()
            .map_or(&[][..], |clock: &Clock| &clock.stops);
        let days = stops.iter().map(|stop| {
            let until = stop.resumed_on.unwrap_or(self.today);
            self.calendar().working_days_after(stop.stopped_on, until)
        });
        StopFacts {
            count: u32::try_from(stops.len()).unwrap_or(u32::MAX),
            working_days: days.sum(),
        }
    }

    /// The last thing that somebody said, among the lines that a reader may see.
    pub(super) fn last_event(&self, language: Language, seen: Visibility) -> Option<LastEvent> {
        let may_read =
            |fact: &Fact| seen == Visibility::Internal || fact.visibility() == Visibility::Public;
        let mut newest_first = self.events.iter().filter(|line| may_read(&line.event.fact));
        newest_first.find_map(|line| self.spoken(&line.event, language))
    }

    /// A line of the record in somebody's own words, if it has any.
    fn spoken(&self, event: &Event, language: Language) -> Option<LastEvent> {
        let text = match &event.fact {
            Fact::ProgressNoted { text, .. }
            | Fact::ClockStopped { text, .. }
            | Fact::ExtensionRequested { text, .. }
            | Fact::StopRevised { text, .. }
            | Fact::StopReviewed { text, .. }
            | Fact::ValidityRenewed { text, .. }
            | Fact::CardExplained { text, .. }
            | Fact::CardAppealed { text, .. }
            | Fact::CardWithdrawn { text, .. }
            | Fact::CardAppealRejected { text, .. }
            | Fact::StopAnswered {
                text: Some(text), ..
            }
            | Fact::ExtensionDecided {
                text: Some(text), ..
            }
            | Fact::ClockResumed {
                text: Some(text), ..
            } => text.as_str(),
            Fact::WorkRecorded { activity, .. } => activity.as_str(),
            Fact::ProjectAdmitted { .. }
            | Fact::ProjectImported { .. }
            | Fact::StageReady
            | Fact::StageAccepted { .. }
            | Fact::StageAssigned { .. }
            | Fact::ClockResumed { text: None, .. }
            | Fact::StopAnswered { text: None, .. }
            | Fact::ExtensionDecided { text: None, .. }
            | Fact::ExtensionLapsed
            | Fact::DeadlineMoved { .. }
            | Fact::CalendarChanged { .. }
            | Fact::StatutoryMoved { .. }
            | Fact::ForecastMoved { .. }
            | Fact::ValidityBegan { .. }
            | Fact::DeadlineUnknown { .. }
            | Fact::StageCompleted { .. }
            | Fact::RungFired { .. }
            | Fact::AlertAcknowledged { .. }
            | Fact::ProjectClosed
            | Fact::ProgressPlanned { .. }
            | Fact::ProgressReported { .. }
            | Fact::StewardAssigned { .. }
            | Fact::ProjectCorrected { .. }
            | Fact::MetadataChanged { .. }
            | Fact::LeadAssigned { .. } => return None,
        };
        let who = match event.author {
            Author::Person(id) => self
                .directory
                .people
                .get(&id)
                .map(|person| person.name.as_str()),
            Author::System | Author::Import => None,
        };
        let unit = self
            .unit
            .as_ref()
            .map_or("", |unit| unit.name.get(language));
        Some(LastEvent {
            on: self.office().time.day_of(event.happened_at),
            who: who.unwrap_or(unit).into(),
            text: text.into(),
        })
    }

    fn day_of(&self, rung: Rung) -> Option<Date> {
        let office = self.office();
        let days = ladder::rung_days(&self.stage, &office.ladder, &office.calendar).ok()?;
        days.into_iter()
            .find(|day| day.rung == rung)
            .map(|day| day.on)
    }

    /// The rung that follows on `rung` if nothing happens, with the names of those who will be told.
    fn next_rung(&self, rung: Rung, staff: &Staff) -> Option<NextRung> {
        let office = self.office();
        let days = ladder::rung_days(&self.stage, &office.ladder, &office.calendar).ok()?;
        let next = days
            .into_iter()
            .filter(|day| day.rung > rung && day.on > self.today)
            .min_by_key(|day| (day.on, day.rung))?;
        let told = staff.told(&office.ladder, next.rung, self.responsible());
        let names = told
            .iter()
            .filter_map(|(id, _)| self.directory.people.get(id));
        Some(NextRung {
            rung: next.rung,
            on: next.on,
            tells: names.map(|person| person.name.as_str().into()).collect(),
        })
    }
}

/// Remind, yellow, red and leadership.
const RUNGS_ABOVE_SILENCE: u8 = 4;
