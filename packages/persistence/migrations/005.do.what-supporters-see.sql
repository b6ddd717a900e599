-- What supporters see live, and what the person can see of that. Only adds (expand–contract).

-- Who was shown an alert on a console, and when first: part of the person's receipt. The plan is not in an alert; opening
-- the brief is recorded apart, in disclosures.
CREATE TABLE app.alert_views (
  alert_id uuid NOT NULL REFERENCES app.alerts ON DELETE CASCADE,
  supporter_id uuid NOT NULL REFERENCES app.supporters ON DELETE CASCADE,
  organisation_id uuid NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (alert_id, supporter_id)
);

-- Gateways look several times a second whether something that supporters see has changed.
CREATE INDEX sessions_in_company ON app.sessions (organisation_id, alert_at) WHERE company = 'supporter' AND state <> 'closed';
CREATE INDEX alerts_closed_of_organisation ON app.alerts (organisation_id, closed_at DESC) WHERE closed_at IS NOT NULL;
