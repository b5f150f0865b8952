-- The body of 9_rollback.sql.
\ir state.sql
\ir holders.sql
\set needs ownership
\ir may_write.sql
\if :{?attempts}
\else
\set attempts 5
\endif
\if :{?restore}
\else
\set restore no
\endif
\if :{?batch_rows}
\else
\set batch_rows 250
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
       jsonb_build_object('attempts', :attempts, 'drop', :'there'::boolean, 'newer', :'newest'::numeric > :migration_when, 'batch_rows', :'batch_rows') AS options
\gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :nothing
\echo 'rollback: there is no such constraint, nothing to do'
\else
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE PROCEDURE pg_temp.rollout_rollback(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    attempts_max constant integer := (rule ->> 'attempts')::integer;
    -- An ordinary autovacuum in the way is cancelled after deadlock_timeout, so that the wait has to be longer.
    lock_ms constant integer := greatest(2000, 2 * (SELECT setting::integer FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'));
    conflicting constant text[] := ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];
    held_by text;
    forgotten bigint := 0;
BEGIN
    done := false;
    FOR attempt IN 1 .. attempts_max LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL application_name = 'rollout rollback';
        PERFORM set_config('lock_timeout', lock_ms::text, true),
                CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END;
        BEGIN
            IF (rule ->> 'drop')::boolean THEN
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule ->> 'relation', rule ->> 'constraint');
            END IF;
            IF rule ->> 'history' IS NOT NULL THEN
                EXECUTE format('DELETE FROM %s WHERE hash = %L', rule ->> 'history', rule ->> 'migration_hash');
                GET DIAGNOSTICS forgotten = ROW_COUNT;
            END IF;
            done := true;
            report := format('rollback: %s at attempt %s, %s entries taken out of the history%s',
                             CASE WHEN (rule ->> 'drop')::boolean THEN 'dropped' ELSE 'it was dropped before' END, attempt, forgotten,
                             CASE WHEN (rule ->> 'newer')::boolean THEN '; a newer migration has run, so that stock drizzle will not'
                                  ' come back to this one: run 2_deploy.sql when it is time' ELSE '' END);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            EXECUTE format('SELECT string_agg(DISTINCT who, ''; '') FROM (%s) AS h WHERE mode = ANY ($1)', rule ->> 'holders')
               INTO held_by USING conflicting;
        END;
        RAISE INFO 'rollback: no lock at attempt % of %, held by: %', attempt, attempts_max, coalesce(held_by, 'nobody any more');
        COMMIT;
        EXIT WHEN attempt = attempts_max;
        SET LOCAL application_name = 'rollout rollback';
        PERFORM pg_sleep(least(4, 0.5 * 2 ^ (attempt - 1)));
    END LOOP;
    report := format('nothing was changed: no lock on %s in %s attempts, held by: %s; run it again later',
                     rule ->> 'relation', attempts_max, coalesce(held_by, 'nobody any more'));
END
$procedure$;
COMMIT;
\set procedure rollout_rollback
\ir call.sql
\endif
\if :restores
\ir restore.sql
\endif
