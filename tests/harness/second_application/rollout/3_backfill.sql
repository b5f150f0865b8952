-- Paid state, backfill: set state to 'paid' on the rows that break the rule, in batches.
\set ON_ERROR_STOP on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/backfill.sql
