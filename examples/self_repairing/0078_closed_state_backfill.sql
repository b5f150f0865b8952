-- Closed state consistency, for installs without an operator: repair the rows that break the rule.
--
-- Does:  archives them; those that an issue in progress came from or uses are opened again (closed_at = NULL).
-- Why:   paperclip upgrades itself when its server starts, and nobody runs psql there: without this file the rows stay
--        frozen, and a VALIDATE in a later release keeps the server from starting. Right only where each file has a
--        transaction of its own, as with paperclip's runner on a database that is not empty; stock drizzle runs the
--        whole deploy as one, and holds the ACCESS EXCLUSIVE of the ADD through this and the scan of VALIDATE.
-- Locks: ROW EXCLUSIVE on execution_workspaces, and the repaired rows until the end of this transaction.
-- Rows:  those that break the rule; none on a second run.
UPDATE "public"."execution_workspaces" AS "w" SET "closed_at" = NULL
 WHERE "w"."closed_at" IS NOT NULL AND "w"."status" NOT IN ('archived', 'cleanup_failed')
   AND EXISTS (SELECT FROM "public"."issues" AS "i"
                WHERE ("i"."id" = "w"."source_issue_id" OR "i"."execution_workspace_id" = "w"."id")
                  AND "i"."status" NOT IN ('done', 'cancelled'));--> statement-breakpoint
UPDATE "public"."execution_workspaces" SET "status" = 'archived'
 WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived', 'cleanup_failed');
