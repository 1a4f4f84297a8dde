//! Cards, as far as the one who looks may know of them.

use domain::{
    access::Permission,
    card::{Card, CardState, of_stage},
    ladder::Rung,
    project::{AppealCard, CardVerdict, DecideCard, ExplainCard, Project},
    refusal::Refusal,
    stage::Stage,
    text::Prose,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    action::{ACCESS_DENIED, Reason},
    days::{DayUnit, Remaining, remaining},
    history::Past,
    name::{PersonView, ProjectRef, StageRef, UnitView, project_ref},
    schema,
    setting::{Setting, Viewer},
    stage::StageView,
};

/// One card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardView {
    /// `crd_...`
    pub id: String,
    /// For example `Y-2026-0007`.
    pub number: String,
    /// Which rung issued it.
    #[schema(value_type = schema::Rung)]
    pub rung: Rung,
    /// How it stands; outside the office an appeal is not shown.
    #[schema(value_type = schema::CardState)]
    pub state: CardState,
    /// The day of its issue.
    pub issued_on: Date,
    /// The last day on which the reason is given in time; outside the office only where it is public.
    pub explain_by: Option<Date>,
    /// The last day to put the miss right; for the office only.
    pub correct_by: Option<Date>,
    /// The reason; outside the office only where it is public.
    pub explanation: Option<ReasonView>,
    /// True when the reason came after its day, or is missing after it; as with `explain_by`.
    pub is_explained_late: bool,
    /// The appeal; for the office only.
    pub appeal: Option<AppealView>,
    /// Who took it back, when and why.
    pub withdrawal: Option<SaidView>,
}

impl CardView {
    /// True once it was taken back.
    pub fn is_withdrawn(&self) -> bool {
        self.state == CardState::Withdrawn
    }
}

/// Why the promise was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CardReason)]
pub struct ReasonView {
    /// Who, when and why.
    #[serde(flatten)]
    pub said: SaidView,
    /// When the stage may be expected instead.
    pub alternative_on: Option<Date>,
}

/// Why the card should be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppealView {
    /// Who, when and why.
    #[serde(flatten)]
    pub said: SaidView,
    /// What the efficacy office said to it, if it said no.
    pub rejection: Option<SaidView>,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SaidView {
    /// Who; never for guests.
    pub by: Option<PersonView>,
    /// On which day.
    pub on: Date,
    /// In own words; never for guests.
    pub text: Option<String>,
}

/// A card in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardRow {
    /// The card.
    #[serde(flatten)]
    pub card: CardView,
    /// The project.
    pub project: ProjectRef,
    /// The stage.
    pub stage: StageRef,
    /// The responsible unit.
    pub unit: UnitView,
    /// The responsible officer.
    pub officer: Option<PersonView>,
    /// How far the last day to give the reason is away, while it is asked for.
    pub remaining: Option<Remaining>,
}

/// The page of one card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CardPageView {
    /// The card.
    pub card: CardView,
    /// The project.
    pub project: ProjectRef,
    /// The stage with its facts.
    pub stage: StageView,
    /// How far the last day to give the reason is away, while it is asked for.
    pub remaining: Option<Remaining>,
    /// True when another date must come with the reason.
    pub needs_alternative: bool,
    /// What may be done with it, and why not; for the office only.
    pub allowed_actions: Vec<AllowedCardAction>,
    /// The version on which the forms are based.
    pub version: u64,
}

/// An act upon a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAction {
    /// 说明原因
    Explain,
    /// 申诉
    Appeal,
    /// 核定
    Decide,
}

impl CardAction {
    /// Every act.
    pub const ALL: [Self; 3] = [Self::Explain, Self::Appeal, Self::Decide];

    /// The stable code, as in the address of its form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Explain => "explain",
            Self::Appeal => "appeal",
            Self::Decide => "decide",
        }
    }

    /// The act of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The right it needs.
    pub fn permission(self) -> Permission {
        match self {
            Self::Explain => Permission::ExplainCard,
            Self::Appeal => Permission::AppealCard,
            Self::Decide => Permission::DecideCard,
        }
    }
}

/// Whether an act upon a card is possible now, for the one who looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllowedCardAction {
    /// The act.
    pub action: CardAction,
    /// True when it would be taken.
    pub allowed: bool,
    /// Why not.
    pub reason: Option<Reason>,
}

