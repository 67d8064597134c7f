#!/bin/bash
# postgres-restore drill [-c KEY=VALUE]...
#   Restores the newest backup and all WAL beside the database into $PGDATA, counts the rows of every table, deletes it.
# postgres-restore in-place TIME [-c KEY=VALUE]...
#   Restores the state of TIME ("latest": all there is) onto the volume of a server that is down. The data that were
#   there stay beside it as $PGDATA.before-restore. Settings are those of the server: recovery refuses smaller ones.
set -euo pipefail
mode=$1
shift
target=latest
if [ "$mode" = in-place ]; then
  target=$1
  shift
fi
settings=("$@")
fresh="$PGDATA.restored"
begun=$SECONDS
# Of the archiver as well, which files the new timeline.
export PGBACKREST_PG1_PATH="$fresh"

say() { echo "postgres-restore: $* ($((SECONDS - begun)) s)"; }

restore() {
  rm -rf "$fresh"
  local to=(--type=default)
  if [ "$target" != latest ]; then to=(--type=time "--target=$target" --target-action=promote); fi
  pgbackrest restore "${to[@]}"
  # Of a member of three: the restored server begins alone.
  rm -f "$fresh/patroni.dynamic.json"
  say "the files are restored"
}

# Nobody outside this pod reaches it, and passwords may be of another time.
run_beside() {
  echo 'local all all trust' >/tmp/restore-hba.conf
  local options=(-c listen_addresses= -c unix_socket_directories=/tmp -c hba_file=/tmp/restore-hba.conf)
  options+=(-c synchronous_standby_names=)
  # pg_ctl hands them to a shell.
  pg_ctl --pgdata "$fresh" --wait --timeout 86400 --silent start \
    --options "$(printf '%q ' "${settings[@]}" "${options[@]}" "$@")"
}

sql() {
  psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --host /tmp \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --command "$1"
}

# With the target out of reach the server ends, and so does this.
await_promotion() {
  until [ "$(sql 'SELECT pg_is_in_recovery()')" = f ]; do sleep 1; done
  say "the log is replayed, the last transaction is of $(sql 'SELECT pg_last_xact_replay_timestamp()')"
}

count_rows() {
  local table total=0 rows
  for table in $(sql "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"); do
    rows=$(sql "SELECT count(*) FROM $table")
    echo "postgres-restore: $table has $rows rows"
    total=$((total + rows))
  done
  if [ "$total" -eq 0 ]; then
    echo "postgres-restore: the restored database $POSTGRES_DB has no row at all" >&2
    exit 1
  fi
  say "$total rows in all"
}

stop() { pg_ctl --pgdata "$fresh" --wait --timeout 600 --silent --mode fast stop; }

case $mode in
  drill)
    restore
    run_beside -c archive_mode=off
    await_promotion
    count_rows
    stop
    rm -rf "$fresh"
    say "the drill is done"
    ;;
  in-place)
    # Ends here if the target cannot be reached; what was there is untouched until then.
    restore
    # With the archive: the new timeline begins with its history file.
    run_beside -c archive_mode=on
    await_promotion
    count_rows
    for setting in restore_command recovery_target_time recovery_target_action recovery_target_timeline; do
      sql "ALTER SYSTEM RESET $setting"
    done
    stop
    if [ -e "$PGDATA" ]; then
      rm -rf "$PGDATA.before-restore"
      mv "$PGDATA" "$PGDATA.before-restore"
    fi
    mv "$fresh" "$PGDATA"
    say "restored; what was there before is in $PGDATA.before-restore"
    ;;
  *)
    echo "postgres-restore: \"$mode\" is neither drill nor in-place" >&2
    exit 2
    ;;
esac
