DROP INDEX project_query_hash;
