-- The first schema. Law 1: everything that must happen is a row with a due_at.
-- Expand–contract from here on: a later file only adds; what it replaces is removed one release after.
CREATE SCHEMA app;

-- One row: which stack this is, and how fast a trial runs. Every process must agree with it.
CREATE TABLE app.deployment (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  deployment_id uuid NOT NULL,
  pace numeric NOT NULL DEFAULT 1 CHECK (pace >= 1 AND pace <= 10000),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Law 7: one clock decides. Workers write a correction when the database's clock steps; tests move time with it.
CREATE TABLE app.clock_correction (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  correction interval NOT NULL DEFAULT '0',
  version bigint NOT NULL DEFAULT 0
);
INSERT INTO app.clock_correction DEFAULT VALUES;

-- STABLE on purpose: a volatile clock in a WHERE loses the index (79.6 ms against 0.1 ms a poll at 300,000 rows).
CREATE FUNCTION app.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
  AS $$ SELECT clock_timestamp() + (SELECT correction FROM app.clock_correction) $$;

CREATE TABLE app.organisations (
  id uuid PRIMARY KEY,
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{1,40}$'),
  host text UNIQUE,
  name text NOT NULL,
  languages text[] NOT NULL DEFAULT '{en,cy}',
  -- The service's own number and the operator's pager: the organisation's, not a person's.
  sms_number text NOT NULL CHECK (sms_number ~ '^\+[1-9][0-9]{6,14}$'),
  pager_number text CHECK (pager_number ~ '^\+[1-9][0-9]{6,14}$'),
  page_host text NOT NULL,
  prompts jsonb NOT NULL,
  ladder jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);

CREATE TABLE app.rhythms (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  name text NOT NULL,
  intervals_seconds integer[] NOT NULL
    CHECK (cardinality(intervals_seconds) BETWEEN 1 AND 100 AND 60 <= ALL (intervals_seconds) AND 1800 >= ALL (intervals_seconds)),
  position integer NOT NULL,
  retired_at timestamptz
);

-- A phone as the service knows it: a keyed hash that only the worker can compute.
CREATE TABLE app.phones (
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  number_hash bytea NOT NULL CHECK (octet_length(number_hash) = 32),
  stopped_at timestamptz,
  -- Carrier code that says this number is dead for texts.
  bad_code text,
  invited_at timestamptz,
  helped_at timestamptz,
  PRIMARY KEY (organisation_id, number_hash)
);

CREATE TABLE app.devices (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);

CREATE TABLE app.supporters (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  role text NOT NULL CHECK (role IN ('supporter', 'duty-lead', 'supervisor', 'operator', 'auditor')),
  name text NOT NULL,
  language text NOT NULL DEFAULT 'en',
  -- Their number under the worker's own key, and its keyed hash.
  destination text,
  number_hash bytea CHECK (octet_length(number_hash) = 32),
  on_shift boolean NOT NULL DEFAULT false,
  removed_at timestamptz
);
CREATE INDEX supporters_on_shift ON app.supporters (organisation_id) WHERE on_shift;
CREATE INDEX supporters_by_phone ON app.supporters (organisation_id, number_hash);

-- Idempotency: the first answer to a command, given again to the same command.
CREATE TABLE app.commands (
  caller_id uuid NOT NULL,
  command_id uuid NOT NULL,
  payload_hash bytea NOT NULL,
  status smallint NOT NULL,
  body jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT app.clock(),
  PRIMARY KEY (caller_id, command_id)
);

CREATE TABLE app.rescue_plans (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  device_id uuid NOT NULL REFERENCES app.devices,
  plan_version integer NOT NULL CHECK (plan_version >= 1),
  sealed jsonb NOT NULL,
  -- The last version that could be opened: what an alert uses while a newer one is pending or refused.
  good_sealed jsonb,
  good_version integer,
  sealed_own_number jsonb,
  own_number_hash bytea CHECK (octet_length(own_number_hash) = 32),
  own_destination text,
  -- Whether the address may go into a text: the one flag of a plan that wording needs before anything is opened.
  text_address boolean NOT NULL DEFAULT false,
  alert_order text NOT NULL CHECK (alert_order IN ('rescuers-first', 'supporters-first', 'both')),
  plan_check text NOT NULL DEFAULT 'pending' CHECK (plan_check IN ('pending', 'ok', 'refused')),
  plan_check_code text,
  own_check text CHECK (own_check IN ('pending', 'ok', 'refused')),
  own_check_code text,
  -- Names of fields the plan leaves out; never what is in the others.
  missing text[] NOT NULL DEFAULT '{}',
  check_due_at timestamptz CHECK (isfinite(check_due_at)),
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock(),
  CHECK ((sealed_own_number IS NULL) = (own_check IS NULL)),
  CHECK ((good_sealed IS NULL) = (good_version IS NULL)),
  CHECK (deleted_at IS NOT NULL OR plan_check <> 'ok' OR good_sealed IS NOT NULL),
  CHECK (deleted_at IS NOT NULL OR (plan_check <> 'pending' AND own_check IS DISTINCT FROM 'pending') OR check_due_at IS NOT NULL)
);
CREATE INDEX rescue_plans_of_device ON app.rescue_plans (device_id) WHERE deleted_at IS NULL;
CREATE INDEX rescue_plans_to_check ON app.rescue_plans (check_due_at) WHERE check_due_at IS NOT NULL;
CREATE INDEX rescue_plans_by_own_phone ON app.rescue_plans (organisation_id, own_number_hash) WHERE own_number_hash IS NOT NULL;

CREATE TABLE app.rescuers (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  plan_id uuid NOT NULL REFERENCES app.rescue_plans,
  position integer NOT NULL CHECK (position BETWEEN 1 AND 5),
  sealed_number jsonb NOT NULL,
  sealed_word jsonb,
  -- Once checked: the number under the worker's own key, so that a storm pays no elliptic curve for every text.
  destination text,
  number_hash bytea CHECK (octet_length(number_hash) = 32),
  -- What the rescuer said. STOP is the phone's, not the rescuer's: `stopped` is shown while the phone is stopped.
  consent text NOT NULL DEFAULT 'waiting' CHECK (consent IN ('waiting', 'agreed', 'declined', 'left')),
  number_check text NOT NULL DEFAULT 'pending' CHECK (number_check IN ('pending', 'ok', 'refused')),
  number_check_code text,
  check_due_at timestamptz CHECK (isfinite(check_due_at)),
  invite_due_at timestamptz CHECK (isfinite(invite_due_at)),
  invited_at timestamptz,
  answered_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock(),
  CHECK (number_check <> 'ok' OR (number_hash IS NOT NULL AND destination IS NOT NULL)),
  CHECK (consent <> 'agreed' OR number_check = 'ok'),
  CHECK (removed_at IS NOT NULL OR number_check <> 'pending' OR check_due_at IS NOT NULL)
);
CREATE INDEX rescuers_of_plan ON app.rescuers (plan_id) WHERE removed_at IS NULL;
CREATE INDEX rescuers_by_phone ON app.rescuers (organisation_id, number_hash) WHERE number_hash IS NOT NULL;
CREATE INDEX rescuers_to_check ON app.rescuers (check_due_at) WHERE check_due_at IS NOT NULL;
CREATE INDEX rescuers_to_invite ON app.rescuers (invite_due_at) WHERE invite_due_at IS NOT NULL;

CREATE TABLE app.sessions (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  device_id uuid NOT NULL REFERENCES app.devices,
  plan_id uuid NOT NULL REFERENCES app.rescue_plans,
  kind text NOT NULL DEFAULT 'ordinary' CHECK (kind IN ('ordinary', 'post-rescue')),
  company text NOT NULL CHECK (company IN ('timer-only', 'supporter')),
  state text NOT NULL CHECK (state IN ('counting', 'prompting', 'alerting', 'closed')),
  version integer NOT NULL CHECK (version >= 1),
  rhythm integer[] NOT NULL CHECK (cardinality(rhythm) BETWEEN 1 AND 100 AND 1 <= ALL (rhythm) AND 7200 >= ALL (rhythm)),
  prompts jsonb NOT NULL,
  started_at timestamptz NOT NULL CHECK (isfinite(started_at)),
  anchor_at timestamptz NOT NULL CHECK (isfinite(anchor_at)),
  deadline_at timestamptz NOT NULL CHECK (isfinite(deadline_at)),
  alert_at timestamptz NOT NULL CHECK (isfinite(alert_at)),
  -- What the sweep looks for: the deadline while counting, the alert while prompting.
  due_at timestamptz CHECK (isfinite(due_at)),
  last_press_at timestamptz NOT NULL CHECK (isfinite(last_press_at)),
  raised boolean NOT NULL DEFAULT false,
  -- Duress: what the device saw last; from here on it is shown an ended session, and nothing moves.
  quiet boolean NOT NULL DEFAULT false,
  quiet_version integer,
  prompt_kind text,
  prompt_at timestamptz,
  end_code text NOT NULL CHECK (end_code ~ '^[0-9]{3}$'),
  outcome text CHECK (outcome IN ('ended-safe', 'all-clear', 'abandoned')),
  closed_at timestamptz,
  CHECK (deadline_at >= started_at AND alert_at > deadline_at),
  -- A bound of 12 h and one last extension: nothing can be parked in a far year.
  CHECK (alert_at <= last_press_at + interval '4 hours' OR alert_at <= started_at + interval '14 hours'),
  CHECK (quiet = (quiet_version IS NOT NULL)),
  CHECK ((state = 'closed') = (outcome IS NOT NULL)),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  -- A watched session always has its next instant; one that is not watched has none.
  CHECK (due_at IS NOT DISTINCT FROM CASE state WHEN 'counting' THEN deadline_at WHEN 'prompting' THEN alert_at END)
);
CREATE INDEX sessions_due ON app.sessions (due_at) WHERE due_at IS NOT NULL;
-- One session at a time per device; a session under duress looks ended to the device and does not count.
CREATE UNIQUE INDEX sessions_running ON app.sessions (device_id) WHERE state <> 'closed' AND NOT quiet;
CREATE INDEX sessions_open_of_plan ON app.sessions (plan_id) WHERE state <> 'closed';

CREATE TABLE app.alerts (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  -- At most one alert per session, ever.
  session_id uuid NOT NULL UNIQUE REFERENCES app.sessions,
  plan_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'owned', 'closed')),
  version integer NOT NULL DEFAULT 1,
  code text NOT NULL CHECK (code ~ '^[0-9]{4}$'),
  reason text NOT NULL CHECK (reason IN ('silence', 'help', 'duress', 'raised')),
  -- Snapshots: editing or deleting the plan does not change or stall an alert in flight.
  sealed_plan jsonb NOT NULL,
  plan_version integer NOT NULL,
  sealed_own_number jsonb,
  text_address boolean NOT NULL,
  alert_order text NOT NULL CHECK (alert_order IN ('rescuers-first', 'supporters-first', 'both')),
  ladder jsonb NOT NULL,
  -- When the session should have raised it: raised_at minus this is the lateness.
  due_at timestamptz NOT NULL,
  -- From where the ladder counts: the raise, or the last time it resumed.
  ladder_from_at timestamptz NOT NULL,
  raised_at timestamptz NOT NULL,
  disclosed_at timestamptz,
  owner_kind text CHECK (owner_kind IN ('rescuer', 'supporter')),
  owner_id uuid,
  owned_at timestamptz,
  duty_until_at timestamptz,
  requested_at timestamptz,
  request_lapses_at timestamptz,
  outcome text CHECK (outcome IN ('safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found')),
  closed_at timestamptz,
  CHECK ((state = 'owned') <= (owner_id IS NOT NULL AND owner_kind IS NOT NULL AND owned_at IS NOT NULL AND duty_until_at IS NOT NULL)),
  CHECK (state <> 'open' OR owner_id IS NULL),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (outcome IS NOT NULL))
);
CREATE INDEX alerts_open ON app.alerts (organisation_id, raised_at) WHERE state <> 'closed';
CREATE INDEX alerts_closed ON app.alerts (closed_at) WHERE closed_at IS NOT NULL;

