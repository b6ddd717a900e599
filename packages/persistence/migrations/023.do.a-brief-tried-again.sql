-- A brief that could not be sealed is tried again after a while, so that one that never can be holds up nobody else's.
ALTER TABLE app.alerts ADD COLUMN brief_retry_at timestamptz CHECK (isfinite(brief_retry_at));
