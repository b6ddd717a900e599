-- The language in which the plan's own phone is written to outside a session: what the person read when they saved it.
ALTER TABLE app.rescue_plans ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2}$');
