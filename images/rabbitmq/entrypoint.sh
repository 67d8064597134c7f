#!/bin/sh
# rabbitmq-entrypoint: runs the broker on /data.
# RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS: the first user, unless /etc/rabbitmq/definitions.json is mounted: then
#   users, vhosts and permissions come from there.
# RABBITMQ_ERLANG_COOKIE: the secret that nodes and the command-line tools share.
# TLS_FOLDER: where the broker's certificate is; then clients come by TLS alone, at 5671, and at 15671 to the management API. Files
#   that have changed are taken for the connections after that, within RENEWAL_SECONDS (10).
# RABBITMQ_NODENAME: rabbit@localhost unless set. Nodes of a cluster are named in cluster_formation.classic_config.nodes.*.
# Files *.conf mounted at /etc/rabbitmq/conf.d come last and win.
set -eu
: "${RABBITMQ_ERLANG_COOKIE:?set RABBITMQ_ERLANG_COOKIE: nodes and tools know each other by it}"

# Settings, cookie and logs live in /tmp and /data, so the root can be read-only. HOME is where Erlang looks for the cookie.
export HOME=/data/home
export RABBITMQ_NODENAME="${RABBITMQ_NODENAME:-rabbit@localhost}"
export RABBITMQ_MNESIA_BASE=/data/mnesia
export RABBITMQ_CONFIG_FILE=/tmp/rabbitmq/rabbitmq.conf
export RABBITMQ_GENERATED_CONFIG_DIR=/tmp/rabbitmq/generated
export RABBITMQ_ENABLED_PLUGINS_FILE="${RABBITMQ_ENABLED_PLUGINS_FILE:-/etc/rabbitmq/enabled_plugins}"
# A crash dump takes minutes to write and goes to a read-only folder.
export ERL_CRASH_DUMP_SECONDS="${ERL_CRASH_DUMP_SECONDS:-0}"
# A name with a domain (pod.service.namespace.svc…) needs Erlang's long names.
case ${RABBITMQ_NODENAME#*@} in *.*) export RABBITMQ_USE_LONGNAME=true ;; esac

umask 077
mkdir -p "$HOME" /data/mnesia /tmp/rabbitmq
printf '%s' "$RABBITMQ_ERLANG_COOKIE" >"$HOME/.erlang.cookie.new"
chmod 400 "$HOME/.erlang.cookie.new"
mv -f "$HOME/.erlang.cookie.new" "$HOME/.erlang.cookie"

# A value between single quotes is taken as it is; the quote itself cannot be written in it.
quoted() {
  case $2 in *\'*) echo "rabbitmq-entrypoint: $1 must not contain a single quote" >&2; exit 1 ;; esac
  printf "'%s'" "$2"
}

conf=$RABBITMQ_CONFIG_FILE
if [ -n "${TLS_FOLDER:-}" ]; then
  # How often Erlang looks whether they have changed, in milliseconds; by default every two minutes.
  pace="-ssl ssl_pem_cache_clean $((${RENEWAL_SECONDS:-10} * 1000))"
  export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="${RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:-} $pace"
  cat >"$conf" <<CONF
listeners.tcp = none
listeners.ssl.default = 5671
ssl_options.certfile = $TLS_FOLDER/tls.crt
ssl_options.keyfile = $TLS_FOLDER/tls.key
ssl_options.versions.1 = tlsv1.3
management.ssl.port = 15671
management.ssl.certfile = $TLS_FOLDER/tls.crt
management.ssl.keyfile = $TLS_FOLDER/tls.key
management.ssl.versions.1 = tlsv1.3
CONF
else
  cat >"$conf" <<'CONF'
listeners.tcp.default = 5672
management.tcp.port = 15672
CONF
fi
cat >>"$conf" <<'CONF'
prometheus.tcp.port = 15692
loopback_users = none
log.file = false
log.console = true
log.console.formatter = json
CONF
if [ -f /etc/rabbitmq/definitions.json ]; then
  echo 'definitions.import_backend = local_filesystem' >>"$conf"
  echo 'definitions.local.path = /etc/rabbitmq/definitions.json' >>"$conf"
elif [ -n "${RABBITMQ_DEFAULT_USER:-}" ]; then
  : "${RABBITMQ_DEFAULT_PASS:?set RABBITMQ_DEFAULT_PASS for the user in RABBITMQ_DEFAULT_USER}"
  echo "default_user = $(quoted RABBITMQ_DEFAULT_USER "$RABBITMQ_DEFAULT_USER")" >>"$conf"
  echo "default_pass = $(quoted RABBITMQ_DEFAULT_PASS "$RABBITMQ_DEFAULT_PASS")" >>"$conf"
fi
for extra in /etc/rabbitmq/conf.d/*.conf; do
  if [ -f "$extra" ]; then cat "$extra" >>"$conf"; fi
done
unset RABBITMQ_ERLANG_COOKIE RABBITMQ_DEFAULT_USER RABBITMQ_DEFAULT_PASS

# A broker that has run before may have been killed at a bad moment, and knows users that the definitions no longer name.
# Its node is there some seconds after its start, and the scripts wait for the rest. Orphaned at once, so that the init
# reaps it.
repair() {
  script=$(cat "/usr/local/share/rabbitmq/$1.erl")
  for _ in $(seq 30); do
    sleep 5
    if said=$(rabbitmqctl --quiet eval "$script" 2>&1); then return; fi
  done
  echo "rabbitmq-entrypoint: $1 failed: $said" >&2
}
repair_all() {
  repair elect-leaders
  if [ -f /etc/rabbitmq/definitions.json ]; then repair forget-users; fi
}

# A node on a new volume, whose name the others of its cluster know, is refused until one of them has forgotten it. None
# forgets a node that runs, and the first nodes of a cluster have found each other by then.
rejoin() {
  sleep 20
  if rabbitmqctl --quiet await_startup --timeout 1 >/dev/null 2>&1; then return; fi
  for member in $others; do
    if said=$(rabbitmqctl --node "$member" forget_cluster_node "$RABBITMQ_NODENAME" 2>&1); then return; fi
    echo "rabbitmq-entrypoint: $member did not forget $RABBITMQ_NODENAME: $said" >&2
  done
}
others=$(sed -n 's/^cluster_formation\.classic_config\.nodes\..* = //p' "$conf" | grep -vxF "$RABBITMQ_NODENAME" || true)
if [ -d "$RABBITMQ_MNESIA_BASE/$RABBITMQ_NODENAME" ]; then
  (repair_all &)
elif [ -n "$others" ]; then
  (rejoin &)
fi

exec rabbitmq-server "$@"
