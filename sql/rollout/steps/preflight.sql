-- The body of 1_preflight.sql: looks at everything, holds nothing while it waits, and ends with GO or NO-GO.
\ir state.sql
\if :{?patience_s}
\else
\set patience_s 2
\endif
\if :{?open_issues}
\else
\set open_issues refuse
\endif
\if :{?runner}
\else
\set runner ''
\endif
\echo 'options  ' patience_s=:patience_s open_issues=:open_issues runner=:runner history=:history
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT concat_ws('; ',
           CASE WHEN :'patience_s' !~ '^\d{1,3}(\.\d+)?$' THEN 'patience_s is a number of seconds' END,
           CASE WHEN :'open_issues' NOT IN ('refuse', 'skip') THEN 'open_issues is skip' END,
           CASE WHEN :'runner' NOT IN ('', 'drizzle', 'drizzle-v1', 'neon-http', 'paperclip') THEN 'runner is paperclip' END) AS message
\gset
SELECT :'message' <> '' AS ends, format('could not look: %s, or left out', :'message') AS message \gset
COMMIT;
\if :ends
\ir end.sql
\endif

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10min';
SELECT CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END AS unbounded \gset
SET LOCAL row_security = off;

-- The scan that VALIDATE will do, timed.
SELECT clock_timestamp() AS scan_began \gset
\set ON_ERROR_STOP off
SELECT count(*) AS rows_total, count(*) FILTER (WHERE (:rule) IS FALSE) AS violators FROM :relation \gset
\set ON_ERROR_STOP on
\ir held.sql
SELECT round(extract(epoch FROM clock_timestamp() - :'scan_began'::timestamptz) * 1000) AS scan_ms \gset

\echo
\echo Table
SELECT :rows_total AS "rows", pg_size_pretty(pg_relation_size(:relation_oid)) AS "table",
       pg_size_pretty(pg_total_relation_size(:relation_oid)) AS "with indexes", :scan_ms || ' ms' AS "VALIDATE will scan for about";

\echo
\echo Constraint and history
SELECT CASE WHEN NOT :'there' THEN 'missing' WHEN :'validated' THEN 'validated' ELSE 'NOT VALID' END AS state,
       :'definition_found' AS definition, :'history_said' AS history,
       CASE WHEN NOT :'history_read' THEN 'unknown' WHEN :'recorded' THEN 'yes' ELSE 'no' END AS recorded,
       CASE WHEN :'history_read' THEN :newest END AS newest, :migration_when AS "when";

\echo
\echo Violators by :repair_column
SELECT left(to_jsonb(:"repair_column")::text, 42) AS :"repair_column", count(*) AS "rows" FROM :relation WHERE (:rule) IS FALSE
 GROUP BY 1 ORDER BY count(*) DESC, 1;

\echo
\echo Violators by cause
SELECT coalesce(left(to_jsonb(:"cause")::text, 60), 'not recorded') AS cause, count(*) AS "rows", min(:"moment") AS first, max(:"moment") AS last
  FROM :relation WHERE (:rule) IS FALSE
 GROUP BY 1 ORDER BY count(*) DESC, 1;

\set ON_ERROR_STOP off
SELECT count(*) AS open_rows FROM (:open_work) AS w \gset
\set ON_ERROR_STOP on
\ir held.sql
\if :{?work}
\ir open_work_list.sql
\endif
COMMIT;

-- What comes next, and the lock modes that hold it up.
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN NOT :'there' THEN 'deploy' WHEN :violators > :open_rows OR (:violators > 0 AND :'open_issues' <> 'skip') THEN 'backfill'
            WHEN :violators > 0 THEN 'decide' WHEN NOT :'validated' THEN 'validate' ELSE 'monitor' END AS next \gset
SELECT (:'modes'::text[])[CASE :'next' WHEN 'deploy' THEN 1 WHEN 'validate' THEN 4 WHEN 'backfill' THEN 5 ELSE 8 END:8] AS conflicting,
       CASE WHEN :'next' = 'backfill' AND NOT :'may_update' THEN 'UPDATE on ' || :'relation'
            WHEN :'next' IN ('deploy', 'validate')
            THEN concat_ws(' and ', CASE WHEN NOT :'owns' THEN 'ownership of ' || :'relation' END,
                           CASE WHEN :'next' = 'deploy' THEN 'ownership of ' || nullif(:'not_the_owners', '') END) ELSE '' END AS lacking
\gset

-- Who would hold it up: whoever holds a conflicting lock now and still does after some patience. An ordinary autovacuum
-- is listed and no reason: it gives way to DDL after deadlock_timeout.
SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') AS waited_for FROM (:holders) AS h WHERE mode = ANY (:'conflicting') AND hinders \gset
SELECT CASE :'waited_for' WHEN '{}' THEN 0 ELSE :patience_s END AS waits_s \gset
COMMIT;
SELECT pg_catalog.pg_sleep(:waits_s) AS slept \gset
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
\echo
\echo Transactions that would hold the next step up
SELECT who FROM (:holders) AS h WHERE mode = ANY (:'conflicting') AND hinders AND virtualtransaction = ANY (:'waited_for') ORDER BY who LIMIT 20;
SELECT count(DISTINCT virtualtransaction) AS holders_total, coalesce(min(who), '') AS holder FROM (:holders) AS h
 WHERE mode = ANY (:'conflicting') AND hinders AND virtualtransaction = ANY (:'waited_for') AND NOT autovacuum
