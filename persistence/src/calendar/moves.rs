//! Which stages a proposed calendar would move, which it has moved, and whom that concerns.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diesel::prelude::*;
use domain::{
    calendar::ProposalState,
    id::{PersonId, ProjectId, ProposalId, StageId, UnitId, ZoneId},
    project::{Moved, Project},
    stage::Stage,
    template::Template,
};
use time::{Date, OffsetDateTime};

use crate::{
    connection::run,
    error::StoreError,
    prepared::insert_each,
    project::ProjectRow,
    schema::{calendar_move, calendar_proposal, project, project_contact, stage},
    store::Tx,
    types::{At, Key},
};

/// Which list a move stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// What would move, computed before anybody decided.
    Preview,
    /// What has moved.
    Applied,
}

impl Pass {
    fn is_applied(self) -> bool {
        self == Self::Applied
    }
}

/// A stage that moves, with what a list says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Its project.
    pub project: ProjectId,
    /// The stage with its dates before and after.
    pub moved: Moved,
    /// By how many working days the due day moves; none where one of the days is not known.
    pub working_days: Option<i32>,
}

/// A move as kept, with the stage as it is now.
#[derive(Debug, Clone)]
pub struct KeptMove {
    /// The move.
    pub of: Move,
    /// The project, with this one of its stages only.
    pub project: Project,
    /// The template version it started with.
    pub template: Arc<Template>,
    /// The stage.
    pub stage: Stage,
}

/// Whom moved dates concern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concerned {
    /// The units of moved stages with their officers.
    pub stages: Vec<(UnitId, Option<PersonId>)>,
    /// Stewards and investors of projects with a moved stage.
    pub people: BTreeSet<PersonId>,
}

/// For whom a head stands in: for nobody in particular, and for those who have left.
#[derive(Debug, Clone, Copy)]
pub struct StandingIn<'a> {
    /// The units of which the person is head.
    pub units: &'a [UnitId],
    /// Officers who have left.
    pub absent: &'a [PersonId],
}

/// A stage among the moved ones that is a person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MovedStage(pub StageId);

#[derive(Queryable, Insertable)]
#[diesel(table_name = calendar_move, treat_none_as_default_value = false)]
struct MoveRow {
    zone_id: Key,
    proposal_id: Key,
    is_applied: bool,
    stage_id: Key,
    project_id: Key,
    old_due_on: Option<Date>,
    new_due_on: Option<Date>,
    old_statutory_on: Option<Date>,
    new_statutory_on: Option<Date>,
    working_days: Option<i32>,
}

impl MoveRow {
    fn read(&self) -> Move {
        Move {
            project: ProjectId(self.project_id.0),
            moved: Moved {
                stage: StageId(self.stage_id.0),
                old: self.old_due_on,
                new: self.new_due_on,
                old_statutory: self.old_statutory_on,
                new_statutory: self.new_statutory_on,
            },
            working_days: self.working_days,
        }
    }
}

/// The moves of one pass of a proposal.
macro_rules! moves_of {
    ($zone:expr, $proposal:expr, $pass:expr) => {
        calendar_move::table.filter(
            calendar_move::zone_id
                .eq(Key($zone.0))
                .and(calendar_move::proposal_id.eq(Key($proposal.0)))
                .and(calendar_move::is_applied.eq($pass.is_applied())),
        )
    };
}

impl Tx {
    /// Keeps moves of one pass.
    pub async fn keep_moves(
        &mut self,
        zone: ZoneId,
        proposal: ProposalId,
        pass: Pass,
        moves: &[Move],
    ) -> Result<(), StoreError> {
        let row = |of: &Move| MoveRow {
            zone_id: Key(zone.0),
            proposal_id: Key(proposal.0),
            is_applied: pass.is_applied(),
            stage_id: Key(of.moved.stage.0),
            project_id: Key(of.project.0),
            old_due_on: of.moved.old,
            new_due_on: of.moved.new,
            old_statutory_on: of.moved.old_statutory,
            new_statutory_on: of.moved.new_statutory,
            working_days: of.working_days,
        };
        let rows: Vec<MoveRow> = moves.iter().map(row).collect();
        insert_each!(self, execute, &rows, values => {
            diesel::insert_into(calendar_move::table).values(values)
        });
        Ok(())
    }

