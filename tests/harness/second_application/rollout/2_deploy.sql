-- Paid state, deploy: add the constraint NOT VALID by hand, and record it in drizzle's history.
\set ON_ERROR_STOP on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/deploy.sql
