-- Closed state consistency, monitor: zero, forever.
--
-- Does:  looks, and changes nothing. Prints nothing and ends with 0 when no row breaks the rule and the constraint
--        stands, means the rule and is validated. Otherwise prints a sentence for each thing that is wrong.
-- Why:   a restore can lose its CHECKs, and somebody can drop one; then the rows come back, in silence.
-- Locks: ACCESS SHARE on execution_workspaces for one scan. READ ONLY: a standby or a role that may only SELECT will do.
-- Rows:  none on success; else the sentences, at most 100 for rows and a count of the rest.
-- Needs: SELECT on execution_workspaces. Row security must not hide rows from the role.
-- Ends:  with 0 when all is well, else with 3, and the last line begins with `violated`, `warning` or `could not look`;
--        1 and 2 are psql's own: it could not start, or not connect. For codes that monitoring understands (0 fine,
--        1 warning, 2 violated, 3 could not look) run sql/rollout/monitor.sh.
-- Run:   psql -X -f 5_monitor.sql "$DATABASE_URL"       (from cron, or as a CI job)
--        -v output=rows    one line instead, constraint|code|violators|present|validated|is_the_rule, and 0 when it could look
--        -v output=query   a plain SELECT with these columns, for an exporter; it compares the constraint by its words
\set ON_ERROR_STOP on
\set silent on
\ir ../steps/begin.sql
\ir rule.sql
\ir ../steps/monitor.sql
