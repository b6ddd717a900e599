# Once, when the volume is empty: the role that owns the service's database. It may make the services' roles and nothing else:
# no superuser, no other database, no files of the server. The entrypoint of the image reads this file into its own shell.
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
  --set=password="$(cat /run/secrets/postgres_owner_password)" <<'SQL'
CREATE ROLE stillhere LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE stillhere OWNER stillhere;
SQL
