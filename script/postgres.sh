# shellcheck shell=bash
# A private PostgreSQL for the tests: its own data folder, a free port on loopback, the superuser `postgres` and the
# application's role `tessera_app` without a password, and no care for durability. Sourced after lib.sh.

postgres_folder=""
postgres_port=""

# PostgreSQL refuses to run as root, so root runs it as somebody else.
as_postgres_user() {
    local user
    if [ "$(id -u)" != 0 ]; then
        "$@"
        return
    fi
    for user in postgres nobody; do
        if id "$user" >/dev/null 2>&1; then
            if has setpriv; then
                setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
            else
                # shellcheck disable=SC2016 # expanded by the inner shell
                su -s /bin/sh "$user" -c 'exec "$0" "$@"' -- "$@"
            fi
            return
        fi
    done
    say "PostgreSQL does not run as root, and there is neither a user \"postgres\" nor \"nobody\"." >&2
    return 1
}

# Prints the folder that is kept in memory, if it is there and has 2 GB to spare.
roomy_memory() {
    local free
    free="$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')"
    [ "${free:-0}" -ge 2097152 ] && [ -w /dev/shm ] && echo /dev/shm
}

# start_postgres: sets postgres_port; says why when it cannot.
start_postgres() {
    local bin log options
    bin="$(find_postgres)" || return 1
    # Short, since the path of a socket may have about a hundred bytes. In memory where there is plenty: each test has a
    # database of its own, and copying them is most of the work.
    postgres_folder="$(mktemp -d "$(roomy_memory || echo /tmp)/tessera-postgres.XXXXXX")"
    log="$postgres_folder/log"
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$postgres_folder"
        chown "$(as_postgres_user id -u):$(as_postgres_user id -g)" "$postgres_folder" || return 1
    fi
    postgres_port="$(free_ports 1)"
    options="-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_folder"
    options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    # Nothing lives long enough to be tidied up, and of hundreds of databases each would be looked at all the time.
    options="$options -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB -c jit=off"
    # The lock on the target folder (9) is not the server's to hold.
    if ! (
        cd "$postgres_folder"
        as_postgres_user "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C \
            --no-sync >initdb.log 2>&1 &&
            as_postgres_user "$bin/pg_ctl" --pgdata=data --log="$log" --options="$options" --wait --silent start &&
            "$bin/psql" --quiet --no-psqlrc --host 127.0.0.1 --port "$postgres_port" --username postgres \
                --command "CREATE ROLE tessera_app LOGIN"
    ) 9>&-; then
        say "PostgreSQL did not start:" >&2
        cat "$postgres_folder/initdb.log" "$log" >&2 || true
        return 1
    fi
    say "PostgreSQL: $("$bin/pg_ctl" --version | grep -oE '[0-9.]+' | head -n 1), on port $postgres_port"
}

stop_postgres() {
    if [ -z "$postgres_folder" ]; then return; fi
    if [ -d "$postgres_folder/data" ]; then
        (cd "$postgres_folder" && as_postgres_user "$(find_postgres)/pg_ctl" --pgdata=data --mode=immediate --silent stop) ||
            true
    fi
    rm -rf "$postgres_folder"
    postgres_folder=""
}
