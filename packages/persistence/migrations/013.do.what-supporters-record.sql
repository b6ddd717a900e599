-- What supporters record: that a number was given, that they cannot take an alert, and that an entry was a mistake. A
-- mistake is taken back by an entry of its own: both stay. Only adds (expand–contract).

ALTER TABLE app.alert_progress
  DROP CONSTRAINT alert_progress_kind_check,
  ADD CONSTRAINT alert_progress_kind_check CHECK (kind IN ('called-999', 'number-given', 'rescuer-going',
    'rescuer-there', 'breathing', 'not-breathing', 'naloxone-given', 'crew-there', 'declined', 'withdrawn')),
  -- Which entry was a mistake.
  ADD COLUMN withdraws uuid REFERENCES app.alert_progress ON DELETE CASCADE,
  ADD CONSTRAINT alert_progress_withdraws_check CHECK ((kind = 'withdrawn') = (withdraws IS NOT NULL));
-- Taken back once.
CREATE UNIQUE INDEX alert_progress_withdrawn ON app.alert_progress (withdraws) WHERE withdraws IS NOT NULL;
