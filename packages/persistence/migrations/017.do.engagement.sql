-- How somebody is with the service: paid, unpaid, or one who has been there themselves. Only adds (expand–contract).
-- Null: nobody has said it.
ALTER TABLE app.supporters
  ADD COLUMN engagement text CHECK (engagement IN ('staff', 'volunteer', 'peer'));
