//! All that a zone has, for a full export: a few rows at a time, each as one JSON object.
//!
//! The pages of one export are read inside one [`Store::read`](crate::Store::read), which is one snapshot.

mod row;

use diesel::prelude::*;
use domain::id::ZoneId;
use serde::Serialize;
use uuid::Uuid;

use self::row::{
    AbsenceRow, AlertRow, CalendarRow, CardRow, CompanyContactRow, CompanyRow, DeputyRow, EventRow,
    ImportRow, JobRow, PersonRow, PostRow, ProjectContactRow, ProjectRow, ProposalRow, RoleRow,
    StageRow, TemplateRow, UnitRow, ZoneRow,
};
use crate::{
    connection::run,
    error::StoreError,
    schema::{
        absence, alert, calendar, calendar_proposal, card, company, company_contact, deputy, event,
        import, job, person, person_role, post, project, project_contact, stage, template, unit,
        zone,
    },
    store::Tx,
    types::Key,
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal;)*) => {
        /// What a line of a full export is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum DumpKind {
            $($(#[$doc])* $kind,)*
        }

        impl DumpKind {
            /// Every kind, in the order of an export: what others refer to stands before them, as far as there is
            /// such an order.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }
        }
    };
}

kinds! {
    /// The zone itself.
    Zone = "zone";
    /// A version of a working calendar.
    Calendar = "calendar";
    /// A version of a template.
    Template = "template";
    /// A unit.
    Unit = "unit";
    /// A person, without any secret.
    Person = "person";
    /// What a person is to the zone.
    Role = "role";
    /// A post in another unit.
    Post = "post";
    /// Who stands in for whom.
    Deputy = "deputy";
    /// Days on which somebody is away.
    Absence = "absence";
    /// A company that invests.
    Company = "company";
    /// Somebody who speaks for a company.
    CompanyContact = "company_contact";
    /// A project.
    Project = "project";
    /// Somebody who may read a project.
    ProjectContact = "project_contact";
    /// A stage of a project.
    Stage = "stage";
    /// A line of the record of a project.
    Event = "event";
    /// A rung that fired.
    Alert = "alert";
    /// A card for a missed promise.
    Card = "card";
    /// A calendar that somebody proposed.
    CalendarProposal = "calendar_proposal";
    /// A file that was brought in, without its rows.
    Import = "import";
    /// Long work.
    Job = "job";
}

/// Behind which row the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    key: Uuid,
    number: i64,
}

impl Mark {
    /// Before the first row of any kind.
    pub const START: Self = Self {
        key: Uuid::nil(),
        number: 0,
    };
}

/// Some rows of a kind.
#[derive(Debug)]
pub struct DumpPage {
    /// A JSON object each, without the end of its line.
    pub lines: Vec<String>,
    /// Where the next page begins; `None` behind the last one.
    pub next: Option<Mark>,
}

#[derive(Serialize)]
struct Line<'a, Row> {
    r#type: &'static str,
    #[serde(flatten)]
    row: &'a Row,
}

