-- Proof that the alarm path works: synthetic alerts, the figures of the board, incidents, and two people to open a plan
-- outside an alert. Only adds (expand–contract).

-- A synthetic session is an ordinary one whose plan names a test handset: the same rows, marked, so that nobody else is
-- told of it and no figure counts it (infra/decisions/0014).
ALTER TABLE app.rescue_plans ADD COLUMN synthetic boolean NOT NULL DEFAULT false;
ALTER TABLE app.rescuers ADD COLUMN synthetic boolean NOT NULL DEFAULT false;
ALTER TABLE app.sessions ADD COLUMN synthetic boolean NOT NULL DEFAULT false;
ALTER TABLE app.alerts ADD COLUMN synthetic boolean NOT NULL DEFAULT false;

-- One schedule an organisation. Off without minutes; then nothing is due.
CREATE TABLE app.synthetic_alerts (
  organisation_id uuid PRIMARY KEY REFERENCES app.organisations,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  every_minutes integer CHECK (every_minutes BETWEEN 5 AND 1440),
  -- Not back within this long after it was due, it is a miss. Real seconds.
  bound_seconds integer NOT NULL DEFAULT 120 CHECK (bound_seconds BETWEEN 30 AND 600),
  plan_id uuid REFERENCES app.rescue_plans ON DELETE SET NULL,
  next_due_at timestamptz CHECK (isfinite(next_due_at)),
  CHECK ((every_minutes IS NULL) = (next_due_at IS NULL))
);
CREATE INDEX synthetic_alerts_due ON app.synthetic_alerts (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX synthetic_alerts_of_plan ON app.synthetic_alerts (plan_id);

-- Each time: the instant of every hop. It outlives session and alert, which go like any.
CREATE TABLE app.synthetic_runs (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  -- Who asked for a drill; null: the schedule.
  asked_by uuid,
  session_id uuid UNIQUE,
  started_at timestamptz NOT NULL,
  -- The alertAt of its session.
  due_at timestamptz NOT NULL,
  miss_due_at timestamptz NOT NULL CHECK (isfinite(miss_due_at)),
  outcome text NOT NULL DEFAULT 'running' CHECK (outcome IN ('running', 'proved', 'missed')),
  reason text,
  raised_at timestamptz,
  sent_at timestamptz,
  accepted_at timestamptz,
  delivered_at timestamptz,
  replied_at timestamptz,
  claimed_at timestamptz,
  closed_at timestamptz,
  paged_at timestamptz,
  CHECK ((outcome = 'running') = (closed_at IS NULL)),
  CHECK ((outcome = 'missed') = (reason IS NOT NULL))
);
-- One at a time.
CREATE UNIQUE INDEX synthetic_runs_running ON app.synthetic_runs (organisation_id) WHERE outcome = 'running';
CREATE INDEX synthetic_runs_of_organisation ON app.synthetic_runs (organisation_id, started_at DESC);
CREATE INDEX synthetic_runs_by_age ON app.synthetic_runs (started_at);

-- What the board shows of delivery and of the engine.
ALTER TABLE app.messages ADD COLUMN delivered_at timestamptz;
ALTER TABLE app.attempts ADD COLUMN carrier text NOT NULL DEFAULT 'twilio';
ALTER TABLE app.heartbeats
  -- Whether this process asks for wake-ups at all: without Redis the sweep finds everything, and that is no fault.
  ADD COLUMN wake_ups boolean,
  -- The process's own clock against the database's: for logs, and watched.
  ADD COLUMN skew_ms integer;
-- Rows the sweep found that a wake-up should have, by minute of raw time. Of the whole installation.
CREATE TABLE app.sweep_minutes (
  minute_at timestamptz PRIMARY KEY,
  found integer NOT NULL CHECK (found >= 0)
);

-- What the operators tell everybody.
CREATE TABLE app.incidents (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  severity text NOT NULL CHECK (severity IN ('trouble', 'down')),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
  words text NOT NULL CHECK (length(words) <= 1000),
  opened_at timestamptz NOT NULL,
  opened_by uuid NOT NULL,
  closed_at timestamptz,
  closing_words text CHECK (length(closing_words) <= 1000)
);
CREATE INDEX incidents_of_organisation ON app.incidents (organisation_id, opened_at DESC);
CREATE INDEX incidents_by_age ON app.incidents (closed_at) WHERE closed_at IS NOT NULL;
