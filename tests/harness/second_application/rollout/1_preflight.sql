-- Paid state, preflight: may the next step be run? Looks, and changes nothing.
\set ON_ERROR_STOP on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/preflight.sql
