-- The timeline also says that an alert was handed over and that rescuers were sent home. Only adds (expand–contract).

ALTER TABLE app.alert_progress
  DROP CONSTRAINT alert_progress_kind_check,
  ADD CONSTRAINT alert_progress_kind_check CHECK (kind IN ('called-999', 'number-given', 'rescuer-going',
    'rescuer-there', 'breathing', 'not-breathing', 'naloxone-given', 'crew-there', 'declined', 'withdrawn',
    'handed-over', 'stood-down'));
