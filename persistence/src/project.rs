//! Projects: loading the aggregate and saving a step. Other ways to find one are in `find`, lists in
//! `list`, many at once in `batch`, the works in `progress`, who looks after one in
//! `patron`, cases of another system in `takeover`.

mod batch;
mod body;
mod corrected;
mod find;
mod list;
mod patron;
mod progress;
mod takeover;

use std::sync::Arc;

use diesel::prelude::*;
use domain::{
    id::{CompanyId, PersonId, ProjectId, StageId, ZoneId},
    office::Office,
    project::{Project, Step},
    stage::Stage,
    template::Template,
    text::Line,
};
use time::{Date, OffsetDateTime};

use self::body::{ProjectBody, body};
pub use self::list::{ProjectFilter, ProjectHeader, ProjectOrder, ProjectPlace};
use crate::{
    connection::{run, run_locking},
    error::StoreError,
    event::{ChainHead, NewEvent, chain},
    prepared::{change, insert_each},
    schema::{project, project_contact, stage},
    stage::StageRow,
    store::Tx,
    types::{At, Key},
};

/// A project as it was when it was read, with what saving it again needs.
#[derive(Debug, Clone)]
pub struct Held {
    /// The aggregate.
    pub project: Project,
    /// The template version it started with.
    pub template: Arc<Template>,
    /// Counts up with every decision.
    pub version: i64,
    /// Where its record stands.
    pub chain: ChainHead,
    /// When it was last decided upon.
    pub updated_at: OffsetDateTime,
}

/// Where a project stands after a decision was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Its new version.
    pub version: i64,
    /// The number of the last line of its record.
    pub line: i64,
}

/// What a newly admitted project is kept with besides itself.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// The keyed hash of its query code.
    pub query_hash: Option<String>,
    /// Its key in another system.
    pub source_key: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = project)]
pub(crate) struct ProjectRow {
    id: Key,
    code: String,
    name: String,
    investor: String,
    admitted_on: Date,
    closed_on: Option<Date>,
    steward_id: Option<Key>,
    lead_id: Option<Key>,
    company_id: Option<Key>,
    body: String,
    version: i64,
    chain_seq: i64,
    chain_hash: Vec<u8>,
    updated_at: At,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt {
        what: format!("project: {what}"),
    }
}

impl ProjectRow {
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// The project with these of its stages.
    pub(crate) fn with_stages(self, stages: Vec<Stage>) -> Result<Project, StoreError> {
        let body: ProjectBody = serde_json::from_str(&self.body)?;
        Ok(Project {
            id: ProjectId(self.id.0),
            code: self.code.parse().map_err(|_malformed| corrupt("code"))?,
            name: Line::parse(&self.name).map_err(|_flaw| corrupt("name"))?,
            investor: Line::parse(&self.investor).map_err(|_flaw| corrupt("investor"))?,
            investment_yuan: body.investment_yuan,
            is_key: body.is_key,
            template: body.template,
            traits: body.traits,
            steward: self.steward_id.map(|key| PersonId(key.0)),
            contacts: body.contacts,
            lead: self.lead_id.map(|key| PersonId(key.0)),
            company: self.company_id.map(|key| CompanyId(key.0)),
            admitted_on: self.admitted_on,
            closed_on: self.closed_on,
            forecast: body.forecast,
            progress: body.progress,
            metadata: body.metadata,
            stages,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = project, treat_none_as_default_value = false)]
struct NewProject<'a> {
    zone_id: Key,
    id: Key,
    code: &'a str,
    name: &'a str,
    investor: &'a str,
    admitted_on: Date,
    closed_on: Option<Date>,
    steward_id: Option<Key>,
    lead_id: Option<Key>,
    company_id: Option<Key>,
    stage_count: i32,
    done_count: i32,
    body: String,
    query_hash: Option<String>,
    source_key: Option<String>,
    version: i64,
    chain_seq: i64,
    chain_hash: Vec<u8>,
    created_at: At,
    updated_at: At,
}

impl Tx {
    /// Keeps a newly admitted project with its record, notices and the first looks of the sweep.
    pub async fn add_project(
        &mut self,
        office: &Office,
        step: &Step,
        secrets: Secrets,
        recorded_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let events = step.events.iter().map(|event| NewEvent {
            event,
            source_key: None,
        });
        self.add(office, step, (secrets, events), recorded_at).await
    }

