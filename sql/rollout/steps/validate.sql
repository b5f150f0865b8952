-- The body of 4_validate.sql.
\ir state.sql
\ir holders.sql
\set needs ownership
\ir may_write.sql
\if :{?attempts}
\else
\set attempts 5
\endif

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL row_security = off;
SELECT count(*) FILTER (WHERE (:rule) IS FALSE) AS violators FROM :relation \gset
SELECT CASE WHEN NOT :'there' THEN 'nothing was changed: ' || :'relation' || ' has no CHECK of that name; deploy the migration first'
            WHEN :'differs' THEN 'nothing was changed: the constraint is not the rule: ' || :'definition_found' || ': ' || :'not_the_rule'
            WHEN :violators > 0 THEN 'nothing was changed: ' || :violators || ' rows break the rule; run 3_backfill.sql first'
            ELSE '' END AS message,
       jsonb_build_object('attempts', :attempts) AS options
\gset
SELECT :'message' <> '' AS ends \gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :validated
\echo 'validate: it is validated already, nothing to do'
\else
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE PROCEDURE pg_temp.rollout_validate(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    attempts_max constant integer := (rule ->> 'attempts')::integer;
    -- An ordinary autovacuum in the way is cancelled after deadlock_timeout, so that the wait has to be longer.
    lock_ms constant integer := greatest(2000, 2 * (SELECT setting::integer FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'));
    conflicting constant text[] := ARRAY['ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];
    held_by text;
BEGIN
    done := false;
    FOR attempt IN 1 .. attempts_max LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL application_name = 'rollout validate';
        PERFORM set_config('lock_timeout', lock_ms::text, true),
                CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END;
        BEGIN
            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', rule ->> 'relation', rule ->> 'constraint');
            done := true;
            report := format('validate: validated at attempt %s', attempt);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            EXECUTE format('SELECT string_agg(DISTINCT who, ''; '') FROM (%s) AS h WHERE mode = ANY ($1)', rule ->> 'holders')
               INTO held_by USING conflicting;
        END;
        RAISE INFO 'validate: no lock at attempt % of %, held by: %', attempt, attempts_max, coalesce(held_by, 'nobody any more');
        COMMIT;
        EXIT WHEN attempt = attempts_max;
        SET LOCAL application_name = 'rollout validate';
        PERFORM pg_sleep(least(4, 0.5 * 2 ^ (attempt - 1)));
    END LOOP;
    report := format('nothing was changed: no lock on %s in %s attempts, held by: %s; run it again later',
                     rule ->> 'relation', attempts_max, coalesce(held_by, 'nobody any more'));
END
$procedure$;
COMMIT;
\set procedure rollout_validate
\ir call.sql
\endif