\gset

\set replace_it ' (to replace it run 9_rollback.sql -v history=none, then 1_preflight.sql)'
SELECT concat_ws('; ',
           CASE WHEN :'standby' THEN 'this is a standby, and the transactions of the primary cannot be seen from here (connect to the primary)' END,
           CASE WHEN :open_rows > 0 AND :'open_issues' <> 'skip'
                THEN :open_rows || ' violators belong to open work (close the issues, repair row by row, or leave them out with'
                     ' -v open_issues=skip)' END,
           CASE WHEN :holders_total > 0
                THEN :holders_total || ' transactions hold the table for longer than ' || :patience_s || ' s, one is: ' || :'holder' || ' (wait for an autovacuum, end others)' END,
           CASE WHEN :'next' = 'deploy' AND :'not_ours' <> '' AND :'not_the_owners' <> ''
                THEN 'ADD CONSTRAINT reaches ' || :'not_the_owners' || ', and fails there with 42501 for role ' || quote_ident(:'owner') ||
                     ', which owns ' || :'relation' || ' (give it to that role with ALTER TABLE ... OWNER TO, or deploy as one that owns both)' END,
           CASE WHEN :violators > 0 AND :'not_updated' <> ''
                THEN 'no row of ' || :'not_updated' || ' can be updated, nor repaired (55000): it is published and has no replica identity'
                     ' (give it a primary key, or ALTER TABLE ... REPLICA IDENTITY FULL)' END,
           CASE WHEN NOT :'there' AND :'elsewhere' <> ''
                THEN 'the constraint''s name is taken by ' || :'elsewhere' || ' (rename that one)' END,
           CASE WHEN NOT :'there' AND :'recorded'
                THEN 'the migration is recorded as applied and the constraint is missing: a runner will not add it'
                     ' (run 2_deploy.sql; was this database restored without its CHECKs' ||
                     CASE WHEN :newest > :migration_when THEN ', or did a newer migration drop it on purpose' ELSE '' END || '?)' END,
           CASE WHEN :'other_hash' AND NOT :'recorded'
                THEN 'the history has a migration of this moment with another hash: the file was changed, or another one ran'
                     ' (say -v migration_hash=HEX if that one is right)' END,
           CASE WHEN :'history' <> 'none' AND (:histories = 0 OR (:'history_read' AND :entries = 0))
                THEN 'there is no drizzle history here, or it is empty, so that a deploy begins with the first migration (restore it; or say'
                     ' where it is with -v history=SCHEMA.TABLE, or history=none)' END,
           CASE WHEN NOT :'there' AND NOT :'recorded' AND NOT :'other_hash' AND :'newer_ran' AND :'runner' <> 'paperclip'
                THEN 'a newer migration has run (' || :newest || ', and this one is of ' || :migration_when || '): stock drizzle skips'
                     ' this one in silence (run 2_deploy.sql, or give it a new `when`; under paperclip''s runner, which goes by'
                     ' hash, say -v runner=paperclip)' END,
           CASE WHEN :'there' AND :'history_read' AND NOT :'recorded' AND NOT :'other_hash' AND NOT :'unfit' AND :entries > 0
                THEN 'the constraint is there and the migration is not recorded: the next deploy fails with 42710'
                     ' (run 2_deploy.sql, which records it)' END,
           CASE WHEN NOT :'there' AND :histories > 0 AND NOT :'history_readable'
                THEN 'the history ' || :'history_said' || ' (grant SELECT on it)' END,
           CASE WHEN :'there' AND :'differs'
                THEN 'the constraint of that name is not the rule: ' || :'definition_found' || ': ' || :'not_the_rule' || :'replace_it' END,
           CASE WHEN :'there' AND NOT :'enforced' THEN 'the constraint is NOT ENFORCED' || :'replace_it' END,
           CASE WHEN :'there' AND :'no_inherit' THEN 'the constraint is NO INHERIT' || :'replace_it' END,
           CASE WHEN :'validated' AND :violators > 0
                THEN :violators || ' violators under a validated constraint (how did they get in?)' END
       ) AS reasons,
       CASE :'next'
            WHEN 'deploy' THEN 'next is the migration, and 3_backfill.sql right after it (' || :violators || ' rows)'
            WHEN 'backfill' THEN 'next is 3_backfill.sql (' || :violators || ' rows, frozen until then)'
            WHEN 'decide' THEN 'next is to repair ' || :violators || ' rows of open work one by one, with 3_backfill.sql'
            WHEN 'validate' THEN 'next is 4_validate.sql'
            ELSE 'the rollout is complete; next is 5_monitor.sql, from time to time' END
       || CASE WHEN :'lacking' <> '' THEN '; it needs a role with ' || :'lacking' ELSE '' END AS next_step
\gset
SELECT :'reasons' <> '' AS no_go, CASE WHEN :'reasons' = '' THEN 'GO: ' || :'next_step' ELSE 'NO-GO: ' || :'reasons' END AS message \gset
COMMIT;
\echo
\echo :message
\if :no_go
\ir end.sql
\endif