    /// A proposal that was decided upon, or overtaken, before `before` and still has its preview. When it was
    /// overtaken is not kept: then it counts from the day on which it was proposed.
    pub async fn find_old_preview(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<Option<ProposalId>, StoreError> {
        let over = [
            ProposalState::Applied,
            ProposalState::Rejected,
            ProposalState::Stale,
        ];
        let decided_before = calendar_proposal::decided_at
            .assume_not_null()
            .lt(At(before));
        let overtaken = calendar_proposal::decided_at
            .is_null()
            .and(calendar_proposal::proposed_at.lt(At(before)));
        let old = calendar_proposal::table
            .filter(calendar_proposal::zone_id.eq(Key(zone.0)))
            .filter(calendar_proposal::state.eq_any(over.map(ProposalState::code)))
            .filter(decided_before.or(overtaken))
            .select(calendar_proposal::id);
        let query = calendar_move::table
            .filter(calendar_move::zone_id.eq(Key(zone.0)))
            .filter(calendar_move::proposal_id.eq_any(old))
            .filter(calendar_move::is_applied.eq(false))
            .select(calendar_move::proposal_id)
            .limit(1);
        let found: Option<Key> = run!(self, get_result, query).optional()?;
        Ok(found.map(|key| ProposalId(key.0)))
    }

    /// Removes the preview of a proposal; how many stages it would have moved stays with the proposal, and what
    /// has moved stays in its list.
    pub async fn remove_preview(
        &mut self,
        zone: ZoneId,
        proposal: ProposalId,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(moves_of!(zone, proposal, Pass::Preview));
        Ok(run!(self, execute, query)?)
    }

    /// Up to `limit` moves of one pass behind a stage, in the order of the stages' keys, or, where the second is
    /// true, before it in the other order.
    pub async fn moves(
        &mut self,
        zone: ZoneId,
        (proposal, pass): (ProposalId, Pass),
        beside: Option<(StageId, bool)>,
        limit: i64,
    ) -> Result<Vec<KeptMove>, StoreError> {
        let of_pass = || moves_of!(zone, proposal, pass).limit(limit);
        let stage = calendar_move::stage_id;
        let rows: Vec<MoveRow> = match beside {
            Some((id, true)) => {
                let query = of_pass().filter(stage.lt(Key(id.0))).order(stage.desc());
                run!(self, load, query)?
            }
            Some((id, false)) => {
                let query = of_pass().filter(stage.gt(Key(id.0))).order(stage.asc());
                run!(self, load, query)?
            }
            None => run!(self, load, of_pass().order(stage.asc()))?,
        };
        self.kept_moves(zone, &rows).await
    }

    /// How many moves of one pass are kept.
    pub async fn move_count(
        &mut self,
        zone: ZoneId,
        (proposal, pass): (ProposalId, Pass),
    ) -> Result<i64, StoreError> {
        let query = moves_of!(zone, proposal, pass).count();
        Ok(run!(self, get_result, query)?)
    }

    /// The moves of these stages.
    pub async fn moves_of_stages(
        &mut self,
        zone: ZoneId,
        (proposal, pass): (ProposalId, Pass),
        stages: &[MovedStage],
    ) -> Result<Vec<KeptMove>, StoreError> {
        let keys: Vec<Key> = stages.iter().map(|stage| Key(stage.0.0)).collect();
        let query = moves_of!(zone, proposal, pass)
            .filter(calendar_move::stage_id.eq_any(keys))
            .order(calendar_move::stage_id);
        let rows: Vec<MoveRow> = run!(self, load, query)?;
        self.kept_moves(zone, &rows).await
    }

    async fn kept_moves(
        &mut self,
        zone: ZoneId,
        rows: &[MoveRow],
    ) -> Result<Vec<KeptMove>, StoreError> {
        let keys: Vec<Key> = rows.iter().map(|row| row.stage_id).collect();
        let found: Vec<(Key, ProjectRow, String)> = run!(
            self,
            load,
            stage::table
                .inner_join(
                    project::table.on(project::zone_id
                        .eq(stage::zone_id)
                        .and(project::id.eq(stage::project_id))),
                )
                .filter(stage::zone_id.eq(Key(zone.0)).and(stage::id.eq_any(keys)))
                .select((stage::id, ProjectRow::as_select(), stage::body))
        )?;
        let mut found: BTreeMap<Key, (ProjectRow, String)> = found
            .into_iter()
            .map(|(key, of, body)| (key, (of, body)))
            .collect();
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            let Some((of, body)) = found.remove(&row.stage_id) else {
                return Err(StoreError::Absent);
            };
            let stage: Stage = serde_json::from_str(&body)?;
            let project = of.with_stages(vec![stage.clone()])?;
            let template = &project.template;
            let template = self
                .template(zone, &template.code, template.version)
                .await?;
            kept.push(KeptMove {
                of: row.read(),
                project,
                template,
                stage,
            });
        }
        Ok(kept)
    }

