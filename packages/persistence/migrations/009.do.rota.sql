-- Who should be there and when: the rota, opening hours, closing for good; what reports keep of an alert; what retention
-- did. Only adds (expand–contract): a check is widened.

ALTER TABLE app.organisations
  -- Weekdays and hours of the rota and of opening are wall-clock time there.
  ADD COLUMN time_zone text NOT NULL DEFAULT 'Europe/London' CHECK (length(time_zone) BETWEEN 1 AND 60),
  -- {weekly, exceptions, drainMinutes, drain}; null: always open.
  ADD COLUMN opening jsonb,
  -- So long before a hole in the rota somebody is told.
  ADD COLUMN rota_warning_hours integer NOT NULL DEFAULT 12 CHECK (rota_warning_hours BETWEEN 1 AND 336),
  ADD COLUMN staffing_version integer NOT NULL DEFAULT 1 CHECK (staffing_version >= 1),
  -- Closing for good takes two steps.
  ADD COLUMN closing_asked_at timestamptz,
  ADD COLUMN closing_asked_by uuid REFERENCES app.supporters,
  ADD COLUMN closed_for_good_at timestamptz;

ALTER TABLE app.settings_versions DROP CONSTRAINT settings_versions_kind_check;
ALTER TABLE app.settings_versions ADD CONSTRAINT settings_versions_kind_check
  CHECK (kind IN ('organisation', 'site', 'ladder', 'rhythm', 'prompts', 'text', 'staffing'));

