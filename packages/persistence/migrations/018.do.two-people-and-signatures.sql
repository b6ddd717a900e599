-- Two people open a plan outside an alert; clinical guidance that somebody signed; hours of a site's staff; plans of a
-- site, counted. Only adds (expand–contract).

-- infra/decisions/0016. One opening: who asked, who confirmed, each with what their passkey said, which the worker checks
-- again by itself. What it opened is sealed to the asking browser and gone a quarter of an hour later.
CREATE TABLE app.plan_openings (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  alert_id uuid NOT NULL REFERENCES app.alerts ON DELETE CASCADE,
  -- A word of ours: a sentence of somebody's would be about the person.
  reason text NOT NULL CHECK (reason IN ('life-at-risk', 'person-asked', 'safeguarding', 'court-order')),
  key_id text NOT NULL CHECK (length(key_id) BETWEEN 1 AND 100),
  public_key text NOT NULL CHECK (length(public_key) BETWEEN 1 AND 100),
  asked_by uuid NOT NULL REFERENCES app.supporters,
  asked_at timestamptz NOT NULL,
  -- {at, passkey}: the instant that was signed and WebAuthn's answer.
  asked_with jsonb NOT NULL,
  confirmed_by uuid REFERENCES app.supporters,
  confirmed_at timestamptz,
  confirmed_with jsonb,
  -- Until then the next thing may happen: the confirmation, then the opening.
  expires_at timestamptz NOT NULL CHECK (isfinite(expires_at)),
  due_at timestamptz CHECK (isfinite(due_at)),
  opened_at timestamptz,
  refused_code text CHECK (refused_code ~ '^[a-z-]{1,40}$'),
  sealed jsonb,
  readable_until_at timestamptz CHECK (isfinite(readable_until_at)),
  CHECK (confirmed_by <> asked_by),
  CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (confirmed_with IS NULL)),
  CHECK (due_at IS NULL OR confirmed_by IS NOT NULL),
  CHECK (opened_at IS NULL OR (confirmed_by IS NOT NULL AND refused_code IS NULL AND readable_until_at IS NOT NULL)),
  CHECK (sealed IS NULL OR opened_at IS NOT NULL)
);
CREATE INDEX plan_openings_due ON app.plan_openings (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX plan_openings_readable ON app.plan_openings (readable_until_at) WHERE sealed IS NOT NULL;
CREATE INDEX plan_openings_of_organisation ON app.plan_openings (organisation_id, asked_at DESC);
CREATE INDEX plan_openings_of_alert ON app.plan_openings (alert_id);

-- Somebody of this organisation answers for one text as it stood: of other words the hash is another.
CREATE TABLE app.guidance_sign_offs (
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  piece text NOT NULL CHECK (piece ~ '^[a-z0-9.-]{1,80}$'),
  content_hash text NOT NULL CHECK (content_hash ~ '^[A-Za-z0-9_-]{43}$'),
  signed_by uuid NOT NULL REFERENCES app.supporters,
  -- As they are registered, such as a profession and a number in a public register. Not a person who uses the service.
  qualification text NOT NULL CHECK (length(qualification) BETWEEN 1 AND 120),
  signed_at timestamptz NOT NULL,
  -- The last day on which it counts: the content's own day of review.
  review_by text NOT NULL CHECK (review_by ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  PRIMARY KEY (organisation_id, piece)
);

-- Counted at every look at the list of sites.
CREATE INDEX rescue_plans_of_site ON app.rescue_plans (site_id) WHERE site_id IS NOT NULL AND deleted_at IS NULL;