-- Whom an alert may tell, and what they said. Phones in it are sealed or hashed.
CREATE TABLE app.alert_recipients (
  alert_id uuid NOT NULL REFERENCES app.alerts,
  kind text NOT NULL CHECK (kind IN ('rescuer', 'supporter')),
  recipient_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  position integer NOT NULL,
  destination text NOT NULL,
  number_hash bytea NOT NULL CHECK (octet_length(number_hash) = 32),
  language text NOT NULL DEFAULT 'en',
  code text NOT NULL,
  -- Cleared 24 h after the close; until then the code is not given out again to this phone.
  code_held boolean NOT NULL DEFAULT true,
  last_text_at timestamptz,
  told_at timestamptz,
  answer text NOT NULL DEFAULT 'none' CHECK (answer IN ('none', 'going', 'cannot', 'there', 'safe', 'left')),
  answered_at timestamptz,
  PRIMARY KEY (alert_id, recipient_id)
);
-- Codes that one phone holds differ; an alert tells a phone once, however many people answer it.
CREATE UNIQUE INDEX alert_codes_on_phone ON app.alert_recipients (organisation_id, number_hash, code) WHERE code_held;
CREATE UNIQUE INDEX alert_recipients_by_phone ON app.alert_recipients (organisation_id, number_hash, alert_id);

