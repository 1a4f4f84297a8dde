//! The shapes of values whose types stand elsewhere, for the description of the API.
//!
//! `domain` names no format, so what its values look like on the wire is said here. Codes are described as
//! open lists (`x-extensible-enum`): a client must get along with one that it does not know yet.

use domain::{
    access,
    calendar::{DayKind, ProposalKind, ProposalState},
    card, clock, deputy, extension, ladder, lamp, office, progress, schedule, security, stage,
    template, webhook,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Discriminator, KnownFormat, Object, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        SchemaFormat, Type, extensions::ExtensionsBuilder,
    },
};

use super::{
    action,
    card::CardAction,
    days,
    progress::{PlannedLine, ProgressLine, ReportedLine},
};

pub mod question;
mod value;

pub use self::value::{Bilingual, CalendarRef, DayOff, LocalDays, Outlook, ValidityRule};

/// The name under which the description keeps an open list of codes.
pub const OPEN_CODES: &str = "x-extensible-enum";

/// An open list of codes.
pub fn open_codes(codes: &[Value], says: &str) -> RefOr<Schema> {
    let codes = Value::Array(codes.to_vec());
    let extensions = ExtensionsBuilder::new().add(OPEN_CODES, codes).build();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(says))
        .extensions(Some(extensions))
        .build()
        .into()
}

/// What each of `all` looks like on the wire.
fn written<T: Serialize>(all: &[T]) -> Vec<Value> {
    all.iter()
        .filter_map(|one| serde_json::to_value(one).ok())
        .collect()
}

/// Describes types as open lists of codes: `Type = all of them, "what it says"`.
macro_rules! open {
    ($($of:ty = $all:expr, $says:literal;)*) => {$(
        impl PartialSchema for $of {
            fn schema() -> RefOr<Schema> {
                open_codes(&written(&$all), $says)
            }
        }
        impl ToSchema for $of {}
    )*};
}

