//! Statements that stay prepared: compiled once for a connection and run many times.
//!
//! Diesel keeps the statements that it knows to have one shape. It does not know that of its own UPDATE, nor
//! of an INSERT of many rows; compiling those anew costs more than running them, and on PostgreSQL a trip.

use diesel::{
    AppearsOnTable, AsChangeset, Expression, QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

/// An UPDATE that stays prepared.
pub(crate) struct Change<Table, Condition, Values> {
    table: Table,
    condition: Condition,
    values: Values,
}

/// Sets `values` in the rows of `table` that `condition` holds for.
pub(crate) fn change<Table, Condition, Values>(
    table: Table,
    condition: Condition,
    values: Values,
) -> Change<Table, Condition, Values::Changeset>
where
    Table: diesel::Table,
    Condition: AppearsOnTable<Table> + Expression<SqlType = Bool>,
    Values: AsChangeset<Target = Table>,
{
    Change {
        table,
        condition,
        values: values.as_changeset(),
    }
}

impl<DB, Table, Condition, Values> QueryFragment<DB> for Change<Table, Condition, Values>
where
    DB: Backend,
    Table: QueryFragment<DB>,
    Condition: QueryFragment<DB>,
    Values: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.condition.walk_ast(out)
    }
}

/// Known by its text: Diesel's assignments have no name of their own.
impl<Table, Condition, Values> QueryId for Change<Table, Condition, Values> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Table, Condition, Values, Conn> RunQueryDsl<Conn> for Change<Table, Condition, Values> {}

/// A statement without values, as text.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl<DB: Backend> QueryFragment<DB> for Plain<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Known by its text.
impl QueryId for Plain<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Conn> RunQueryDsl<Conn> for Plain<'_> {}

/// Rows of one INSERT on PostgreSQL; with 22 values each far below the 65,535 that it takes.
pub(crate) const ROWS_PER_INSERT: usize = 500;

/// Inserts rows and gives what the method gives for each statement, collected. `$insert` makes the
/// statement from `$values`.
///
/// SQLite takes one row at a time, by a statement that stays prepared. PostgreSQL takes many in one
/// statement, because each is a trip; but a single row by a statement that stays prepared there too.
macro_rules! insert_each {
    ($conn:expr, $method:ident, $rows:expr, $values:ident => $insert:expr) => {{
        let rows = $rows;
        let mut answers = Vec::new();
        match &mut $conn.conn {
            $crate::connection::Conn::Sqlite(conn) => {
                for $values in rows {
                    answers.push(diesel::RunQueryDsl::$method($insert, conn)?);
                }
            }
            $crate::connection::Conn::Postgres(conn) => {
                for chunk in rows.chunks($crate::prepared::ROWS_PER_INSERT) {
                    answers.push(if let [$values] = chunk {
                        diesel_async::RunQueryDsl::$method($insert, conn).await?
                    } else {
                        let $values = chunk;
                        diesel_async::RunQueryDsl::$method($insert, conn).await?
                    });
                }
            }
        }
        answers
    }};
}
pub(crate) use insert_each;