fn written<Row: Serialize>(
    kind: DumpKind,
    rows: &[Row],
    (next, limit): (Option<Mark>, i64),
) -> Result<DumpPage, StoreError> {
    let r#type = kind.code();
    let lines = rows
        .iter()
        .map(|row| serde_json::to_string(&Line { r#type, row }));
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    Ok(DumpPage {
        lines: lines.collect::<Result<_, _>>()?,
        next: next.filter(|_| is_full),
    })
}

/// Rows of a table with a key of its own, in the order of that key.
macro_rules! by_key {
    ($tx:expr, $zone:expr, $table:ident, $row:ty, $key:ident, $page:expr) => {{
        let (kind, after, limit): (DumpKind, Mark, i64) = $page;
        let rows: Vec<$row> = run!(
            $tx,
            load,
            $table::table
                .filter(
                    $table::zone_id
                        .eq(Key($zone.0))
                        .and($table::$key.gt(Key(after.key))),
                )
                .order($table::$key)
                .limit(limit)
                .select(<$row>::as_select())
        )?;
        let mark = |row: &$row| Mark {
            key: row.$key.0,
            number: 0,
        };
        written(kind, &rows, (rows.last().map(mark), limit))
    }};
}

/// Rows of a table whose key is that of a project and a number, in that order.
macro_rules! by_project {
    ($tx:expr, $zone:expr, $table:ident, $row:ty, $number:ident as $type:ty, $page:expr) => {{
        let (kind, after, limit): (DumpKind, Mark, i64) = $page;
        let of_project = $table::project_id.eq(Key(after.key));
        let number = <$type>::try_from(after.number).unwrap_or(<$type>::MAX);
        let behind = $table::project_id
            .gt(Key(after.key))
            .or(of_project.and($table::$number.gt(number)));
        let rows: Vec<$row> = run!(
            $tx,
            load,
            $table::table
                .filter($table::zone_id.eq(Key($zone.0)).and(behind))
                .order(($table::project_id, $table::$number))
                .limit(limit)
                .select(<$row>::as_select())
        )?;
        let mark = |row: &$row| Mark {
            key: row.project_id.0,
            number: row.$number.into(),
        };
        written(kind, &rows, (rows.last().map(mark), limit))
    }};
}

/// Rows of a small table with a key of several columns, counted from the first.
macro_rules! by_place {
    ($tx:expr, $zone:expr, $table:ident, $row:ty, $order:expr, $page:expr) => {{
        let (kind, after, limit): (DumpKind, Mark, i64) = $page;
        let rows: Vec<$row> = run!(
            $tx,
            load,
            $table::table
                .filter($table::zone_id.eq(Key($zone.0)))
                .order($order)
                .offset(after.number)
                .limit(limit)
                .select(<$row>::as_select())
        )?;
        let next = Mark {
            key: Uuid::nil(),
            number: after.number.saturating_add(limit),
        };
        written(kind, &rows, (Some(next), limit))
    }};
}

impl Tx {
    /// Up to `limit` rows of a kind behind `after`, in the order of their keys.
    pub async fn dump_page(
        &mut self,
        of: ZoneId,
        kind: DumpKind,
        after: Mark,
        limit: i64,
    ) -> Result<DumpPage, StoreError> {
        let page = (kind, after, limit);
        match kind {
            DumpKind::Zone => {
                let row: ZoneRow = run!(
                    self,
                    get_result,
                    zone::table.find(Key(of.0)).select(ZoneRow::as_select())
                )?;
                written(kind, &[row], (None, limit))
            }
            DumpKind::Calendar => {
                let order = (calendar::name, calendar::version);
                by_place!(self, of, calendar, CalendarRow, order, page)
            }
            DumpKind::Template => {
                let order = (template::code, template::version);
                by_place!(self, of, template, TemplateRow, order, page)
            }
            DumpKind::Unit => by_key!(self, of, unit, UnitRow, id, page),
            DumpKind::Person => by_key!(self, of, person, PersonRow, id, page),
            DumpKind::Role => {
                let order = (person_role::person_id, person_role::role);
                by_place!(self, of, person_role, RoleRow, order, page)
            }
            DumpKind::Post => {
                let order = (post::person_id, post::unit_id, post::role);
                by_place!(self, of, post, PostRow, order, page)
            }
            DumpKind::Deputy => by_key!(self, of, deputy, DeputyRow, person_id, page),
            DumpKind::Absence => by_key!(self, of, absence, AbsenceRow, id, page),
            DumpKind::Company => by_key!(self, of, company, CompanyRow, id, page),
            DumpKind::CompanyContact => {
                let order = (company_contact::company_id, company_contact::person_id);
                by_place!(self, of, company_contact, CompanyContactRow, order, page)
            }
            DumpKind::Project => by_key!(self, of, project, ProjectRow, id, page),
            DumpKind::ProjectContact => {
                let order = (project_contact::person_id, project_contact::project_id);
                by_place!(self, of, project_contact, ProjectContactRow, order, page)
            }
            DumpKind::Stage => by_project!(self, of, stage, StageRow, ordinal as i32, page),
            DumpKind::Event => by_project!(self, of, event, EventRow, seq as i64, page),
            DumpKind::Alert => by_key!(self, of, alert, AlertRow, id, page),
            DumpKind::Card => by_key!(self, of, card, CardRow, id, page),
            DumpKind::CalendarProposal => {
                by_key!(self, of, calendar_proposal, ProposalRow, id, page)
            }
            DumpKind::Import => by_key!(self, of, import, ImportRow, id, page),
            DumpKind::Job => by_key!(self, of, job, JobRow, id, page),
        }
    }
}
