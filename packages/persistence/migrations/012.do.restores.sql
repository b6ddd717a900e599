-- A backup that was restored: what was due long before is held for a minute, so that people can look (F54). Only adds
-- (expand–contract). A plain restart finds no row here and holds nothing.
CREATE TABLE app.restores (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  backup_taken_at timestamptz NOT NULL,
  restored_at timestamptz NOT NULL DEFAULT app.clock(),
  -- From the start of the first worker: what was due before this waits until then.
  held_before_at timestamptz CHECK (isfinite(held_before_at)),
  held_until_at timestamptz CHECK (isfinite(held_until_at)),
  CHECK ((held_before_at IS NULL) = (held_until_at IS NULL))
);

-- What was due before this is held; -infinity: nothing is. STABLE like app.clock(), so that an index answers.
CREATE FUNCTION app.due_since() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL RESTRICTED
  AS $$ SELECT coalesce((SELECT held_before_at FROM app.restores WHERE held_until_at > app.clock()), '-infinity') $$;

-- Before live is allowed a synthetic alert has gone through the carrier and come back by a reply. One row: which carrier the
-- workers speak to (a hash of account and number), when the walk through it succeeded, since when the service is live.
CREATE TABLE app.going_live (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  carrier_hash bytea CHECK (octet_length(carrier_hash) = 32),
  simulated boolean NOT NULL DEFAULT true,
  walked_at timestamptz CHECK (isfinite(walked_at)),
  walked_hash bytea CHECK (octet_length(walked_hash) = 32),
  live_since_at timestamptz CHECK (isfinite(live_since_at)),
  CHECK ((walked_at IS NULL) = (walked_hash IS NULL))
);