    async fn add<'a>(
        &mut self,
        office: &Office,
        step: &'a Step,
        (secrets, events): (Secrets, impl Iterator<Item = NewEvent<'a>>),
        recorded_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let zone = office.zone;
        let new = &step.project;
        let (rows, head) = chain((zone, new.id), &ChainHead::empty(), events, recorded_at)?;
        let row = NewProject {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            code: new.code.as_str(),
            name: new.name.as_str(),
            investor: new.investor.as_str(),
            admitted_on: new.admitted_on,
            closed_on: new.closed_on,
            steward_id: new.steward.map(|id| Key(id.0)),
            lead_id: new.lead.map(|id| Key(id.0)),
            company_id: new.company.map(|id| Key(id.0)),
            stage_count: count(new.stages.len())?,
            done_count: count(new.done_count())?,
            body: body(new)?,
            query_hash: secrets.query_hash,
            source_key: secrets.source_key,
            version: 1,
            chain_seq: head.seq,
            chain_hash: head.hash,
            created_at: At(recorded_at),
            updated_at: At(recorded_at),
        };
        run!(
            self,
            execute,
            diesel::insert_into(project::table).values(&row)
        )?;
        let stages: Vec<StageRow> = new
            .stages
            .iter()
            .map(|stage| StageRow::of(office, new.id, stage))
            .collect::<Result<_, _>>()?;
        insert_each!(self, execute, &stages, values => diesel::insert_into(stage::table).values(values));
        for contact in &new.contacts {
            let row = (
                project_contact::zone_id.eq(Key(zone.0)),
                project_contact::person_id.eq(Key(contact.0)),
                project_contact::project_id.eq(Key(new.id.0)),
            );
            run!(
                self,
                execute,
                diesel::insert_into(project_contact::table).values(row)
            )?;
        }
        self.append_events(&rows).await?;
        self.queue_notices(office, step, recorded_at).await
    }

    /// A project by key, to look at.
    pub async fn project(&mut self, zone: ZoneId, id: ProjectId) -> Result<Held, StoreError> {
        let row: ProjectRow = run!(
            self,
            get_result,
            project::table
                .find((Key(zone.0), Key(id.0)))
                .select(ProjectRow::as_select())
        )?;
        self.assemble(zone, row).await
    }

    /// A project by key, to decide upon: nobody else decides until this transaction ends.
    pub async fn project_to_decide(
        &mut self,
        zone: ZoneId,
        id: ProjectId,
    ) -> Result<Held, StoreError> {
        let row: ProjectRow = run_locking!(
            self,
            get_result,
            project::table
                .find((Key(zone.0), Key(id.0)))
                .select(ProjectRow::as_select())
        )?;
        self.assemble(zone, row).await
    }

    /// The project of a stage, to decide upon as with [`Tx::project_to_decide`].
    pub async fn stage_project_to_decide(
        &mut self,
        zone: ZoneId,
        id: StageId,
    ) -> Result<Held, StoreError> {
        let of_stage = || {
            stage::table
                .filter(stage::zone_id.eq(Key(zone.0)).and(stage::id.eq(Key(id.0))))
                .select(stage::project_id)
                .single_value()
        };
        let row: ProjectRow = run_locking!(
            self,
            get_result,
            project::table
                .filter(
                    project::zone_id
                        .eq(Key(zone.0))
                        .and(project::id.nullable().eq(of_stage())),
                )
                .select(ProjectRow::as_select())
        )?;
        self.assemble(zone, row).await
    }

