import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { numberAt, parseJson } from "../../../tools/plugins/kit/json.ts";
import { writeAtomically } from "../kit/cloud-folder.ts";

/** What AWS has published of add-ons and node images by now. It grows: `publishMore` is a week later. */

function publishedFile(cloudFolder: string): string {
  return path.join(cloudFolder, "aws-published.json");
}

/** How often AWS has published something newer since the simulated cloud began. */
function weeks(cloudFolder: string): number {
  const file = publishedFile(cloudFolder);
  return existsSync(file) ? (numberAt(parseJson(readFileSync(file, "utf8")), "weeks") ?? 0) : 0;
}

/** From now on there is a newer version of each add-on and a newer release of each image. */
export function publishMore(cloudFolder: string): void {
  const now = weeks(cloudFolder) + 1;
  writeAtomically(publishedFile(cloudFolder), JSON.stringify({ weeks: now }));
}

interface AddOn {
  readonly core: string;
  readonly build: number;
}

/** The first version of each add-on that there is for a version of Kubernetes. */
function firstOf(name: string, minor: string): AddOn | undefined {
  const addOns: Readonly<Record<string, AddOn>> = {
    "aws-ebs-csi-driver": { core: "v1.61.0", build: 1 },
    coredns: { core: "v1.13.2", build: 4 },
    "eks-node-monitoring-agent": { core: "v1.5.2", build: 1 },
    "eks-pod-identity-agent": { core: "v1.3.10", build: 2 },
    "kube-proxy": { core: `v${minor}.3`, build: 2 },
    "metrics-server": { core: "v0.8.1", build: 2 },
    "snapshot-controller": { core: "v8.5.0", build: 1 },
    "vpc-cni": { core: "v1.21.1", build: 7 },
  };
  return addOns[name];
}

/** The versions of an add-on that EKS has for a version of Kubernetes, the newest last; none of what is no add-on. */
export function addOnVersions(name: string, minor: string, cloudFolder: string): string[] {
  const first = firstOf(name, minor);
  if (first === undefined) return [];
  const { core, build } = first;
  return Array.from(
    { length: weeks(cloudFolder) + 1 },
    (_, later) => `${core}-eksbuild.${(build + later).toString()}`,
  );
}

const firstRelease = Date.UTC(2026, 10, 1);
const weekMs = 7 * 24 * 60 * 60_000;

/** The releases of the node images for a version of Kubernetes, the newest last. */
export function releases(minor: string, cloudFolder: string): string[] {
  return Array.from({ length: weeks(cloudFolder) + 1 }, (_, later) => {
    const day = new Date(firstRelease + later * weekMs).toISOString().slice(0, 10);
    return `${minor}.3-${day.replaceAll("-", "")}`;
  });
}
