-- Puts back what the backfill changed, from its record; rows that were changed since are left alone. After 9_rollback.sql
-- has dropped the constraint.
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
\set options '{}'
CREATE OR REPLACE PROCEDURE pg_temp.rollout_restore(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    keys text[];
    changed bigint;
    restored bigint := 0;
    kept bigint;
BEGIN
    LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL row_security = off;
        SET LOCAL lock_timeout = '2s';
        SET LOCAL application_name = 'rollout restore';
        EXECUTE format($sql$SELECT array_agg(row_key) FROM (
                           SELECT t.%2$I::text AS row_key FROM %1$s AS t
                            WHERE t.%3$I = %4$L AND EXISTS (SELECT FROM rollout.repaired_rows AS r
                                      WHERE r.constraint_name = %5$L AND r.column_name = %3$L AND r.restored_at IS NULL AND r.row_key = t.%2$I::text)
                            ORDER BY 1 LIMIT 250 FOR NO KEY UPDATE OF t) AS batch$sql$,
                       rule ->> 'relation', rule ->> 'key', rule ->> 'column', rule ->> 'value', rule ->> 'constraint') INTO keys;
        EXIT WHEN keys IS NULL;
        EXECUTE format($sql$WITH latest AS (
                           SELECT DISTINCT ON (row_key) row_key, old_value FROM rollout.repaired_rows
                            WHERE constraint_name = %5$L AND column_name = %3$L AND restored_at IS NULL AND row_key = ANY ($1)
                            ORDER BY row_key, repaired_at DESC)
                       UPDATE %1$s AS t SET %3$I = latest.old_value FROM latest
                        WHERE t.%2$I = latest.row_key::%4$s$sql$,
                       rule ->> 'relation', rule ->> 'key', rule ->> 'column', rule ->> 'key_type', rule ->> 'constraint') USING keys;
        GET DIAGNOSTICS changed = ROW_COUNT;
        UPDATE rollout.repaired_rows SET restored_at = clock_timestamp()
         WHERE constraint_name = rule ->> 'constraint' AND column_name = rule ->> 'column' AND restored_at IS NULL AND row_key = ANY (keys);
        restored := restored + changed;
    END LOOP;
    done := true;
    SELECT count(DISTINCT row_key) INTO kept FROM rollout.repaired_rows WHERE constraint_name = rule ->> 'constraint' AND restored_at IS NULL;
    report := format('restore: %s rows put back as they were before the backfill%s', restored,
                     CASE WHEN kept > 0 THEN format('; %s left as they are: changed or deleted since, or repaired with repair=reopen', kept) END);
END
$procedure$;
COMMIT;
\set procedure rollout_restore
\ir call.sql
