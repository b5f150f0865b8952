-- The body of 9_rollback.sql.
\ir state.sql
\ir holders.sql
\set needs ownership
\ir may_write.sql
\if :{?restore}
\else
\set restore no
\endif

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN :'history' <> 'none' AND :'histories'::integer = 0
            THEN 'there is no drizzle history here to take the migration out of; say -v history=SCHEMA.TABLE, or -v history=none'
            WHEN :'history' <> 'none' AND NOT :'history_readable' THEN 'the history ' || :'history_said'
            WHEN :'history' <> 'none' AND :'there' AND NOT :'recorded'
            THEN 'the history has no entry of this migration, so that nothing can be taken out of it; say -v migration_hash=HEX as it'
                 ' is there, or -v history=none to drop the constraint alone'
            WHEN :'recorded' AND NOT has_table_privilege(:'history_found', 'DELETE') THEN 'the role may not DELETE from ' || :'history_found'
            WHEN :'restore' = 'yes' AND to_regclass('rollout.repaired_rows') IS NULL THEN 'there is no record of what a backfill changed'
            ELSE '' END AS why
\gset
SELECT :'why' <> '' AS ends, 'nothing was changed: ' || :'why' AS message, NOT (:'there' OR :'recorded') AS nothing,
       :'restore' = 'yes' AS restores,
       jsonb_path_query_array(jsonb_build_array(
           CASE WHEN :'there' THEN format('ALTER TABLE %s DROP CONSTRAINT %I', :'relation', :'constraint') END,
           CASE WHEN :'history_readable' THEN format('DELETE FROM %s WHERE hash = %L', :'history_found', :'migration_hash') END
       ), '$[*] ? (@ != null)') AS statements,
       concat(CASE WHEN :'there' THEN 'dropped' ELSE 'it was dropped before' END, ' at attempt %s',
              CASE WHEN :'history_readable' THEN ', %s entries taken out of the history' END,
              CASE WHEN :'newest'::numeric > :migration_when
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
