-- What was said of an incident while it lasted, and the colour an organisation is known by. Only adds (expand–contract).

-- [{"at": instant, "words": text}], oldest first: read and written as one with its incident.
ALTER TABLE app.incidents ADD COLUMN updates jsonb NOT NULL DEFAULT '[]'
  CHECK (jsonb_typeof(updates) = 'array' AND jsonb_array_length(updates) <= 50);

ALTER TABLE app.organisations ADD COLUMN colour text CHECK (colour ~ '^#[0-9a-f]{6}$');
