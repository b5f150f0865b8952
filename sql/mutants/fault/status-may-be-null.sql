-- Mistake: status may be NULL, and a NULL passes the CHECK.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" ALTER COLUMN "status" DROP NOT NULL;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
