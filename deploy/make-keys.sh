#!/bin/sh
# Makes the passwords of the database and of Redis, once, where they are missing: `KEYS` is the
# folder, `OWNER` who may read them (user:group), left out where this does not run as root.
set -eu
umask 077
mkdir -p "$KEYS"

make_key() {
    if [ ! -s "$KEYS/$1" ]; then
        od -An -N 32 -t x1 /dev/urandom | tr -d ' \n' > "$KEYS/$1.new"
        mv "$KEYS/$1.new" "$KEYS/$1"
    fi
}

make_key database
make_key redis
printf 'requirepass %s\n' "$(cat "$KEYS/redis")" > "$KEYS/redis.conf.new"
mv "$KEYS/redis.conf.new" "$KEYS/redis.conf"
if [ -n "${OWNER:-}" ]; then
    chown -R "$OWNER" "$KEYS"
fi
chmod 750 "$KEYS"
chmod 440 "$KEYS"/*
