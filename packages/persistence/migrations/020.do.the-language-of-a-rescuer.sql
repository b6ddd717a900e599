-- The language in which a rescuer is written to and rung: what the person says they read.
ALTER TABLE app.rescuers ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2}$');
