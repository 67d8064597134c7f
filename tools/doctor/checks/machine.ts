import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { own, pulumiFolder, root } from "../../paths.ts";
import { stackExists, stackName } from "../../stack.ts";
import { check, NotHere, type Finding } from "../check.ts";

export interface DiskFacts {
  readonly folder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const gib = 2 ** 30;
/** Below that, the kubelet begins to evict at 10 %; images and videos need more than a few gigabytes anyway. */
const leastFree = { bytes: 5 * gib, share: 0.12 };

export function judgeDisk({ folder, freeBytes, totalBytes }: DiskFacts): Finding[] {
  if (freeBytes >= leastFree.bytes && freeBytes / totalBytes >= leastFree.share) return [];
  return [
    {
      level: "problem",
      what: `only ${(freeBytes / gib).toFixed(1)} GiB of ${Math.round(totalBytes / gib)} are free where ${folder} lies`,
      meaning: "At 10 % the kubelet evicts pods; without space the database stops.",
      remedy: "free space, or `npm run down`, which deletes the node with all videos",
      runbook: "disk-full",
    },
  ];
}

export interface DriftFacts {
  readonly deployedMs: number;
  readonly file: string;
  readonly changedMs: number;
}

export function judgeDrift({ deployedMs, file, changedMs }: DriftFacts): Finding[] {
  if (changedMs <= deployedMs) return [];
  return [
    {
      level: "hint",
      what: `${file} was changed after the last deploy`,
      meaning: "What runs may not be what the file says.",
      remedy: "npm run up; for a stack on a cloud: npm run drift -- --stack NAME",
      runbook: "drift",
    },
  ];
}

export const disk = check("disk", "space on this machine", {
  look: async ({ isLocal }) => {
    if (!isLocal) throw new NotHere("the nodes are other machines; their pressure is above");
    const { bsize, bavail, blocks } = await statfs(own);
    return { folder: own, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
  judge: judgeDisk,
});

export const drift = check("config", "deployed since it was changed", {
  look: ({ isLocal }) => {
    const remote = "npm run drift -- --stack NAME compares a stack on a cloud";
    if (!isLocal) return Promise.reject(new NotHere(remote));
    if (!stackExists()) return Promise.reject(new NotHere("no stack is deployed"));
    const file = `Pulumi.${stackName}.yaml`;
    const state = join(pulumiFolder, "state/.pulumi/stacks/framewright", `${stackName}.json`);
    const deployedMs = statSync(state).mtimeMs;
    return Promise.resolve({ file, deployedMs, changedMs: statSync(join(root, file)).mtimeMs });
  },
  judge: judgeDrift,
});
