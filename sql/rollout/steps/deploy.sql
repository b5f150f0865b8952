-- The body of 2_deploy.sql.
\ir state.sql
\ir holders.sql
\set needs ownership
\ir may_write.sql
\if :{?attempts}
\else
\set attempts 5
\endif
\if :{?record}
\else
\set record ''
\endif

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN :'there' AND (:'differs' OR NOT :'enforced' OR :'no_inherit')
            THEN 'a constraint of that name is there and is not the rule: ' || :'definition_found' || ' (replace it)'
            WHEN :'elsewhere' <> '' AND NOT :'there' THEN 'the constraint''s name stands on ' || :'elsewhere' || ' (rename that one)'
            WHEN :'history' <> 'none' AND :'histories'::integer = 0
            THEN 'there is no drizzle history here; say -v history=SCHEMA.TABLE, or -v history=none'
            WHEN :'history' <> 'none' AND NOT :'history_readable' THEN 'the history ' || :'history_said'
            WHEN :'other_hash' AND NOT :'recorded'
            THEN 'the history has a migration of this moment with another hash; say -v migration_hash=HEX if that one is right'
            WHEN :'history_read' AND NOT :'recorded' AND NOT :'newer_ran' AND NOT :'there' AND :'record' <> 'yes'
            THEN 'the migration is pending, and a deploy brings it; to add the constraint here and record it, which makes stock'
                 ' drizzle skip every older migration that is pending as well, say -v record=yes'
            ELSE '' END AS why,
       :'history_read' AND NOT :'recorded' AS records
\gset
SELECT :'why' <> '' AS ends, 'nothing was changed: ' || :'why' AS message, :'there' AND NOT :'records' AS nothing,
       jsonb_build_object('attempts', :attempts, 'add', NOT :'there'::boolean, 'record', :'records'::boolean) AS options
\gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :nothing
\echo 'deploy: the constraint is there and recorded, nothing to do'
\else
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE PROCEDURE pg_temp.rollout_deploy(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    attempts_max constant integer := (rule ->> 'attempts')::integer;
    -- An ordinary autovacuum in the way is cancelled after deadlock_timeout, so that the wait has to be longer.
    lock_ms constant integer := greatest(2000, 2 * (SELECT setting::integer FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'));
    conflicting constant text[] := ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];
    held_by text;
BEGIN
    done := false;
    FOR attempt IN 1 .. attempts_max LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL application_name = 'rollout deploy';
        PERFORM set_config('lock_timeout', lock_ms::text, true),
                CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END;
        BEGIN
            IF (rule ->> 'add')::boolean THEN
                EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID',
                               rule ->> 'relation', rule ->> 'constraint', rule ->> 'rule');
            END IF;
            IF (rule ->> 'record')::boolean THEN
                EXECUTE format('INSERT INTO %s (hash, created_at) VALUES (%L, %L)', rule ->> 'history', rule ->> 'migration_hash', rule ->> 'migration_when');
            END IF;
            done := true;
            report := format('deploy: %s at attempt %s%s', CASE WHEN (rule ->> 'add')::boolean THEN 'added NOT VALID' ELSE 'it is there' END,
                             attempt, CASE WHEN (rule ->> 'record')::boolean THEN ', and recorded in ' || (rule ->> 'history') ELSE '' END);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            EXECUTE format('SELECT string_agg(DISTINCT who, ''; '') FROM (%s) AS h WHERE mode = ANY ($1)', rule ->> 'holders')
               INTO held_by USING conflicting;
        END;
        RAISE INFO 'deploy: no lock at attempt % of %, held by: %', attempt, attempts_max, coalesce(held_by, 'nobody any more');
        COMMIT;
        EXIT WHEN attempt = attempts_max;
        SET LOCAL application_name = 'rollout deploy';
        PERFORM pg_sleep(least(4, 0.5 * 2 ^ (attempt - 1)));
    END LOOP;
    report := format('nothing was changed: no lock on %s in %s attempts, held by: %s; run it again later',
                     rule ->> 'relation', attempts_max, coalesce(held_by, 'nobody any more'));
END
$procedure$;
COMMIT;
\set procedure rollout_deploy
\ir call.sql
\endif
