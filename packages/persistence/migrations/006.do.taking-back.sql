-- What a person may say and take back without an account: a code that forgets a lost phone, why an alert was false,
-- feedback. Only adds (expand–contract).

-- SHA-256 of the code that was shown once when the device was made.
ALTER TABLE app.devices ADD COLUMN forget_hash bytea UNIQUE CHECK (octet_length(forget_hash) = 32);

-- One tap, no blame: what kept the person from answering.
ALTER TABLE app.sessions ADD COLUMN cause text CHECK (cause IN ('silent-phone', 'asleep', 'forgot', 'no-signal'));

-- Nobody's: no device, no session. The text is sealed to the disclosure key.
CREATE TABLE app.feedback (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  kind text NOT NULL CHECK (kind IN ('feedback', 'complaint')),
  language text NOT NULL,
  sealed jsonb NOT NULL,
  -- The day is enough; an instant could be matched with a session's.
  on_day timestamptz NOT NULL DEFAULT date_trunc('day', app.clock(), 'UTC')
);
CREATE INDEX feedback_of_organisation ON app.feedback (organisation_id, on_day);

-- Which passkey signed a token in: revoking the passkey ends it too.
ALTER TABLE app.credentials ADD COLUMN passkey_id text REFERENCES app.passkeys;
CREATE INDEX credentials_of_passkey ON app.credentials (passkey_id) WHERE passkey_id IS NOT NULL AND revoked_at IS NULL;
