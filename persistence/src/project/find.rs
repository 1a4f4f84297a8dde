//! Finding a project by something else than its key, or only as much of it as is asked for.

use diesel::prelude::*;
use domain::{
    code::ProjectCode,
    id::{ProjectId, StageId, ZoneId},
};

use crate::{
    connection::run,
    error::StoreError,
    event::ChainHead,
    schema::{project, stage},
    store::Tx,
    types::Key,
};

impl Tx {
    /// The project of a stage.
    pub async fn project_of_stage(
        &mut self,
        zone: ZoneId,
        id: StageId,
    ) -> Result<ProjectId, StoreError> {
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)).and(stage::id.eq(Key(id.0))))
            .select(stage::project_id);
        let key: Key = run!(self, get_result, query)?;
        Ok(ProjectId(key.0))
    }

    /// The key and the hash of the query code of the project with this code.
    pub async fn find_project_by_code(
        &mut self,
        zone: ZoneId,
        code: &ProjectCode,
    ) -> Result<Option<(ProjectId, Option<String>)>, StoreError> {
        let query = project::table
            .filter(
                project::zone_id
                    .eq(Key(zone.0))
                    .and(project::code.eq(code.as_str())),
            )
            .select((project::id, project::query_hash));
        let row: Option<(Key, Option<String>)> = run!(self, get_result, query).optional()?;
        Ok(row.map(|(key, hash)| (ProjectId(key.0), hash)))
    }

    /// The key and the code of the project whose codes have this keyed hash. Nothing is looked for by the code
    /// alone, so that a project that does not exist takes as long as a wrong query code.
    pub async fn find_project_by_query_hash(
        &mut self,
        zone: ZoneId,
        hash: &str,
    ) -> Result<Option<(ProjectId, String)>, StoreError> {
        let query = project::table
            .filter(
                project::zone_id
                    .eq(Key(zone.0))
                    .and(project::query_hash.eq(hash).assume_not_null()),
            )
            .select((project::id, project::code));
        let row: Option<(Key, String)> = run!(self, get_result, query).optional()?;
        Ok(row.map(|(key, code)| (ProjectId(key.0), code)))
    }

    /// The project that was taken over under a key of another system.
    pub async fn find_project_by_source(
        &mut self,
        zone: ZoneId,
        source_key: &str,
    ) -> Result<Option<ProjectId>, StoreError> {
        let query = project::table
            .filter(
                project::zone_id
                    .eq(Key(zone.0))
                    .and(project::source_key.eq(source_key)),
            )
            .select(project::id);
        let row: Option<Key> = run!(self, get_result, query).optional()?;
        Ok(row.map(|key| ProjectId(key.0)))
    }

    /// The version and the number of the last line, without reading anything else.
    pub async fn project_version(
        &mut self,
        zone: ZoneId,
        id: ProjectId,
    ) -> Result<(i64, i64), StoreError> {
        let query = project::table
            .find((Key(zone.0), Key(id.0)))
            .select((project::version, project::chain_seq));
        Ok(run!(self, get_result, query)?)
    }

    /// Where the record of a project stands.
    pub async fn chain_head(
        &mut self,
        zone: ZoneId,
        id: ProjectId,
    ) -> Result<ChainHead, StoreError> {
        let query = project::table
            .find((Key(zone.0), Key(id.0)))
            .select((project::chain_seq, project::chain_hash));
        let (seq, hash): (i64, Vec<u8>) = run!(self, get_result, query)?;
        Ok(ChainHead { seq, hash })
    }
}
