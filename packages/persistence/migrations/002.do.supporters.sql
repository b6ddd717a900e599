-- Supporters and operators: how they sign in, when they are on shift, what they record of an alert, and the chain of
-- the journal. Only adds (expand–contract).

ALTER TABLE app.supporters
  -- As given, sealed to the disclosure key under `organisationId.supporterId`; checked like a rescuer's.
  ADD COLUMN sealed_number jsonb,
  ADD COLUMN number_check text CHECK (number_check IN ('pending', 'ok', 'refused')),
  ADD COLUMN number_check_code text,
  ADD COLUMN check_due_at timestamptz CHECK (isfinite(check_due_at)),
  -- Fit for shift; "not today" needs no reason.
  ADD COLUMN fit boolean NOT NULL DEFAULT true,
  ADD COLUMN on_shift_since timestamptz,
  -- After a hard alert nobody is asked again until they say so.
  ADD COLUMN debrief_open boolean NOT NULL DEFAULT false,
  ADD COLUMN brief_key_id text,
  ADD COLUMN brief_public_key text,
  ADD CHECK (NOT on_shift OR (fit AND NOT debrief_open));
CREATE INDEX supporters_to_check ON app.supporters (check_due_at) WHERE check_due_at IS NOT NULL;

ALTER TABLE app.invitations ADD COLUMN supporter_id uuid REFERENCES app.supporters;

-- Bearer tokens of supporters and operators, SHA-256 at rest.
CREATE TABLE app.credentials (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  supporter_id uuid NOT NULL REFERENCES app.supporters,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  -- An invitation's token only enrols a passkey; in a trial it acts as the role.
  by_passkey boolean NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);
CREATE INDEX credentials_of_supporter ON app.credentials (supporter_id) WHERE revoked_at IS NULL;

CREATE TABLE app.passkeys (
  -- The authenticator's credential id, base64url.
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1400),
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  supporter_id uuid NOT NULL REFERENCES app.supporters,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);
CREATE INDEX passkeys_of_supporter ON app.passkeys (supporter_id) WHERE revoked_at IS NULL;

-- A challenge is answered once, within minutes.
CREATE TABLE app.passkey_challenges (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  -- Null while somebody signs in whom we do not know yet.
  supporter_id uuid REFERENCES app.supporters,
  purpose text NOT NULL CHECK (purpose IN ('enrol', 'sign-in')),
  challenge text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL
);

-- What the people who answer record of an alert. A note is sealed to the disclosure key.
CREATE TABLE app.alert_progress (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  alert_id uuid NOT NULL REFERENCES app.alerts,
  kind text NOT NULL CHECK (kind IN ('called-999', 'rescuer-going', 'rescuer-there', 'breathing', 'not-breathing',
    'naloxone-given', 'crew-there')),
  actor_kind text NOT NULL CHECK (actor_kind IN ('rescuer', 'supporter')),
  actor_id uuid NOT NULL,
  sealed_note jsonb,
  at timestamptz NOT NULL
);
CREATE INDEX alert_progress_of_alert ON app.alert_progress (alert_id);

CREATE TABLE app.alert_logs (
  alert_id uuid NOT NULL REFERENCES app.alerts,
  supporter_id uuid NOT NULL REFERENCES app.supporters,
  organisation_id uuid NOT NULL,
  outcome text NOT NULL,
  wanted text NOT NULL CHECK (wanted IN ('yes', 'no', 'unknown')),
  difficulty smallint NOT NULL CHECK (difficulty BETWEEN 1 AND 5),
  energy smallint NOT NULL CHECK (energy BETWEEN 1 AND 5),
  follow_up boolean NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (alert_id, supporter_id)
);

-- A supporter who claims from the console need not have a phone.
ALTER TABLE app.alert_recipients ALTER COLUMN destination DROP NOT NULL;
ALTER TABLE app.alert_recipients ALTER COLUMN number_hash DROP NOT NULL;

-- When the ladder was last pushed on by hand: never two steps at once.
ALTER TABLE app.alerts
  ADD COLUMN escalated_at timestamptz,
  ADD COLUMN naloxone boolean,
  ADD COLUMN closed_by_kind text CHECK (closed_by_kind IN ('person', 'rescuer', 'supporter', 'operator', 'service')),
  ADD COLUMN closed_by_id uuid;

-- A watch that ends by itself once it is over and answered (post-rescue).
ALTER TABLE app.sessions
  ADD COLUMN ends_at timestamptz CHECK (isfinite(ends_at)),
  -- The session whose rescue this one follows.
  ADD COLUMN after_session_id uuid REFERENCES app.sessions;
CREATE UNIQUE INDEX sessions_after ON app.sessions (after_session_id) WHERE after_session_id IS NOT NULL;

-- The journal's chain: each line of an alert holds the hash of the one before it.
ALTER TABLE app.journal ADD COLUMN chain_position integer, ADD COLUMN chain_hash bytea CHECK (octet_length(chain_hash) = 32);
CREATE UNIQUE INDEX journal_chain ON app.journal (alert_id, chain_position) WHERE chain_position IS NOT NULL;

-- A supporter's brief is sealed to the key of their browser; which one is part of it.
ALTER TABLE app.disclosures ADD COLUMN brief_key_id text;
