-- Closed state consistency: the rule, and what is particular to it. Every script of this folder reads it.
--
-- The rule in Python is fixtures/constraints/closed_state.py; a test holds the two together.
\set title 'closed state consistency'
\set schema public
\set table execution_workspaces
\set key id
\set key_type uuid
\set constraint execution_workspaces_closed_state_consistency
\set rule 'closed_at IS NULL OR status IN (''archived'', ''cleanup_failed'')'
-- The same, as pg_get_constraintdef has it on 15 to 18.
\set definition 'CHECK (((closed_at IS NULL) OR (status = ANY (ARRAY[''archived''::text, ''cleanup_failed''::text]))))'

-- The repair: archived, for all of these workspaces were closed by something. The other one reopens: the workspace is
-- in use again, and cleanup jobs will not touch it.
\set repair_column status
\set repair_value archived
\set repaired archived
\set other_repair_column closed_at
\set cause cleanup_reason
\set moment closed_at

-- Values that matter to the rule, and near misses. A constraint whose words are others is tried on all of them.
\set near '{"status": ["active", "idle", "in_review", "archived", "cleanup_failed", "ARCHIVED", "archived ", " archived", "archive", "archived\\n", "Cleanup_Failed", "cleanup", "closed", "done", "paused", "deleted", ""], "closed_at": [null, "-infinity", "epoch", "2026-05-13 08:33+00", "2999-01-01", "infinity"]}'

-- The migration, as drizzle's history has it: sha256 of the file, and `when` of the journal.
\set migration_tag_default 0077_workspace_closed_state_consistency
\set migration_hash_default ea5ced423a2a8e228859478619ddf23218efe31f674440c3fcabbbacde62472b
\set migration_when_default 1778630400000

-- Work that must not lose its workspace: the issue that a workspace came from, and any that uses it now.
\set work issues
\set work_closed 'work.status IN (''done'', ''cancelled'')'
SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
                WHERE attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('public.issues')
                  AND attname OPERATOR(pg_catalog.=) 'execution_workspace_id') AS uses_workspaces
\gset
\set work_links 'SELECT w.id AS row_id, w.source_issue_id AS work_id FROM public.execution_workspaces AS w WHERE w.id = ANY ($1) AND w.source_issue_id IS NOT NULL'
\if :uses_workspaces
\set work_links 'SELECT w.id AS row_id, w.source_issue_id AS work_id FROM public.execution_workspaces AS w WHERE w.id = ANY ($1) AND w.source_issue_id IS NOT NULL UNION SELECT i.execution_workspace_id, i.id FROM public.issues AS i WHERE i.execution_workspace_id = ANY ($1)'
\endif
