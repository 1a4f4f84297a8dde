//! What the database itself says about how it keeps things: for health pages, reports of faults, and tests.

use std::collections::BTreeMap;

use diesel::{QueryableByName, sql_types::Text};

use crate::{
    connection::{Conn, run},
    error::StoreError,
    store::Tx,
};

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

const SQLITE: &str = "
    SELECT 'version' AS name, sqlite_version() AS value
    UNION ALL SELECT 'journal_mode', journal_mode FROM pragma_journal_mode
    UNION ALL SELECT 'synchronous', CAST(synchronous AS TEXT) FROM pragma_synchronous
    UNION ALL SELECT 'foreign_keys', CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys
    UNION ALL SELECT 'query_only', CAST(query_only AS TEXT) FROM pragma_query_only
    UNION ALL SELECT 'compile_options', group_concat(compile_options, ' ') FROM pragma_compile_options";

const POSTGRES: &str = "
    SELECT CASE name WHEN 'server_version' THEN 'version' ELSE name END AS name, setting AS value
    FROM pg_settings WHERE name IN ('server_version', 'fsync', 'full_page_writes',
        'synchronous_commit', 'transaction_isolation', 'transaction_read_only')";

impl Tx {
    /// Settings of this connection on which durability and isolation rest, by the database's own names.
    pub async fn settings(&mut self) -> Result<BTreeMap<String, String>, StoreError> {
        let sql = match self.conn {
            Conn::Sqlite(_) => SQLITE,
            Conn::Postgres(_) => POSTGRES,
        };
        let rows: Vec<Setting> = run!(self, load, diesel::sql_query(sql))?;
        Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
    }
}
