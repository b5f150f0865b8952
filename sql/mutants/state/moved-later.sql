-- Mistake: A later migration renames the table and puts an empty one in its place.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" RENAME TO "execution_workspaces_old";--> statement-breakpoint
CREATE TABLE "public"."execution_workspaces" (LIKE "public"."execution_workspaces_old" INCLUDING DEFAULTS);--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
