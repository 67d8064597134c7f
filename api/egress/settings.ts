import { Type } from "typebox";
import { egressSourceKinds } from "@framewright/contracts/egress-kinds.ts";
import { withDefault, type EnvOf } from "@framewright/runtime/env.ts";
import { listVariable } from "@framewright/runtime/url-inputs.ts";
import { count } from "../env-leaves.ts";
import type { EgressSettings } from "./context.ts";

/** What the API is told of recordings. */
export const egressVariables = {
  EGRESS: withDefault(
    Type.Enum(["off", "on"], { description: "Whether the stack has recorders of live streams" }),
    "off",
  ),
  EGRESS_SOURCES: listVariable(
    "rtmp,rtsp,srt",
    egressSourceKinds.join("|"),
    "Sources that its recorders take",
  ),
  EGRESS_QUEUE_SECONDS: count(30, "A recording that found no recorder for so long times out", 1),
  EGRESS_LEASE_SECONDS: count(45, "A recorder loses a recording when it is silent for so long", 1),
  EGRESS_HEARTBEAT_SECONDS: withDefault(
    Type.Integer({ minimum: 1, maximum: 15, description: "How often recorders renew a lease" }),
    15,
  ),
};

const EgressVariables = Type.Object(egressVariables);
type EgressEnv = EnvOf<typeof EgressVariables>;

export function egressProblems({
  egressLeaseSeconds,
  egressHeartbeatSeconds,
}: EgressEnv): string[] {
  if (egressLeaseSeconds >= 2 * egressHeartbeatSeconds) return [];
  return [
    `EGRESS_LEASE_SECONDS must be at least twice EGRESS_HEARTBEAT_SECONDS (${egressHeartbeatSeconds})`,
  ];
}

export function egressOf(env: EgressEnv): EgressSettings {
  const named = env.egressSources.split(",");
  return {
    sources: env.egress === "off" ? [] : egressSourceKinds.filter((kind) => named.includes(kind)),
    queueSeconds: env.egressQueueSeconds,
    leaseSeconds: env.egressLeaseSeconds,
    heartbeatSeconds: env.egressHeartbeatSeconds,
  };
}
