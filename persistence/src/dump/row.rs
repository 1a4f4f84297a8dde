//! What goes out of each table: named columns, so that a new one is not told to anybody by itself. Hashes of
//! passwords and query codes, tokens and sealed texts are not among them.

use diesel::prelude::*;
use serde::{Serialize, Serializer, ser::Error as _};
use time::{Date, format_description::well_known::Rfc3339};

use crate::{
    schema::{
        absence, alert, calendar, calendar_proposal, card, company, company_contact, deputy, event,
        import, job, person, person_role, post, project, project_contact, stage, template, unit,
        zone,
    },
    types::{At, Key},
};

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text = self.0.format(&Rfc3339).map_err(S::Error::custom)?;
        to.serialize_str(&text)
    }
}

/// A document goes out as what it is, not as text with text in it.
fn document<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(S::Error::custom)?;
    value.serialize(to)
}

/// The same, where there may be none.
#[expect(
    clippy::ref_option,
    reason = "serde hands over the field as it is kept"
)]
fn document_if_any<S: Serializer>(text: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => document(text, to),
        None => to.serialize_none(),
    }
}

/// Bytes as hexadecimal digits.
fn hexadecimal<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    use std::fmt::Write as _;
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(digits, "{byte:02x}").map_err(S::Error::custom)?;
    }
    to.serialize_str(&digits)
}

macro_rules! rows {
    ($($row:ident of $table:ident { $($(#[$how:meta])* $column:ident: $type:ty,)* })*) => {$(
        #[derive(Queryable, Selectable, Serialize)]
        #[diesel(table_name = $table)]
        pub(super) struct $row {
            $($(#[$how])* pub(super) $column: $type,)*
        }
    )*};
}

rows! {
    ZoneRow of zone {
        id: Key,
        calendar_name: String,
        calendar_version: i32,
        #[serde(serialize_with = "document")]
        ladder: String,
        #[serde(serialize_with = "document")]
        body: String,
    }
    CalendarRow of calendar {
        name: String,
        version: i32,
        #[serde(serialize_with = "document")]
        body: String,
    }
    TemplateRow of template {
        code: String,
        version: i32,
        #[serde(serialize_with = "document")]
        body: String,
    }
    UnitRow of unit {
        id: Key,
        code: String,
        kind: String,
        name_zh: String,
        name_en: String,
        is_active: bool,
    }
    PersonRow of person {
        id: Key,
        login: String,
        name: String,
        email: Option<String>,
        phone: Option<String>,
        language: String,
        unit_id: Option<Key>,
        is_active: bool,
    }
    RoleRow of person_role {
        person_id: Key,
        role: String,
    }
    PostRow of post {
        person_id: Key,
        unit_id: Key,
        role: String,
    }
    DeputyRow of deputy {
        person_id: Key,
        deputy_id: Key,
    }
    AbsenceRow of absence {
        id: Key,
        person_id: Key,
        from_on: Date,
        until_on: Date,
        reason: String,
        substitute_id: Option<Key>,
    }
    CompanyRow of company {
        id: Key,
        name: String,
        #[serde(serialize_with = "document_if_any")]
        registration: Option<String>,
    }
    CompanyContactRow of company_contact {
        company_id: Key,
        person_id: Key,
    }
    ProjectRow of project {
        id: Key,
        code: String,
        name: String,
        investor: String,
        company_id: Option<Key>,
        steward_id: Option<Key>,
        lead_id: Option<Key>,
        admitted_on: Date,
        closed_on: Option<Date>,
        source_key: Option<String>,
        version: i64,
        chain_seq: i64,
        #[serde(serialize_with = "hexadecimal")]
        chain_hash: Vec<u8>,
        created_at: At,
        updated_at: At,
        #[serde(serialize_with = "document")]
        body: String,
    }
    ProjectContactRow of project_contact {
        project_id: Key,
        person_id: Key,
    }
    StageRow of stage {
        id: Key,
        project_id: Key,
        ordinal: i32,
        unit_id: Key,
        officer_id: Option<Key>,
        state: String,
        due_on: Option<Date>,
        done_on: Option<Date>,
        #[serde(serialize_with = "document")]
        body: String,
    }
    EventRow of event {
        project_id: Key,
        seq: i64,
        stage_id: Option<Key>,
        kind: String,
        is_public: bool,
        #[serde(serialize_with = "document")]
        author: String,
        happened_at: At,
        recorded_at: At,
        is_late_entry: bool,
        #[serde(serialize_with = "document")]
        fact: String,
        source_key: Option<String>,
        #[serde(serialize_with = "hexadecimal")]
        hash: Vec<u8>,
    }
    AlertRow of alert {
        id: Key,
        project_id: Key,
        stage_id: Key,
        rung: i32,
        basis: i32,
        due_on: Date,
        fired_at: At,
        is_carried: bool,
        #[serde(serialize_with = "document_if_any")]
        acknowledgement: Option<String>,
    }
    CardRow of card {
        id: Key,
        number: String,
        alert_id: Key,
        project_id: Key,
        stage_id: Key,
        rung: i32,
        issued_on: Date,
        explain_by: Date,
        is_explained: bool,
        state: String,
        #[serde(serialize_with = "document")]
        body: String,
    }
    ProposalRow of calendar_proposal {
        id: Key,
        kind: String,
        calendar_name: String,
        calendar_version: i32,
        base_name: String,
        base_version: i32,
        note: String,
        state: String,
        proposed_by: Key,
        proposed_at: At,
        decided_by: Option<Key>,
        decided_at: Option<At>,
        #[serde(serialize_with = "document")]
        body: String,
    }
    ImportRow of import {
        id: Key,
        kind: String,
        state: String,
        total: i64,
        done: i64,
        created_by: Key,
        created_at: At,
        committed_by: Option<Key>,
        committed_at: Option<At>,
    }
    JobRow of job {
        id: Key,
        kind: String,
        state: String,
        import_id: Key,
        owner_id: Key,
        done: i64,
        total: i64,
        failure: Option<String>,
        flaws: i64,
        created_at: At,
        started_at: Option<At>,
        ended_at: Option<At>,
    }
}