-- One shift a week. `ends` not after `starts`: the day after. Days are the organisation's own.
CREATE TABLE app.rota_patterns (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  supporter_id uuid NOT NULL REFERENCES app.supporters,
  role text NOT NULL CHECK (role IN ('supporter', 'duty-lead')),
  weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  starts text NOT NULL CHECK (starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  ends text NOT NULL CHECK (ends ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  from_day text CHECK (from_day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  until_day text CHECK (until_day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
);
CREATE INDEX rota_patterns_of_organisation ON app.rota_patterns (organisation_id);

-- A single date: a shift of the pattern that is not (`off`), or one more (`extra`).
CREATE TABLE app.rota_exceptions (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  kind text NOT NULL CHECK (kind IN ('off', 'extra')),
  pattern_id uuid REFERENCES app.rota_patterns ON DELETE CASCADE,
  supporter_id uuid REFERENCES app.supporters,
  role text CHECK (role IN ('supporter', 'duty-lead')),
  on_day text NOT NULL CHECK (on_day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  starts text CHECK (starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  ends text CHECK (ends ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  over_at timestamptz NOT NULL CHECK (isfinite(over_at)),
  CHECK ((kind = 'off') = (pattern_id IS NOT NULL)),
  CHECK ((kind = 'extra') = (supporter_id IS NOT NULL AND role IS NOT NULL AND starts IS NOT NULL AND ends IS NOT NULL))
);
CREATE UNIQUE INDEX rota_exceptions_off ON app.rota_exceptions (pattern_id, on_day) WHERE kind = 'off';
CREATE INDEX rota_exceptions_of_organisation ON app.rota_exceptions (organisation_id, on_day);
CREATE INDEX rota_exceptions_over ON app.rota_exceptions (over_at);

-- A shift that somebody offers stays theirs until somebody else has taken it.
CREATE TABLE app.rota_swaps (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  shift_id text NOT NULL CHECK (length(shift_id) BETWEEN 36 AND 60),
  role text NOT NULL CHECK (role IN ('supporter', 'duty-lead')),
  starts_at timestamptz NOT NULL CHECK (isfinite(starts_at)),
  ends_at timestamptz NOT NULL CHECK (isfinite(ends_at)),
  state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'taken', 'withdrawn')),
  offered_by uuid NOT NULL REFERENCES app.supporters,
  offered_at timestamptz NOT NULL,
  taken_by uuid REFERENCES app.supporters,
  taken_at timestamptz,
  seen_by uuid REFERENCES app.supporters,
  seen_at timestamptz,
  CHECK ((state = 'taken') = (taken_by IS NOT NULL AND taken_at IS NOT NULL)),
  CHECK ((seen_by IS NULL) = (seen_at IS NULL))
);
CREATE UNIQUE INDEX rota_swaps_offered ON app.rota_swaps (organisation_id, shift_id) WHERE state = 'offered';
CREATE INDEX rota_swaps_of_organisation ON app.rota_swaps (organisation_id, ends_at);
CREATE INDEX rota_swaps_over ON app.rota_swaps (ends_at);

-- Fewer than the floor: coming, now; or somebody who has not come. Told once each.
CREATE TABLE app.staffing_gaps (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  kind text NOT NULL CHECK (kind IN ('coming', 'now', 'not-come')),
  shift_id text CHECK (length(shift_id) BETWEEN 36 AND 60),
  supporter_id uuid REFERENCES app.supporters,
  people integer NOT NULL,
  floor integer NOT NULL,
  starts_at timestamptz NOT NULL CHECK (isfinite(starts_at)),
  ends_at timestamptz CHECK (isfinite(ends_at)),
  found_at timestamptz NOT NULL,
  told_at timestamptz,
  over_at timestamptz,
  CHECK ((kind = 'not-come') = (shift_id IS NOT NULL AND supporter_id IS NOT NULL))
);
CREATE UNIQUE INDEX staffing_gaps_now ON app.staffing_gaps (organisation_id) WHERE kind = 'now' AND over_at IS NULL;
CREATE UNIQUE INDEX staffing_gaps_not_come ON app.staffing_gaps (organisation_id, shift_id, supporter_id) WHERE kind = 'not-come';
CREATE INDEX staffing_gaps_open ON app.staffing_gaps (organisation_id) WHERE over_at IS NULL;
CREATE INDEX staffing_gaps_over ON app.staffing_gaps (over_at) WHERE over_at IS NOT NULL;

-- Law 1: an organisation's staffing is looked at when its row is due. Null: there is nothing to watch.
CREATE TABLE app.rota_looks (
  organisation_id uuid PRIMARY KEY REFERENCES app.organisations,
  due_at timestamptz CHECK (isfinite(due_at))
);
CREATE INDEX rota_looks_due ON app.rota_looks (due_at) WHERE due_at IS NOT NULL;

-- Whoever changes the rota, the floor or who is on shift cannot forget to have it looked at. Runs as the owner: a service
-- that changes one of these need not be let write the other.
CREATE FUNCTION app.look_at_rota() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changed jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
  whose uuid := (changed ->> CASE TG_TABLE_NAME WHEN 'organisations' THEN 'id' ELSE 'organisation_id' END)::uuid;
BEGIN
  IF TG_TABLE_NAME = 'supporters' THEN
    -- Even where it is due already: a look that is under way may have read the people a moment before this change.
    UPDATE app.rota_looks SET due_at = app.clock() WHERE organisation_id = whose AND due_at IS NOT NULL;
  ELSE
    INSERT INTO app.rota_looks (organisation_id, due_at) VALUES (whose, app.clock())
      ON CONFLICT (organisation_id) DO UPDATE SET due_at = excluded.due_at;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER organisations_rota AFTER UPDATE OF staffing_floor, time_zone, opening, rota_warning_hours, closed_for_good_at
  ON app.organisations FOR EACH ROW EXECUTE FUNCTION app.look_at_rota();
CREATE TRIGGER supporters_rota AFTER UPDATE OF on_shift, removed_at, destination ON app.supporters
  FOR EACH ROW WHEN (NEW.on_shift IS DISTINCT FROM OLD.on_shift OR NEW.removed_at IS DISTINCT FROM OLD.removed_at
    OR NEW.destination IS DISTINCT FROM OLD.destination) EXECUTE FUNCTION app.look_at_rota();
CREATE TRIGGER rota_patterns_rota AFTER INSERT OR UPDATE OR DELETE ON app.rota_patterns
  FOR EACH ROW EXECUTE FUNCTION app.look_at_rota();
CREATE TRIGGER rota_exceptions_rota AFTER INSERT OR UPDATE OR DELETE ON app.rota_exceptions
  FOR EACH ROW EXECUTE FUNCTION app.look_at_rota();
CREATE TRIGGER rota_swaps_rota AFTER UPDATE ON app.rota_swaps FOR EACH ROW EXECUTE FUNCTION app.look_at_rota();
INSERT INTO app.rota_looks (organisation_id, due_at) SELECT id, app.clock() FROM app.organisations WHERE staffing_floor > 0;

-- Of a closed alert's tombstone, for reports: instants, no identity.
ALTER TABLE app.journal_chains
  ADD COLUMN due_at timestamptz,
  ADD COLUMN told_first_at timestamptz,
  ADD COLUMN called_999_at timestamptz,
  ADD COLUMN there_at timestamptz;
CREATE INDEX journal_chains_by_raise ON app.journal_chains (organisation_id, raised_at) WHERE removed_at IS NOT NULL;

-- What retention did, rule by rule. Of the whole installation.
CREATE TABLE app.retention_rounds (
  what text PRIMARY KEY CHECK (length(what) BETWEEN 1 AND 120),
  last_at timestamptz NOT NULL,
  last_removed_at timestamptz,
  -- How many the last round that found any removed.
  removed integer NOT NULL DEFAULT 0
);
