-- Prompts by web push. Where a browser can be reached, sealed on the device to the worker: an address that says whose phone
-- it is, so it is treated like a number, kept for one session only, and gone with it. Only adds (expand–contract).

CREATE TABLE app.push_subscriptions (
  session_id uuid PRIMARY KEY REFERENCES app.sessions ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  sealed jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);

-- A push has no number: where it goes is read from the row above at the moment of sending, and is never copied.
ALTER TABLE app.messages
  DROP CONSTRAINT messages_channel_check,
  ADD CONSTRAINT messages_channel_check CHECK (channel IN ('text', 'call', 'push')),
  DROP CONSTRAINT messages_check1,
  ADD CONSTRAINT messages_destination_check CHECK ((recipient_kind = 'pager' OR channel = 'push') = (destination IS NULL));

-- A phone was forgotten while help that was called under duress was on its way: it is told that all is gone, and its plan
-- goes when the help is over, because the watch after a rescue, a ladder and whoever coordinates may still need it.
ALTER TABLE app.rescue_plans ADD COLUMN forgotten_at timestamptz;
CREATE INDEX rescue_plans_forgotten ON app.rescue_plans (forgotten_at) WHERE forgotten_at IS NOT NULL AND deleted_at IS NULL;

-- The language in which the own phone is spoken to: what the person reads in the app when they start.
ALTER TABLE app.sessions ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2}$');
