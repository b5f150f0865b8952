-- Mistake: A trigger refuses a write while another session writes, which no test with one connection can see.
-- Place: after
CREATE FUNCTION "public"."one_at_a_time"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(77) THEN
    RAISE EXCEPTION 'another session is writing';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "one_at_a_time" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."one_at_a_time"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
