#!/usr/bin/python3
"""patroni-members wait | share | lead | alone

wait   until a member answers that the database has somebody who writes
share  gives Patroni what it keeps for all members alike, once it answers here
lead   makes this server the one that writes, when it has everything that was acknowledged
alone  before the first server goes on alone: marks the volume of this one, so that the first starts without Patroni, and
       what the others have is copied anew should they come back
"""

import base64
import json
import os
import ssl
import sys
import time
import urllib.request

EVERY_SECONDS = 2


def ask(address, path, method="GET", body=None):
    name, password = (os.environ[f"PATRONI_RESTAPI_{what}"] for what in ("USERNAME", "PASSWORD"))
    basic = base64.b64encode(f"{name}:{password}".encode()).decode()
    authorities = os.environ.get("PATRONI_RESTAPI_CAFILE")
    request = urllib.request.Request(
        f"{'https' if authorities else 'http'}://{address}{path}",
        method=method,
        data=None if body is None else body.encode(),
        headers={"content-type": "application/json", "authorization": f"Basic {basic}"},
    )
    # A switch of who writes is answered when it is done.
    context = ssl.create_default_context(cafile=authorities) if authorities else None
    with urllib.request.urlopen(request, timeout=60, context=context) as response:
        text = response.read().decode()
    return json.loads(text) if text.startswith("{") else text


def members_by(address):
    return ask(address, "/cluster").get("members", [])


def has_leader(address):
    return any(m.get("role") == "leader" and m.get("state") == "running" for m in members_by(address))


def until(what, attempt):
    said = None
    while True:
        try:
            if attempt():
                return
            reason = "not yet"
        except (OSError, ValueError) as error:
            reason = str(error)
        if reason != said:
            print(f"patroni-members: waiting for {what}: {reason}", file=sys.stderr, flush=True)
            said = reason
        time.sleep(EVERY_SECONDS)


def any_has_leader():
    own = os.environ["PATRONI_RESTAPI_CONNECT_ADDRESS"]
    reasons = []
    for address in os.environ["PATRONI_MEMBERS"].split():
        if address == own:
            continue
        try:
            if has_leader(address):
                return True
        except (OSError, ValueError) as error:
            reasons.append(f"{address}: {error}")
    if reasons:
        raise OSError("; ".join(reasons))
    return False


def share():
    ask(os.environ["PATRONI_RESTAPI_CONNECT_ADDRESS"], "/config", "PATCH", os.environ["PATRONI_SHARED"])
    return True


def lead():
    """Only a server with every acknowledged row is let; for a while all that follow are."""
    own, name = os.environ["PATRONI_RESTAPI_CONNECT_ADDRESS"], os.environ["PATRONI_NAME"]

    def role_of(one):
        return next((m.get("role") for m in members_by(own) if m.get("name") == one), None)

    def configure(count):
        ask(own, "/config", "PATCH", json.dumps({"synchronous_node_count": count}))

    if role_of(name) == "leader":
        return
    configure(len(os.environ["PATRONI_MEMBERS"].split()) - 1)
    try:
        until("every acknowledged row", lambda: role_of(name) == "sync_standby")
        leader = next(m["name"] for m in members_by(own) if m.get("role") == "leader")
        print(ask(own, "/switchover", "POST", json.dumps({"leader": leader, "candidate": name})))
        until("the lead", lambda: role_of(name) == "leader")
    finally:
        configure(None)


def alone():
    own = os.environ["PATRONI_RESTAPI_CONNECT_ADDRESS"]
    is_first = os.environ["PATRONI_MEMBERS"].split()[0] == own
    role = ask(own, "/patroni").get("role")
    if is_first and role != "primary":
        sys.exit(f"patroni-members: the first server is a {role}: run 'patroni-members lead' first")
    with open(os.path.join(os.path.dirname(os.environ["PGDATA"]), "alone"), "w"):
        pass
    print("goes on alone" if is_first else "is copied anew when it comes back")


def main():
    match sys.argv[1:]:
        case ["wait"]:
            until("a member that writes", any_has_leader)
        case ["share"]:
            until("Patroni", share)
        case ["lead"]:
            lead()
        case ["alone"]:
            alone()
        case _:
            sys.exit(__doc__)


main()