/// Declares stand-ins for types of other crates.
macro_rules! stand_ins {
    ($($(#[$says:meta])* $name:ident;)*) => {$(
        $(#[$says])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
    )*};
}

stand_ins! {
    /// [`lamp::Lamp`]
    Lamp;
    /// [`progress::ProgressLamp`]
    ProgressLamp;
    /// Why works are behind.
    ProgressReasonCode;
    /// [`ladder::Rung`]
    Rung;
    /// [`stage::StageState`]
    StageState;
    /// [`template::Phase`]
    Phase;
    /// [`clock::StopReason`]
    StopReason;
    /// [`clock::Court`]
    Court;
    /// [`clock::ConsentState`]
    ConsentState;
    /// [`extension::ExtensionReason`]
    ExtensionReason;
    /// [`extension::Approver`]
    Approver;
    /// [`card::CardState`]
    CardState;
    /// [`schedule::ForecastCause`]
    ForecastCause;
    /// [`DayKind`]
    CalendarDayKind;
    /// [`ProposalKind`]
    CalendarProposalKind;
    /// [`ProposalState`]
    CalendarProposalState;
    /// [`access::Role`]
    Role;
    /// [`access::Permission`]
    Permission;
    /// [`office::UnitKind`]
    UnitKind;
    /// [`deputy::AbsenceReason`]
    AbsenceReason;
    /// [`security::SecurityAct`]
    SecurityAct;
    /// [`persistence::outbox::LetterState`]
    LetterState;
    /// [`webhook::WebhookState`]
    WebhookState;
    /// [`webhook::DeliveryState`]
    DeliveryState;
    /// [`clock::Why`]
    Why;
    /// [`domain::ledger::Owner`]
    DayOwner;
    /// [`domain::event::Fact`]
    EventKind;
    /// [`progress::Month`]
    Month;
    /// [`progress::Percent`]
    Percent;
    /// [`domain::limit::Limit`]
    Limit;
    /// [`super::history::AuthorView`]
    Author;
}

/// Every reason for a day to count or not; a test of the wording holds it to the rules.
const WHYS: [&str; 8] = [
    "day_zero",
    "workday",
    "makeup_workday",
    "every_day",
    "weekend",
    "holiday",
    "stopped",
    "rolled_on",
];

/// Every kind of line in a record.
const EVENT_KINDS: [&str; 36] = [
    "project_admitted",
    "project_imported",
    "stage_ready",
    "stage_accepted",
    "stage_assigned",
    "progress_noted",
    "work_recorded",
    "clock_stopped",
    "clock_resumed",
    "stop_answered",
    "stop_revised",
    "stop_reviewed",
    "extension_requested",
    "extension_decided",
    "extension_lapsed",
    "deadline_moved",
    "calendar_changed",
    "statutory_moved",
    "forecast_moved",
    "validity_began",
    "validity_renewed",
    "deadline_unknown",
    "stage_completed",
    "rung_fired",
    "alert_acknowledged",
    "project_closed",
    "steward_assigned",
    "lead_assigned",
    "project_corrected",
    "metadata_changed",
    "progress_planned",
    "progress_reported",
    "card_explained",
    "card_appealed",
    "card_withdrawn",
    "card_appeal_rejected",
];

open! {
    Lamp = lamp::Lamp::ALL, "The colour of a clock.";
    ProgressLamp = progress::ProgressLamp::ALL, "The colour of works.";
    ProgressReasonCode = ["not_started", "behind", "unreported"], "Why works are behind.";
    Rung = ladder::Rung::ALL, "A rung of the ladder of reminders.";
    StageState = [
        stage::StageState::Waiting,
        stage::StageState::Ready,
        stage::StageState::Running,
        stage::StageState::Stopped,
        stage::StageState::Done,
    ], "Where a stage stands.";
    Phase = template::Phase::ALL, "A phase of a project, in this order.";
    StopReason = clock::StopReason::ALL, "Why a clock may stand.";
    Court = [
        clock::Court::Government,
        clock::Court::Investor,
        clock::Court::Law,
        clock::Court::ThirdParty,
        clock::Court::Nobody,
    ], "Whose turn it is.";
    ConsentState = [
        clock::ConsentState::Asked,
        clock::ConsentState::Silent,
        clock::ConsentState::Given,
        clock::ConsentState::Refused,
        clock::ConsentState::Upheld,
        clock::ConsentState::Annulled,
    ], "What the investor said to a stop.";
    ExtensionReason = extension::ExtensionReason::ALL, "Why more time is asked for.";
    Approver = [
        extension::Approver::Head,
        extension::Approver::Leader,
        extension::Approver::EfficacyOffice,
    ], "Who decides on more time.";
    CardState = card::CardState::ALL, "Where a card stands.";
    ForecastCause = schedule::ForecastCause::ALL, "Why a forecast moved.";
    CalendarDayKind = DayKind::ALL.map(DayKind::code), "What a day is.";
    CalendarProposalKind = ProposalKind::ALL.map(ProposalKind::code), "Of whose days a proposal is.";
    CalendarProposalState = ProposalState::ALL.map(ProposalState::code), "Where a proposal stands.";
    Role = access::Role::ALL, "What a person is to the zone.";
    Permission = access::Permission::ALL, "What a token may be used for.";
    UnitKind = office::UnitKind::ALL, "What kind of unit it is.";
    AbsenceReason = deputy::AbsenceReason::ALL, "Why somebody is away.";
    SecurityAct = security::SecurityAct::ALL.map(security::SecurityAct::code), "What happened.";
    LetterState = persistence::outbox::LetterState::ALL.map(persistence::outbox::LetterState::code), "How far a letter is.";
    WebhookState = webhook::WebhookState::ALL.map(webhook::WebhookState::code), "Whether events are sent.";
    DeliveryState = webhook::DeliveryState::ALL.map(webhook::DeliveryState::code), "How far a delivery is.";
    Why = WHYS, "Why a day counts or not.";
    DayOwner = ["unit", "investor", "law", "third_party", "holiday", "stop"], "Whose a day was.";
    EventKind = EVENT_KINDS, "What happened.";
    action::Action = action::Action::ALL, "An act on a stage.";
    CardAction = CardAction::ALL, "An act on a card.";
    days::Certainty = [
        days::Certainty::Certain,
        days::Certainty::Provisional,
        days::Certainty::Unknown,
    ], "How much a date can be relied upon.";
    days::DayUnit = [
        days::DayUnit::WorkingDay,
        days::DayUnit::CalendarDay,
        days::DayUnit::FixedDate,
    ], "In which days a limit counts.";
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn number() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(0))
}

fn day() -> Object {
    text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .build()
}

/// Describes types by hand: `Type = its schema`.
macro_rules! shaped {
    ($($of:ty = $schema:expr;)*) => {$(
        impl PartialSchema for $of {
            fn schema() -> RefOr<Schema> {
                $schema.build().into()
            }
        }
        impl ToSchema for $of {}
    )*};
}

shaped! {
    Month = text()
        .pattern(Some("^[0-9]{4}-[0-9]{2}$"))
        .examples([json!("2026-03")])
        .description(Some("A month."));
    Percent = number()
        .maximum(Some(100))
        .description(Some("A share of the works, in percent."));
    days::Remaining = ObjectBuilder::new()
        .property("state", open_codes(&[json!("left"), json!("today"), json!("over")],
            "`left` days remain, it is due `today`, or it is `over` by days."))
        .required("state")
        .property("days", number().description(Some("Absent for `today`.")))
        .description(Some("How far a date is away."));
    Limit = ObjectBuilder::new()
        .property("unit", open_codes(&[json!("working_day"), json!("calendar_day"), json!("fixed_date"), json!("before_expiry")],
            "In which days it counts."))
        .required("unit")
        .property("value", number().description(Some("Days; absent for a fixed date.")))
        .property("on", day())
        .description(Some("A limit; `on` is the fixed date, or the expiry that working days are counted back from."));
    Author = ObjectBuilder::new()
        .property("by", open_codes(&[json!("person"), json!("system"), json!("import")], "Who, by kind."))
        .required("by")
        .property("name", ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Of a person, unless the one who looks may not know; else absent.")))
        .description(Some("Who did it."));
}

impl PartialSchema for ProgressLine {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .property("planned", Ref::from_schema_name(PlannedLine::name()))
            .property("reported", Ref::from_schema_name(ReportedLine::name()))
            .description(Some(
                "What was planned or reported of the works: one of both.",
            ))
            .build()
            .into()
    }
}

impl ToSchema for ProgressLine {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add::<PlannedLine>(schemas);
        add::<ReportedLine>(schemas);
    }
}

/// Adds the schema of `T` and of everything in it.
pub fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// One of several named schemas, told apart by the text of `property`: text and schema of each.
pub fn one_of(property: &str, each: &[(&str, &str)]) -> RefOr<Schema> {
    let mapping = each
        .iter()
        .map(|(code, name)| (*code, Ref::from_schema_name(*name).ref_location));
    let items = each.iter().map(|(_, name)| Ref::from_schema_name(*name));
    items
        .fold(OneOfBuilder::new(), OneOfBuilder::item)
        .discriminator(Some(Discriminator::with_mapping(property, mapping)))
        .into()
}
