-- Paid state, monitor: silent while the rule holds.
\set ON_ERROR_STOP on
\set silent on
\ir ../../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../../sql/rollout/steps/monitor.sql
