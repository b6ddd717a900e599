-- When the last backup was written and read back whole, in raw time: an alarm rings when that is too long ago.
ALTER TABLE app.deployment ADD COLUMN backed_up_at timestamptz CHECK (isfinite(backed_up_at));
