-- Same: Another team's migration follows it.
-- Place: after
CREATE TABLE "public"."later" ("id" uuid PRIMARY KEY);--> statement-breakpoint
CREATE INDEX "issues_later_idx" ON "public"."issues" ("updated_at");