-- Prompts, ladder steps, repeats, duty and request clocks: absolute instants, none waits for another's success.
CREATE TABLE app.steps (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  session_id uuid NOT NULL,
  alert_id uuid,
  kind text NOT NULL CHECK (kind IN ('prompt', 'ladder', 'repeat', 'duty', 'request')),
  position integer NOT NULL DEFAULT 0,
  spec jsonb,
  due_at timestamptz NOT NULL CHECK (isfinite(due_at)),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'cancelled')),
  outcome text,
  done_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  CHECK ((kind = 'prompt') = (alert_id IS NULL)),
  CHECK ((status = 'pending') = (done_at IS NULL))
);
CREATE INDEX steps_due ON app.steps (due_at) WHERE status = 'pending';
CREATE INDEX steps_of_session ON app.steps (session_id) WHERE status = 'pending';
CREATE INDEX steps_of_alert ON app.steps (alert_id) WHERE status = 'pending' AND alert_id IS NOT NULL;

-- The outbox. Template and ids, never a rendered body; the worker renders at the moment of sending.
CREATE TABLE app.messages (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  session_id uuid,
  alert_id uuid,
  step_id uuid,
  recipient_kind text NOT NULL CHECK (recipient_kind IN ('rescuer', 'supporter', 'person', 'pager')),
  recipient_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('text', 'call')),
  template text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  language text NOT NULL DEFAULT 'en',
  -- {rowId, sealed}: the number under the worker's own key, bound to its row. Null for the pager: configuration.
  destination jsonb,
  number_hash bytea CHECK (octet_length(number_hash) = 32),
  -- 0 the first message of an alert, before the second of any; 9 what can wait.
  priority smallint NOT NULL,
  dedupe_key text NOT NULL UNIQUE,
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'sending', 'unknown', 'accepted', 'delivered', 'failed', 'cancelled')),
  due_at timestamptz CHECK (isfinite(due_at)),
  fence integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  resent boolean NOT NULL DEFAULT false,
  polled boolean NOT NULL DEFAULT false,
  carrier_sid text,
  error_code text,
  created_at timestamptz NOT NULL DEFAULT app.clock(),
  first_attempt_at timestamptz,
  accepted_at timestamptz,
  -- The carrier's own copy is deleted after the close.
  carrier_copy_gone_at timestamptz,
  -- Something that has yet to happen always has its instant.
  CHECK (status NOT IN ('queued', 'sending', 'unknown') OR due_at IS NOT NULL),
  CHECK ((recipient_kind = 'pager') = (destination IS NULL))
);
CREATE INDEX messages_to_send ON app.messages (priority, due_at) WHERE status = 'queued';
CREATE INDEX messages_due ON app.messages (due_at) WHERE status IN ('sending', 'unknown', 'accepted') AND due_at IS NOT NULL;
CREATE INDEX messages_queued_to_phone ON app.messages (number_hash) WHERE status = 'queued';
CREATE INDEX messages_of_alert ON app.messages (alert_id) WHERE alert_id IS NOT NULL;
CREATE INDEX messages_of_session ON app.messages (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX messages_at_carrier ON app.messages (alert_id)
  WHERE carrier_sid IS NOT NULL AND carrier_copy_gone_at IS NULL AND alert_id IS NOT NULL AND channel = 'text';
CREATE INDEX messages_by_sid ON app.messages (carrier_sid) WHERE carrier_sid IS NOT NULL;

-- One carrier call each. The nonce in its callback URL is kept as a hash.
CREATE TABLE app.attempts (
  nonce_hash bytea PRIMARY KEY CHECK (octet_length(nonce_hash) = 32),
  message_id uuid NOT NULL REFERENCES app.messages,
  fence integer NOT NULL,
  outcome text CHECK (outcome IN ('accepted', 'refused', 'failed', 'unknown')),
  reason text,
  carrier_sid text,
  -- Highest receipt so far; it only rises.
  receipt_rank smallint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX attempts_of_message ON app.attempts (message_id);

-- Texts that came in: sealed to the worker by the api, worked off by the worker in one transaction with their effect.
CREATE TABLE app.inbound (
  carrier_sid text PRIMARY KEY CHECK (length(carrier_sid) BETWEEN 1 AND 64),
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  sealed jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT app.clock(),
  due_at timestamptz CHECK (isfinite(due_at)),
  failures integer NOT NULL DEFAULT 0,
  outcome text,
  done_at timestamptz,
  CHECK ((done_at IS NULL) = (due_at IS NOT NULL))
);
CREATE INDEX inbound_due ON app.inbound (due_at) WHERE due_at IS NOT NULL;

-- A named person was let read a plan: the link's brief is sealed to a key that travels only in the text.
CREATE TABLE app.disclosures (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  alert_id uuid NOT NULL REFERENCES app.alerts,
  recipient_kind text NOT NULL CHECK (recipient_kind IN ('rescuer', 'supporter')),
  recipient_id uuid NOT NULL,
  link_id text UNIQUE,
  proof_hash bytea CHECK (octet_length(proof_hash) = 32),
  minimum bytea,
  brief bytea,
  created_at timestamptz NOT NULL DEFAULT app.clock(),
  expires_at timestamptz NOT NULL,
  opened_at timestamptz,
  shredded_at timestamptz,
  UNIQUE (alert_id, recipient_id)
);

-- Append-only, pseudonymous: what happened, to which session or alert, by whom, why.
CREATE TABLE app.journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  session_id uuid,
  alert_id uuid,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'rescuer', 'supporter', 'operator', 'service', 'carrier')),
  actor_id uuid,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX journal_of_alert ON app.journal (alert_id) WHERE alert_id IS NOT NULL;
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE ON app.journal FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- The watcher is watched (P14): raw database time, which no correction or test moves.
CREATE TABLE app.heartbeats (
  process_id uuid PRIMARY KEY,
  last_sweep_at timestamptz NOT NULL
);

-- One-time invitations for supporters and operators; the token is shown once and only its hash is kept.
CREATE TABLE app.invitations (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  role text NOT NULL CHECK (role IN ('supporter', 'duty-lead', 'supervisor', 'operator', 'auditor')),
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);
