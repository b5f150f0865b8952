-- The body of 9_rollback.sql.
\ir state.sql
\set needs 'ownership of all'
\ir may_write.sql
\if :{?restore}
\else
\set restore no
\endif
\echo 'options  ' restore=:restore history=:history migration_hash=:migration_hash

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN :'history' <> 'none' AND :'histories'::integer = 0
            THEN 'there is no drizzle history here to take the migration out of; say -v history=SCHEMA.TABLE, or -v history=none'
            WHEN :'history' <> 'none' AND NOT :'history_readable' THEN 'the history ' || :'history_said'
            WHEN :'history' <> 'none' AND :'there' AND NOT :'recorded'
            THEN 'the history has no entry of this migration, so that nothing can be taken out of it; say -v migration_hash=HEX as it'
                 ' is there, or -v history=none to drop the constraint alone'
            WHEN :'recorded' AND NOT has_table_privilege(:'history_found', 'DELETE') THEN 'the role may not DELETE from ' || :'history_found'
            WHEN :'restore' NOT IN ('yes', 'no') THEN 'restore is yes, or left out'
            WHEN :'restore' = 'yes' AND :'record_oid' = '0' THEN 'there is no record of what a backfill changed'
            WHEN :'restore' = 'yes' AND NOT (has_schema_privilege('rollout', 'USAGE') AND has_table_privilege(:record_oid, 'SELECT')
                                             AND has_table_privilege(:record_oid, 'UPDATE') AND :'may_update')
            THEN 'to restore takes SELECT and UPDATE on rollout.repaired_rows, and UPDATE on ' || :'relation'
            ELSE '' END AS why
\gset
SELECT :'why' <> '' AS ends, 'nothing was changed: ' || :'why' AS message, NOT (:'there' OR :'recorded') AS nothing,
       :'restore' = 'yes' AS restores,
       jsonb_path_query_array(jsonb_build_array(
           CASE WHEN :'there' THEN format('ALTER TABLE %s DROP CONSTRAINT %I', :'relation', :'constraint') END,
           CASE WHEN :'history_readable' THEN format('DELETE FROM %s WHERE hash = %L%s', :'history_found', :'migration_hash',
                                                   CASE WHEN :'by_name' THEN format(' OR name = %L', :'migration_tag') END) END
       ), '$[*] ? (@ != null)') AS statements,
       concat(CASE WHEN :'there' THEN 'dropped' ELSE 'it was dropped before' END, ' at attempt %s',
              CASE WHEN :'history_readable' THEN ', %s entries taken out of the history' END,
              CASE WHEN NOT :'by_name' AND :newest > :migration_when
                   THEN '; a newer migration has run, so that stock drizzle will not come back to this one: run 2_deploy.sql when it is time' END) AS said
\gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :nothing
\echo 'rollback: there is no such constraint, nothing to do'
\else
\set step rollback
\set first_mode 1
\ir retry.sql
\endif
\if :restores
\ir restore.sql
\endif
