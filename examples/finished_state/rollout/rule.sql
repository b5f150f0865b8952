-- Finished state consistency: the rule, and what is particular to it. Every script of this folder reads it.
--
-- The rule in Python is ../finished_state.py; a test holds the two together.
\set title 'finished state consistency'
\set schema public
\set table workspace_operations
\set key id
\set key_type uuid
\set constraint workspace_operations_finished_state_consistency
\set rule 'finished_at IS NULL OR status <> ''running'''
-- The same, as pg_get_constraintdef has it on 15 to 18.
\set definition 'CHECK (((finished_at IS NULL) OR (status <> ''running''::text)))'

-- The repair: failed, for whoever ended it left no result. The other one: the operation runs on.
\set repair_column status
\set repair_value failed
\set repaired settled
\set other_repair_column finished_at
\set cause phase
\set moment finished_at

-- Values that matter to the rule, and near misses. A constraint whose words are others is tried on all of them.
\set near '{"status": ["running", "succeeded", "failed", "skipped", "RUNNING", "running ", " running", "running\\n", "runnin", "Running", "finished", "queued", ""], "finished_at": [null, "-infinity", "epoch", "2026-05-13 08:33+00", "2999-01-01", "infinity"]}'

-- The migration, as drizzle's history has it: sha256 of the file, and `when` of the journal.
\set migration_tag_default 0078_operation_finished_state_consistency
\set migration_hash_default ac427fefa481ac32478ef686c65db39b86be8d18cfc80f92824d5355614465a5
\set migration_when_default 1778716800000
