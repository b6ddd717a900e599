-- The journal's chain and what outlives it, how long everything is kept, and the end of an alert that nobody closed.
-- Only adds (expand–contract): a check is widened, an index is replaced by one that serves its queries and more.

-- One row per alert: how long its chain is and where it ends. The lines themselves hold position and hash (002). When the
-- lines are removed this row stays as the tombstone: times and outcome, no identity; the alert itself is gone by then.
CREATE TABLE app.journal_chains (
  alert_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  length integer NOT NULL DEFAULT 0,
  -- SHA-256 of the last line; 32 zero bytes before the first.
  head bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(head) = 32),
  removed_at timestamptz,
  reason text,
  raised_at timestamptz,
  disclosed_at timestamptz,
  owned_at timestamptz,
  closed_at timestamptz,
  outcome text,
  closed_by_kind text,
  naloxone boolean,
  CHECK (removed_at IS NULL OR (raised_at IS NOT NULL AND closed_at IS NOT NULL AND outcome IS NOT NULL))
);
CREATE INDEX journal_unchained ON app.journal (id) WHERE alert_id IS NOT NULL AND chain_position IS NULL;

-- A line is written once; afterwards only its place in the chain may be filled in, and only once.
CREATE OR REPLACE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.chain_position IS NULL AND OLD.chain_hash IS NULL
    AND NEW.chain_position IS NOT NULL AND NEW.chain_hash IS NOT NULL AND NEW.alert_id IS NOT NULL
    AND to_jsonb(NEW) - 'chain_position' - 'chain_hash' = to_jsonb(OLD) - 'chain_position' - 'chain_hash'
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the journal is append-only';
END $$;

-- Lines of an alert go only once its tombstone stands; other lines only when they are a day old.
CREATE FUNCTION app.refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.alert_id IS NULL AND OLD.at < app.clock() - interval '24 hours' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'DELETE' AND OLD.alert_id IS NOT NULL
    AND EXISTS (SELECT FROM app.journal_chains c WHERE c.alert_id = OLD.alert_id AND c.removed_at IS NOT NULL)
  THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE TRIGGER journal_removed_by_retention BEFORE DELETE ON app.journal FOR EACH ROW EXECUTE FUNCTION app.refuse_removal();
CREATE TRIGGER journal_not_emptied BEFORE TRUNCATE ON app.journal FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_removal();

-- An alert that nobody closed for days is closed by rule.
ALTER TABLE app.alerts DROP CONSTRAINT alerts_outcome_check;
ALTER TABLE app.alerts ADD CONSTRAINT alerts_outcome_check
  CHECK (outcome IN ('safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found', 'abandoned'));

-- What stays of sessions and alerts: how many of what, by organisation and UTC day. Publishing suppresses small numbers.
CREATE TABLE app.daily_counts (
  organisation_id uuid NOT NULL,
  day_at timestamptz NOT NULL,
  what text NOT NULL,
  count integer NOT NULL,
  PRIMARY KEY (organisation_id, day_at, what)
);

-- What is unused is deleted after a year; what may belong to nobody any more is looked at now and then.
ALTER TABLE app.rescue_plans ADD COLUMN used_at timestamptz NOT NULL DEFAULT app.clock();
ALTER TABLE app.devices ADD COLUMN look_again_at timestamptz NOT NULL DEFAULT app.clock() + interval '365 days';
ALTER TABLE app.phones ADD COLUMN look_again_at timestamptz NOT NULL DEFAULT app.clock() + interval '7 days';

-- How retention finds what is over, without reading what is not.
CREATE INDEX sessions_ended ON app.sessions (closed_at) WHERE outcome <> 'all-clear';
CREATE INDEX rescue_plans_unused ON app.rescue_plans (used_at) WHERE deleted_at IS NULL;
CREATE INDEX rescue_plans_deleted ON app.rescue_plans (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX rescuers_removed ON app.rescuers (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX messages_of_nothing ON app.messages (created_at) WHERE session_id IS NULL AND alert_id IS NULL;
CREATE INDEX commands_by_age ON app.commands (at);
CREATE INDEX inbound_done ON app.inbound (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX journal_of_session ON app.journal (session_id) WHERE session_id IS NOT NULL AND alert_id IS NULL;
CREATE INDEX journal_of_nothing ON app.journal (at) WHERE session_id IS NULL AND alert_id IS NULL;
CREATE INDEX steps_over_of_session ON app.steps (session_id) WHERE status <> 'pending';
CREATE INDEX devices_to_look_at ON app.devices (look_again_at);
CREATE INDEX phones_to_look_at ON app.phones (look_again_at) WHERE stopped_at IS NULL;
CREATE INDEX passkey_challenges_by_age ON app.passkey_challenges (expires_at);
CREATE INDEX credentials_by_age ON app.credentials (expires_at);
CREATE INDEX invitations_by_age ON app.invitations (created_at);

-- A row that is deleted is looked for in what refers to it; a partial index does not answer that.
CREATE INDEX sessions_of_plan ON app.sessions (plan_id);
DROP INDEX app.sessions_open_of_plan;
CREATE INDEX sessions_of_device ON app.sessions (device_id);
CREATE INDEX rescue_plans_of_any_device ON app.rescue_plans (device_id);
CREATE INDEX rescuers_of_any_plan ON app.rescuers (plan_id);
