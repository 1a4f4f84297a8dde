//! Questions about deadlines and their answers, as they are on the wire.

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{add, one_of};
use crate::usecase;

/// A question about a deadline, told apart by `kind`.
#[derive(Debug)]
pub struct ClockQuestion;

impl PartialSchema for ClockQuestion {
    fn schema() -> RefOr<Schema> {
        one_of(
            "kind",
            &[
                ("due", "DueQuestion"),
                ("count", "CountQuestion"),
                ("before", "BeforeQuestion"),
            ],
        )
    }
}

impl ToSchema for ClockQuestion {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add::<DueQuestion>(schemas);
        add::<CountQuestion>(schemas);
        add::<BeforeQuestion>(schemas);
    }
}

/// When is it due?
#[derive(Debug, ToSchema)]
pub struct DueQuestion {
    /// `due`
    #[schema(inline)]
    pub kind: Due,
    /// Comes back with the answer.
    pub id: Value,
    /// Day 0.
    pub accepted_on: time::Date,
    /// Days.
    #[schema(maximum = 3650)]
    pub limit: u16,
    /// In which they count.
    pub unit: usecase::clock::Unit,
    /// When the clock stood.
    #[schema(required = false)]
    pub stops: Vec<usecase::clock::Stop>,
}

/// How many working days?
#[derive(Debug, ToSchema)]
pub struct CountQuestion {
    /// `count`
    #[schema(inline)]
    pub kind: Count,
    /// Comes back with the answer.
    pub id: Value,
    /// The first day.
    pub from: time::Date,
    /// The last day.
    pub to: time::Date,
}

/// Which is the n-th working day before?
#[derive(Debug, ToSchema)]
pub struct BeforeQuestion {
    /// `before`
    #[schema(inline)]
    pub kind: Before,
    /// Comes back with the answer.
    pub id: Value,
    /// The day that is counted back from.
    pub expires_on: time::Date,
    /// Working days.
    pub limit: u16,
}

/// The kind of [`DueQuestion`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// When is it due?
    Due,
}

/// The kind of [`CountQuestion`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// How many?
    Count,
}

/// The kind of [`BeforeQuestion`].
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Before {
    /// Which day before?
    Before,
}

/// The answer to a question about a deadline; what it has follows from the kind of the question.
#[derive(Debug, ToSchema)]
pub struct ClockAnswer {
    /// As in the question.
    pub id: Value,
    /// When it is due; null while the clock stands. Of `due`.
    pub due_on: Option<time::Date>,
    /// Days left while the clock stands, else null. Of `due`.
    pub days_left: Option<u32>,
    /// True when a year without a published calendar is in it. Of `due`.
    #[schema(required = false)]
    pub provisional: bool,
    /// Working days with the first and the last day. Of `count`.
    #[schema(required = false)]
    pub inclusive: u32,
    /// Working days without the first day. Of `count`.
    #[schema(required = false)]
    pub after_start: u32,
    /// The day. Of `before`.
    #[schema(required = false)]
    pub on: time::Date,
}
