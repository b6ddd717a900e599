-- Which disclosure keys each running process has in use: the api one, which it hands out; a worker all it holds, the current
-- one first. Ids and fingerprints of public halves. A key is not destroyed while somebody still hands it out, and a plan is
-- not `ok` while nobody holds its key. Raw time, like the heartbeats.
CREATE TABLE app.key_uses (
  process_id uuid PRIMARY KEY,
  service text NOT NULL CHECK (service IN ('api', 'worker')),
  keys text[] NOT NULL CHECK (
    cardinality(keys) <= 16 AND array_position(keys, NULL) IS NULL AND
    array_to_string(keys, ',') ~ '^[a-z0-9-]{1,40}:[A-Za-z0-9_-]{16}(,[a-z0-9-]{1,40}:[A-Za-z0-9_-]{16})*$'
  ),
  seen_at timestamptz NOT NULL CHECK (isfinite(seen_at))
);

-- Which request made the row: an id of ours, said with the transaction and by nobody else, so that one press can be followed
-- through the logs of all processes. Text without a form, because nothing about it may ever refuse an alert.
ALTER TABLE app.alerts ADD COLUMN request_id text DEFAULT nullif(current_setting('app.request', true), '');
ALTER TABLE app.messages ADD COLUMN request_id text DEFAULT nullif(current_setting('app.request', true), '');

-- A worker says that the service is live, once, after a walk through the carrier that the workers speak to; and not since when.
CREATE FUNCTION app.go_live_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.live_since_at IS NOT NULL OR NEW.walked_hash IS NULL OR NEW.walked_hash <> NEW.carrier_hash OR NEW.simulated THEN
    RAISE EXCEPTION 'live begins once, after a walk';
  END IF;
  NEW.live_since_at := app.clock();
  RETURN NEW;
END $$;
CREATE TRIGGER going_live_once BEFORE UPDATE ON app.going_live FOR EACH ROW
  WHEN (OLD.live_since_at IS DISTINCT FROM NEW.live_since_at) EXECUTE FUNCTION app.go_live_once();
