# syntax=docker/dockerfile:1
# Caddy without a single privilege. The capability on its file goes: with all capabilities dropped, as compose does, the
# file could not even be executed. Its network namespace lets any user listen on 80 and 443.
FROM caddy:2-alpine
RUN apk add --no-cache libcap-setcap \
    && setcap -r /usr/bin/caddy \
    && apk del libcap-setcap \
    && mkdir -p /data /config \
    && chown -R 10010:10010 /data /config
COPY infra/docker/Caddyfile /etc/caddy/Caddyfile
USER 10010:10010
