-- Closed state consistency, for installs without an operator: prove that no row breaks the rule.
--
-- Does:  VALIDATE CONSTRAINT, after the file before this one has repaired the rows and was committed.
-- Locks: SHARE UPDATE EXCLUSIVE on execution_workspaces for one scan; readers and writers go on.
-- Rows:  none changed. With rows that break the rule it fails with 23514, and the runner tries again at the next start.
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  VALIDATE CONSTRAINT "execution_workspaces_closed_state_consistency";--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