    /// Whom the moved dates of a proposal concern.
    pub async fn concerned(
        &mut self,
        zone: ZoneId,
        proposal: ProposalId,
    ) -> Result<Concerned, StoreError> {
        // Each side is read once. A join would look through all contacts of the zone for every move: they are
        // found by person, not by project.
        let moved = || moves_of!(zone, proposal, Pass::Applied);
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::id.eq_any(moved().select(calendar_move::stage_id)))
            .select((stage::unit_id, stage::officer_id))
            .distinct();
        let stages: Vec<(Key, Option<Key>)> = run!(self, load, query)?;
        let projects = || moved().select(calendar_move::project_id).distinct();
        let query = project::table
            .filter(project::zone_id.eq(Key(zone.0)))
            .filter(project::id.eq_any(projects()))
            .select(project::steward_id)
            .distinct();
        let stewards: Vec<Option<Key>> = run!(self, load, query)?;
        let query = project_contact::table
            .filter(project_contact::zone_id.eq(Key(zone.0)))
            .filter(project_contact::project_id.eq_any(projects()))
            .select(project_contact::person_id)
            .distinct();
        let contacts: Vec<Key> = run!(self, load, query)?;
        let people = stewards.into_iter().flatten().chain(contacts);
        Ok(Concerned {
            stages: stages
                .into_iter()
                .map(|(unit, officer)| (UnitId(unit.0), officer.map(|key| PersonId(key.0))))
                .collect(),
            people: people.map(|key| PersonId(key.0)).collect(),
        })
    }

    /// The moved stages that a person answers for: as officer, as steward or investor of the project, or in
    /// the place of an officer who is not there.
    pub async fn own_moves(
        &mut self,
        zone: ZoneId,
        proposal: ProposalId,
        (person, standing_in): (PersonId, StandingIn<'_>),
    ) -> Result<BTreeSet<MovedStage>, StoreError> {
        // From the few that are the person's to the moves, by the key of the stage: never through all moves.
        macro_rules! moved_among {
            ($stages:expr) => {{
                let query = moves_of!(zone, proposal, Pass::Applied)
                    .filter(calendar_move::stage_id.eq_any($stages.select(stage::id)))
                    .select(calendar_move::stage_id);
                let keys: Vec<Key> = run!(self, load, query)?;
                keys
            }};
        }
        let person = Key(person.0);
        let stages = || stage::table.filter(stage::zone_id.eq(Key(zone.0)));
        let steward = project::table
            .filter(project::zone_id.eq(Key(zone.0)))
            .filter(project::steward_id.eq(person))
            .select(project::id);
        let contact = project_contact::table
            .filter(project_contact::zone_id.eq(Key(zone.0)))
            .filter(project_contact::person_id.eq(person))
            .select(project_contact::project_id);
        let mut own = moved_among!(stages().filter(stage::officer_id.eq(person)));
        own.extend(moved_among!(
            stages().filter(stage::project_id.eq_any(steward))
        ));
        own.extend(moved_among!(
            stages().filter(stage::project_id.eq_any(contact))
        ));
        for unit in standing_in.units {
            let of_unit = || stages().filter(stage::unit_id.eq(Key(unit.0)));
            own.extend(moved_among!(of_unit().filter(stage::officer_id.is_null())));
            for absent in standing_in.absent {
                let officer = stage::officer_id.eq(Key(absent.0));
                own.extend(moved_among!(of_unit().filter(officer)));
            }
        }
        Ok(own
            .into_iter()
            .map(|key| MovedStage(StageId(key.0)))
            .collect())
    }
}
