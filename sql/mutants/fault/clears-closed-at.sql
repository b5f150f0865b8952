-- Mistake: A trigger clears closed_at when the status is set to an open one, and hides the route's bug.
-- Place: after
CREATE FUNCTION "public"."reopen"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('active','idle','in_review') AND OLD.status IN ('archived','cleanup_failed') THEN
    NEW.closed_at := NULL;
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "reopen" BEFORE UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."reopen"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
