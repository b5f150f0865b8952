-- Paid state, validate: VALIDATE CONSTRAINT, under SHARE UPDATE EXCLUSIVE.
\set ON_ERROR_STOP on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/validate.sql
