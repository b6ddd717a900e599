-- What operators configure: sites, ladders, rhythms, prompts and texts with their versions, and who changed what.
-- Only adds (expand–contract): organisations.ladder and .prompts stay what an alert and a session are given.

ALTER TABLE app.organisations
  ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  ADD COLUMN prompts_version integer NOT NULL DEFAULT 1 CHECK (prompts_version >= 1),
  ADD COLUMN staffing_floor integer NOT NULL DEFAULT 0 CHECK (staffing_floor BETWEEN 0 AND 1000),
  -- The organisation's own wording, {language: {sentence: {text, version}}}; read with the row at every text.
  ADD COLUMN texts jsonb NOT NULL DEFAULT '{}';

CREATE TABLE app.ladders (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  steps jsonb NOT NULL CHECK (jsonb_typeof(steps) = 'array' AND jsonb_array_length(steps) > 0),
  -- The organisation's own: its steps stand in organisations.ladder as well, where the raise reads them.
  is_default boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX ladders_default ON app.ladders (organisation_id) WHERE is_default;
CREATE INDEX ladders_of_organisation ON app.ladders (organisation_id);

-- Every version of what is configured, readable for ever. Nothing personal: supporters are not in it.
CREATE TABLE app.settings_versions (
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  kind text NOT NULL CHECK (kind IN ('organisation', 'site', 'ladder', 'rhythm', 'prompts', 'text')),
  -- The row's id, or the sentence's language and key.
  thing text NOT NULL CHECK (length(thing) BETWEEN 1 AND 80),
  version integer NOT NULL CHECK (version >= 1),
  content jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT app.clock(),
  -- Null: it came with the organisation.
  actor_id uuid,
  PRIMARY KEY (organisation_id, kind, thing, version)
);
CREATE TRIGGER settings_versions_append_only BEFORE UPDATE ON app.settings_versions
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- The default ladder of an organisation is a row; one that older code makes gets it as well.
CREATE FUNCTION app.give_default_ladder() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE made uuid := gen_random_uuid();
BEGIN
  IF jsonb_array_length(NEW.ladder) = 0 THEN RETURN NULL; END IF;
  INSERT INTO app.ladders (id, organisation_id, name, steps, is_default) VALUES (made, NEW.id, 'default', NEW.ladder, true);
  INSERT INTO app.settings_versions (organisation_id, kind, thing, version, content)
    VALUES (NEW.id, 'ladder', made::text, 1, jsonb_build_object('name', 'default', 'steps', NEW.ladder));
  RETURN NULL;
END $$;
CREATE TRIGGER organisations_default_ladder AFTER INSERT ON app.organisations
  FOR EACH ROW EXECUTE FUNCTION app.give_default_ladder();
WITH made AS (
  INSERT INTO app.ladders (id, organisation_id, name, steps, is_default)
  SELECT gen_random_uuid(), id, 'default', ladder, true FROM app.organisations WHERE jsonb_array_length(ladder) > 0
  RETURNING id, organisation_id, steps
)
INSERT INTO app.settings_versions (organisation_id, kind, thing, version, content)
  SELECT organisation_id, 'ladder', id::text, 1, jsonb_build_object('name', 'default', 'steps', steps) FROM made;

ALTER TABLE app.rhythms ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE app.supporters ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version >= 1);

-- A place of a service (a hostel, a night shelter): what it publishes to whoever has its code. A place's, never a person's.
CREATE TABLE app.sites (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  -- What a person's device has adopted: moves when the template does, not when the ladder or the code does.
  template_version integer NOT NULL DEFAULT 1 CHECK (template_version >= 1),
  template jsonb NOT NULL,
  ladder_id uuid REFERENCES app.ladders,
  join_code text NOT NULL UNIQUE CHECK (join_code ~ '^[BCDFGHJKMNPQRSTVWXYZ2-9]{8}$'),
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT app.clock()
);
CREATE INDEX sites_of_organisation ON app.sites (organisation_id) WHERE retired_at IS NULL;

-- See infra/decisions/0010: what storing it gives away, and what it buys.
ALTER TABLE app.rescue_plans
  ADD COLUMN site_id uuid REFERENCES app.sites,
  ADD COLUMN site_version integer,
  ADD CHECK ((site_id IS NULL) = (site_version IS NULL) AND coalesce(site_version, 1) >= 1);

-- Who changed what: names of fields, never what is in them.
CREATE TABLE app.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES app.organisations,
  at timestamptz NOT NULL DEFAULT app.clock(),
  actor_id uuid NOT NULL REFERENCES app.supporters,
  action text NOT NULL CHECK (action ~ '^[a-z-]{1,40}$'),
  thing text CHECK (length(thing) BETWEEN 1 AND 80),
  version integer,
  fields text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_of_organisation ON app.audit (organisation_id, id);
CREATE TRIGGER audit_append_only BEFORE UPDATE ON app.audit FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
