import { Type, type Static } from "typebox";
import { check, type Finding } from "../check.ts";
import { nameOf, type Volume } from "../kubernetes.ts";
import { parseAs } from "../../parse.ts";
import type { Stack } from "../stack.ts";

const VolumeUse = Type.Object({
  capacityBytes: Type.Optional(Type.Number()),
  usedBytes: Type.Optional(Type.Number()),
  pvcRef: Type.Optional(Type.Object({ name: Type.String(), namespace: Type.String() })),
});
/** Of the kubelet's own summary. */
const Summary = Type.Object({
  pods: Type.Optional(Type.Array(Type.Object({ volume: Type.Optional(Type.Array(VolumeUse)) }))),
});

export interface VolumeFacts {
  readonly volumes: readonly Volume[];
  readonly uses: readonly Static<typeof VolumeUse>[];
}

const pendingMs = 60_000;
const nearlyFull = 0.85;

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

export function judgeVolumes({ volumes, uses }: VolumeFacts, nowMs: number): Finding[] {
  const pending = volumes.filter(
    ({ metadata, status }) =>
      status.phase !== "Bound" && nowMs - Date.parse(metadata.creationTimestamp ?? "") > pendingMs,
  );
  const full = uses.flatMap(({ pvcRef, capacityBytes = 0, usedBytes = 0 }): Finding[] => {
    const share = capacityBytes > 0 ? usedBytes / capacityBytes : 0;
    if (pvcRef === undefined || share < nearlyFull) return [];
    return [
      {
        level: "problem",
        what: `the volume ${pvcRef.namespace}/${pvcRef.name} is ${percent(share)} full`,
        meaning: "A full volume stops the service on it; a database may need hours to come back.",
        remedy: "raise `storage` of that service, or let less be kept (`retention`)",
        runbook: "disk-full",
      },
    ];
  });
  return [
    ...pending.map((volume): Finding => ({
      level: "problem",
      what: `the volume ${nameOf(volume)} is ${volume.status.phase ?? "not there yet"}`,
      meaning: "The pod that needs it does not start.",
      remedy: `kubectl describe pvc -n ${volume.metadata.namespace ?? "default"} ${volume.metadata.name}`,
      runbook: "disk-full",
    })),
    ...full,
  ];
}

async function look(stack: Stack): Promise<VolumeFacts> {
  const [volumes, nodes] = await Promise.all([
    stack.list("persistentvolumeclaims"),
    stack.list("nodes"),
  ]);
  const summaries = await Promise.all(
    nodes.map(async ({ metadata }) => {
      const path = `/api/v1/nodes/${metadata.name}/proxy/stats/summary`;
      const text = await stack.kubectl(["get", "--raw", path]);
      return parseAs(Summary, JSON.parse(text), `The summary of ${metadata.name}`);
    }),
  );
  const pods = summaries.flatMap((summary) => summary.pods ?? []);
  return { volumes, uses: pods.flatMap(({ volume = [] }) => volume) };
}

export const volumes = check("volumes", "bound, and how full they are", {
  look,
  judge: judgeVolumes,
});