/// The card as the viewer may see it.
pub fn card_view(card: &Card, project: &Project, setting: &Setting<'_>) -> CardView {
    let is_internal = setting.viewer.sees_internal(project);
    let is_guest = *setting.viewer == Viewer::Guest;
    let is_told = is_internal || card.level().is_explained_in_public();
    let said = |by, on, text: &Prose| SaidView {
        by: setting.person(by, project).filter(|_| !is_guest),
        on,
        text: (!is_guest).then(|| text.as_str().to_owned()),
    };
    let explanation = card.explanation.as_ref().filter(|_| is_told);
    let appeal = card.appeal.as_ref().filter(|_| is_internal);
    CardView {
        id: card.id.to_string(),
        number: card.number.to_string(),
        rung: card.rung(),
        state: match card.state() {
            CardState::Appealed if !is_internal => CardState::Open,
            state @ (CardState::Open | CardState::Appealed | CardState::Withdrawn) => state,
        },
        issued_on: card.issued_on,
        explain_by: Some(card.explain_by).filter(|_| is_told),
        correct_by: card.correct_by.filter(|_| is_internal),
        explanation: explanation.map(|reason| ReasonView {
            said: said(reason.by, reason.on, &reason.text),
            alternative_on: reason.alternative_on,
        }),
        is_explained_late: is_told && card.is_explained_late(setting.now.today),
        appeal: appeal.map(|appeal| AppealView {
            said: said(appeal.by, appeal.on, &appeal.text),
            rejection: appeal
                .rejection
                .as_ref()
                .map(|no| said(no.by, no.on, &no.text)),
        }),
        withdrawal: card
            .withdrawal
            .as_ref()
            .map(|back| said(back.by, back.on, &back.text)),
    }
}

/// The cards of a stage, the newest and gravest first.
pub fn card_views(
    cards: &[Card],
    stage: &Stage,
    project: &Project,
    setting: &Setting<'_>,
) -> Vec<CardView> {
    let cards = of_stage(cards, stage.id).into_iter();
    cards
        .map(|card| card_view(card, project, setting))
        .collect()
}

/// The card in a list, with its stage.
pub fn card_row(card: &Card, project: &Project, stage: &Stage, setting: &Setting<'_>) -> CardRow {
    CardRow {
        card: card_view(card, project, setting),
        project: project_ref(project),
        stage: setting.stage(project, stage),
        unit: setting.unit(stage.unit),
        officer: stage.officer.and_then(|id| setting.person(id, project)),
        remaining: left(card, setting),
    }
}

/// The page of `card`; `None` if the project has no such stage.
pub fn card_page_view(
    card: &Card,
    project: &Project,
    past: Past<'_>,
    version: u64,
    setting: &Setting<'_>,
) -> Option<CardPageView> {
    let held = project.stage(card.stage)?;
    let bench = super::workbench::workbench_view(project, card.stage, past, version, setting)?;
    let view = card_view(card, project, setting);
    Some(CardPageView {
        remaining: left(card, setting).filter(|_| view.explain_by.is_some()),
        card: view,
        project: bench.project,
        stage: bench.stage,
        needs_alternative: card.needs_alternative(held),
        allowed_actions: if setting.viewer.sees_internal(project) {
            allowed_actions(card, project, held, setting)
        } else {
            Vec::new()
        },
        version,
    })
}

fn left(card: &Card, setting: &Setting<'_>) -> Option<Remaining> {
    let calendar = &setting.office.calendar;
    card.is_unexplained().then(|| {
        remaining(
            card.explain_by,
            setting.now.today,
            DayUnit::WorkingDay,
            calendar,
        )
    })
}

/// Every act with its answer. Whoever lacks the right learns nothing about the rule behind it.
fn allowed_actions(
    card: &Card,
    project: &Project,
    stage: &Stage,
    setting: &Setting<'_>,
) -> Vec<AllowedCardAction> {
    let answer = |action: CardAction| {
        let may = setting
            .viewer
            .actor()
            .filter(|actor| actor.may_on_stage(action.permission(), project, stage));
        let reason = match may {
            None => Some(Reason::plain(ACCESS_DENIED)),
            Some(actor) => rehearse(action, (card, project), actor.person, setting)
                .err()
                .map(|refusal| Reason::from(&refusal)),
        };
        AllowedCardAction {
            action,
            allowed: reason.is_none(),
            reason,
        }
    };
    CardAction::ALL.into_iter().map(answer).collect()
}

/// Does it on paper, today.
fn rehearse(
    action: CardAction,
    (card, project): (&Card, &Project),
    by: domain::id::PersonId,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let when = (setting.now, setting.office);
    let Ok(text) = Prose::parse("-") else {
        return Ok(());
    };
    let step = match action {
        CardAction::Explain => {
            let explain = ExplainCard {
                text,
                alternative_on: Some(setting.now.today),
            };
            project.explain_card(card, by, explain, when)
        }
        CardAction::Appeal => {
            let deciders = Vec::new();
            project.appeal_card(card, by, AppealCard { text, deciders }, when)
        }
        CardAction::Decide => {
            let verdict = CardVerdict::Withdraw;
            project.decide_card(card, by, DecideCard { verdict, text }, when)
        }
    };
    step.map(drop)
}
