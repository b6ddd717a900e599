-- Whether a supporter's phone said that it is theirs (infra/decisions/0019). Numbers that are there already wait; nobody
-- is texted by this migration. Only adds (expand–contract).

ALTER TABLE app.supporters
  -- The last text that asked. Null: never asked.
  ADD COLUMN number_asked_at timestamptz CHECK (isfinite(number_asked_at)),
  ADD COLUMN number_answer text CHECK (number_answer IN ('confirmed', 'denied')),
  -- To our question, or by taking an alert with it: that counts for less.
  ADD COLUMN number_answered_by text CHECK (number_answered_by IN ('reply', 'claim')),
  ADD COLUMN number_answered_at timestamptz CHECK (isfinite(number_answered_at)),
  -- The phone that answered: of another number the answer says nothing. Null: of the number that is checked next, which
  -- only who sets the service up may write.
  ADD COLUMN number_answer_hash bytea CHECK (octet_length(number_answer_hash) = 32),
  ADD CHECK ((number_answer IS NULL) = (number_answered_by IS NULL)
    AND (number_answer IS NULL) = (number_answered_at IS NULL)),
  ADD CHECK (number_answer_hash IS NULL OR number_answer IS NOT NULL),
  ADD CHECK (number_answered_by <> 'claim' OR number_answer = 'confirmed');
