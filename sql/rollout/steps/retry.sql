-- Runs :statements (a JSON array of SQL, one transaction) under a lock on the table; without it, says who holds it, and tries again.
--
-- Waits at most 2 s at a time, or twice deadlock_timeout if that is more: an ordinary autovacuum in the way is cancelled
-- after deadlock_timeout. Pauses of 0.5 to 4 s, without a transaction, between :attempts. :first_mode is the weakest mode of
-- :modes that conflicts; :said the report, with the attempt and the rows of the last statement.
\if :{?attempts}
\else
\set attempts 5
\endif
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT :'attempts' !~ '^[1-9]\d?$' AS ends, format('nothing was changed: attempts=%s: say 1 to 99', :'attempts') AS message,
       jsonb_build_object('step', :'step', 'attempts', :'attempts', 'statements', :'statements'::jsonb, 'said', :'said',
                          'conflicting', (:'modes'::text[])[:first_mode:8]) AS options
\gset
CREATE OR REPLACE PROCEDURE pg_temp.rollout_retry(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    step constant text := rule ->> 'step';
    attempts_max constant integer := (rule ->> 'attempts')::integer;
    lock_ms constant integer := greatest(2000, 2 * (SELECT setting::integer FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'));
    statement text;
    changed bigint := 0;
    held_by text;
BEGIN
    done := false;
    FOR attempt IN 1 .. attempts_max LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        PERFORM set_config('application_name', 'rollout ' || step, true), set_config('lock_timeout', lock_ms::text, true);
        BEGIN
            FOR statement IN SELECT value FROM jsonb_array_elements_text(rule -> 'statements') LOOP
                EXECUTE statement;
                GET DIAGNOSTICS changed = ROW_COUNT;
            END LOOP;
            done := true;
            report := format('%s: %s', step, format(rule ->> 'said', attempt, changed));
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            EXECUTE format('SELECT string_agg(DISTINCT who, ''; '') FROM (%s) AS h WHERE $1 ? mode AND hinders', rule ->> 'holders')
               INTO held_by USING rule -> 'conflicting';
        END;
        RAISE INFO '%: no lock at attempt % of %, held by: %', step, attempt, attempts_max, coalesce(held_by, 'nobody any more');
        COMMIT;
        EXIT WHEN attempt = attempts_max;
        PERFORM set_config('application_name', 'rollout ' || step, true), pg_sleep(least(4, 0.5 * 2 ^ (attempt - 1)));
    END LOOP;
    report := format('nothing was changed: no lock for %s in %s attempts, held by: %s; run it again later',
                     rule ->> 'relation', attempts_max, coalesce(held_by, 'nobody any more'));
END
$procedure$;
COMMIT;
\if :ends
\ir end.sql
\endif
\set procedure rollout_retry
\ir call.sql
