-- Mistake: A trigger stamps closed_at on a row that goes idle, as the old cleanup job did.
-- Place: after
CREATE FUNCTION "public"."stamp"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'idle' AND OLD.status = 'active' THEN
    NEW.closed_at := coalesce(NEW.closed_at, now());
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "stamp" BEFORE UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."stamp"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
