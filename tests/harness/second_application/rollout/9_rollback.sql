-- Paid state, rollback: drop the constraint, and take it out of drizzle's history.
\set ON_ERROR_STOP on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/rollback.sql
