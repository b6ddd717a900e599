#!/bin/sh
# /usr/local/bin/stillhere: the operator's command line on a host with systemd, with this installation's settings and keys.
set -e
etc=${STILLHERE_ETC:-/etc/stillhere}
set -a
. "$etc/every.env"
. "$etc/api-url.env"
STILLHERE_SECRETS=$etc/secrets
DATABASE_URL_FILE=$etc/secrets/migrate/database_url
# Where relative paths begin.
INIT_CWD=$PWD
exec node "${STILLHERE_HOME:-/opt/stillhere}/infra/stillhere/main.ts" "$@"