    async fn assemble(&mut self, zone: ZoneId, row: ProjectRow) -> Result<Held, StoreError> {
        let query = stage::table
            .filter(
                stage::zone_id
                    .eq(Key(zone.0))
                    .and(stage::project_id.eq(row.id)),
            )
            .order(stage::ordinal)
            .select(stage::body);
        let bodies: Vec<String> = run!(self, load, query)?;
        let stages: Vec<Stage> = bodies
            .iter()
            .map(|body| serde_json::from_str(body))
            .collect::<Result<_, _>>()?;
        self.held(zone, row, stages).await
    }

    /// The project of a row with its stages, checked.
    async fn held(
        &mut self,
        zone: ZoneId,
        row: ProjectRow,
        stages: Vec<Stage>,
    ) -> Result<Held, StoreError> {
        let (version, updated_at) = (row.version, row.updated_at.0);
        let chain = ChainHead {
            seq: row.chain_seq,
            hash: row.chain_hash.clone(),
        };
        let project = row.with_stages(stages)?;
        if !project.is_consistent() {
            return Err(corrupt("its parts contradict each other"));
        }
        let of = &project.template;
        let template = self.template(zone, &of.code, of.version).await?;
        Ok(Held {
            project,
            template,
            version,
            chain,
            updated_at,
        })
    }

    /// Keeps what a decision changed: the project under its version, the stages that differ, the record,
    /// the notices.
    pub async fn save_step(
        &mut self,
        office: &Office,
        held: &Held,
        step: &Step,
        recorded_at: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let events = step.events.iter().map(|event| NewEvent {
            event,
            source_key: None,
        });
        self.save(office, (held, step), events, recorded_at).await
    }

    async fn save<'a>(
        &mut self,
        office: &Office,
        (held, step): (&Held, &'a Step),
        events: impl Iterator<Item = NewEvent<'a>>,
        recorded_at: OffsetDateTime,
    ) -> Result<Saved, StoreError> {
        let zone = office.zone;
        let (old, new) = (&held.project, &step.project);
        let (lines, chain_head) = chain((zone, new.id), &held.chain, events, recorded_at)?;
        let version = held.version + 1;
        let this = project::zone_id
            .eq(Key(zone.0))
            .and(project::id.eq(Key(new.id.0)))
            .and(project::version.eq(held.version))
            // A sweep continues the record without a new version.
            .and(project::chain_seq.eq(held.chain.seq));
        let values = (
            project::closed_on.eq(new.closed_on),
            project::done_count.eq(count(new.done_count())?),
            project::body.eq(body(new)?),
            project::version.eq(version),
            project::chain_seq.eq(chain_head.seq),
            project::chain_hash.eq(&chain_head.hash),
            project::updated_at.eq(At(recorded_at)),
        );
        if run!(self, execute, change(project::table, this, values))? != 1 {
            let (current_version, _) = self.project_version(zone, new.id).await?;
            return Err(StoreError::Stale { current_version });
        }
        self.save_progress(office, (old, new)).await?;
        self.save_patrons(zone, (old, new)).await?;
        self.save_corrected(zone, (old, new)).await?;
        for (old, new_stage) in old.stages.iter().zip(&new.stages) {
            if old != new_stage {
                let row = StageRow::of(office, new.id, new_stage)?;
                self.save_stage((old, new_stage), &row).await?;
            }
        }
        if let Some(card) = &step.card {
            self.save_card(zone, card).await?;
        }
        self.append_events(&lines).await?;
        self.queue_notices(office, step, recorded_at).await?;
        let line = chain_head.seq;
        Ok(Saved { version, line })
    }
}

fn count(number: usize) -> Result<i32, StoreError> {
    i32::try_from(number).map_err(|_too_many| StoreError::Corrupt {
        what: format!("{number} stages"),
    })
}
