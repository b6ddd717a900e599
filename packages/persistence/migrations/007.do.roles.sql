-- Which organisations a transaction acts for, and the few things that are looked up before that is known. Grants and
-- policies are not here: src/roles/ brings them to every table after each migration. Only adds (expand–contract).

-- One organisation or several, with commas: set at the beginning of a transaction, for that transaction. Not set, or left
-- empty by a transaction before it on the same connection: NULL, and nothing is seen.
CREATE FUNCTION app.acting_for() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT string_to_array(nullif(current_setting('app.organisation', true), ''), ',')::uuid[] $$;

-- First answers to commands belong to an organisation, too. Empty in rows of the release before, which are gone in a day.
ALTER TABLE app.commands ADD COLUMN organisation_id uuid;
ALTER TABLE app.commands ALTER COLUMN organisation_id SET DEFAULT (app.acting_for())[1];

-- What follows runs as the owner, past the policies. Each takes a secret, or an id nobody can guess, and gives no more
-- than is needed to know on whose behalf to go on.

CREATE FUNCTION app.device_by_token(hash bytea) RETURNS TABLE (id uuid, organisation_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.id, d.organisation_id FROM app.devices d WHERE d.token_hash = hash AND d.revoked_at IS NULL $$;

CREATE FUNCTION app.credential_by_token(hash bytea)
  RETURNS TABLE (id uuid, supporter_id uuid, organisation_id uuid, role text, by_passkey boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.supporter_id, c.organisation_id, s.role, c.by_passkey
  FROM app.credentials c JOIN app.supporters s ON s.id = c.supporter_id
  WHERE c.token_hash = hash AND c.revoked_at IS NULL AND c.expires_at > app.clock() AND s.removed_at IS NULL $$;

-- A token that was seen where it must not be is ended by whoever saw it.
CREATE FUNCTION app.revoke_token(hash bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE app.devices SET revoked_at = app.clock() WHERE token_hash = hash AND revoked_at IS NULL;
  UPDATE app.credentials SET revoked_at = app.clock() WHERE token_hash = hash AND revoked_at IS NULL $$;

-- What an organisation is called is public: its slug, its host, the number its texts come from.
CREATE FUNCTION app.organisation_called(its_slug text, its_host text, its_number text) RETURNS TABLE (id uuid, slug text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id, o.slug FROM app.organisations o
  WHERE o.slug = its_slug OR o.host = its_host OR o.sms_number = its_number ORDER BY o.id LIMIT 1 $$;

CREATE FUNCTION app.organisation_of_forget_code(hash bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id FROM app.devices WHERE forget_hash = hash $$;

CREATE FUNCTION app.organisation_of_invitation(hash bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id FROM app.invitations WHERE token_hash = hash $$;

CREATE FUNCTION app.organisation_of_challenge(asked text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id FROM app.passkey_challenges WHERE challenge = asked $$;

CREATE FUNCTION app.organisation_of_link(link text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT organisation_id FROM app.disclosures WHERE link_id = link $$;

-- The nonce in the address that the carrier calls back.
CREATE FUNCTION app.organisation_of_attempt(hash bytea) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.organisation_id FROM app.attempts a JOIN app.messages m ON m.id = a.message_id WHERE a.nonce_hash = hash $$;

-- What a process asks for everybody who is connected to it, in one query: versions of sessions it shows already, whether
-- its devices have begun one, whether its supporters' tokens still count.
CREATE FUNCTION app.session_versions(ids uuid[]) RETURNS TABLE (id uuid, version integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id, s.version FROM app.sessions s WHERE s.id = ANY(ids) $$;

CREATE FUNCTION app.running_sessions(device_ids uuid[]) RETURNS TABLE (device_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.device_id, s.id FROM app.sessions s
  WHERE s.device_id = ANY(device_ids) AND s.state <> 'closed' AND NOT s.quiet $$;

CREATE FUNCTION app.valid_credentials(ids uuid[]) RETURNS TABLE (id uuid, role text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, s.role FROM app.credentials c JOIN app.supporters s ON s.id = c.supporter_id
  WHERE c.id = ANY(ids) AND c.revoked_at IS NULL AND c.expires_at > app.clock() AND s.removed_at IS NULL $$;

-- Ids that clients make: whether one is taken by anybody at all.
CREATE FUNCTION app.plan_id_taken(made uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.rescue_plans WHERE id = made) $$;

CREATE FUNCTION app.rescuer_id_taken(made uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.rescuers WHERE id = made) $$;

-- P14: whether any open alert, whosever, has no next step. Only yes or no.
CREATE FUNCTION app.some_alert_is_silent() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM app.alerts a WHERE a.state <> 'closed'
    AND NOT EXISTS (SELECT FROM app.steps s WHERE s.alert_id = a.id AND s.status = 'pending')) $$;
