//! Bodies of what is done with a card.

use domain::project::{CardVerdict, ExplainCard};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::{AppError, FieldFlaw},
    usecase::card::CardAct,
};

/// 说明原因.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainCardBody {
    /// Why the promise was missed; of a red card the investor is told.
    pub text: Option<String>,
    /// When the stage may be expected instead; a red card of a stage that is not finished needs it.
    #[schema(example = "2026-03-25", format = Date)]
    pub alternative_on: Option<String>,
}

impl ExplainCardBody {
    /// The act.
    pub fn parse(&self) -> Result<CardAct, AppError> {
        let mut flaws = Flaws::default();
        let text = flaws.prose("text", self.text.as_deref());
        let alternative_on = flaws.date("alternative_on", self.alternative_on.as_deref());
        let explain = text.map(|text| ExplainCard {
            text,
            alternative_on,
        });
        flaws.finish(explain.map(CardAct::Explain))
    }
}

/// 申诉.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealCardBody {
    /// Why the card should be taken back.
    pub text: Option<String>,
}

impl AppealCardBody {
    /// The act.
    pub fn parse(&self) -> Result<CardAct, AppError> {
        let mut flaws = Flaws::default();
        let text = flaws.prose("text", self.text.as_deref());
        flaws.finish(text.map(CardAct::Appeal))
    }
}

/// 核定.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideCardBody {
    /// `withdraw` takes the card back, `reject` says no to the appeal.
    #[schema(example = "withdraw")]
    pub verdict: Option<String>,
    /// Why; of a card that is taken back the investor is told.
    pub text: Option<String>,
}

/// What `verdict` says for each decision.
pub const VERDICTS: [(&str, CardVerdict); 2] = [
    ("withdraw", CardVerdict::Withdraw),
    ("reject", CardVerdict::RejectAppeal),
];

impl DecideCardBody {
    /// The act.
    pub fn parse(&self) -> Result<CardAct, AppError> {
        let mut flaws = Flaws::default();
        let typed = self.verdict.as_deref().unwrap_or_default().trim();
        let found = VERDICTS.into_iter().find(|(code, _)| *code == typed);
        let verdict = match found {
            Some((_, verdict)) => Some(verdict),
            None => flaws.note(FieldFlaw::of("verdict", "validation.choice")),
        };
        let text = flaws.prose("text", self.text.as_deref());
        let decide = verdict.zip(text);
        flaws.finish(decide.map(|(verdict, text)| CardAct::Decide(verdict, text)))
    }
}
