-- Same: Another team's migration comes right before it.
-- Place: before
CREATE TABLE "public"."earlier" ("id" uuid PRIMARY KEY);--> statement-breakpoint
ALTER TABLE "public"."issues" ADD COLUMN "earlier" text;
