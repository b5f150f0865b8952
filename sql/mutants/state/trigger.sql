-- Mistake: A trigger refuses the rows, and no CHECK does.
-- Place: instead
CREATE FUNCTION "public"."refuse_contradiction"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') THEN
    RAISE EXCEPTION 'closed_at contradicts status'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'execution_workspaces_closed_state_consistency';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "execution_workspaces_closed_state_consistency" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."refuse_contradiction"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
