import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { subjectsOf, type Registered } from "../../../policy/kit/subject.ts";
import { podsOf } from "../../../policy/kit/pods.ts";
import { binaries, type ControlPlane } from "../../support/control-plane.ts";
import { listOf } from "./kubeconform.ts";
import type { Manifest } from "./manifests.ts";

export interface Verdict {
  /** Objects that the API server would take. */
  readonly taken: number;
  /** What it says beside that, and why it refuses others. */
  readonly said: string[];
}

function run(plane: ControlPlane, args: readonly string[], input: string) {
  const cache = `--cache-dir=${join(plane.folder, "kubectl")}`;
  const all = [`--kubeconfig=${plane.kubeconfig}`, cache, ...args, "--filename=-"];
  const done = spawnSync(join(binaries(), "kubectl"), all, {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (done.error !== undefined) throw done.error;
  const said = done.stderr.split("\n").filter((line) => line.trim() !== "");
  return { taken: done.stdout.split("\n").filter((line) => line !== "").length, said };
}

/** What others refer to, so that it has to be there before they can be judged. */
const groundwork = ["Namespace", "PriorityClass", "ServiceAccount", "LimitRange"];

export function isGroundwork({ kind }: Manifest): boolean {
  return groundwork.includes(kind);
}

/** Puts into the cluster what the other objects of a stack stand on. */
export function layGroundwork(plane: ControlPlane, manifests: readonly Manifest[]): Verdict {
  const first = manifests.filter(({ kind }) => kind === "Namespace");
  const rest = manifests.filter((one) => isGroundwork(one) && one.kind !== "Namespace");
  const apply = ["apply", "--server-side", "--force-conflicts"];
  const verdicts = [first, rest].map((part) => run(plane, apply, listOf(part)));
  return {
    taken: verdicts.reduce((sum, { taken }) => sum + taken, 0),
    said: verdicts.flatMap(({ said }) => said),
  };
}

/** Asks the API server, with all its admission, whether it would take the objects. */
export function dryRun(plane: ControlPlane, manifests: readonly Manifest[]): Verdict {
  return run(plane, ["create", "--dry-run=server", "--output=name"], listOf(manifests));
}

/** The volumes that a StatefulSet gives to its pods by templates of claims. */
function claimedVolumes({ spec }: Manifest): object[] {
  const { volumeClaimTemplates = [] } = (spec ?? {}) as {
    volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
  return volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
}

/** The pods that a workload would make: Pod Security refuses pods, and only warns of what makes them. */
export function podsFrom(manifest: Manifest): Manifest[] {
  const [group = "", version] = manifest.apiVersion.split("/");
  const type = `kubernetes:${version === undefined ? `core/${group}` : manifest.apiVersion}:${manifest.kind}`;
  const name = manifest.metadata.name;
  const registered: Registered = {
    type,
    name,
    urn: name,
    props: { ...manifest },
    opts: { protect: false },
  };
  return subjectsOf(registered)
    .flatMap((subject) => podsOf(subject))
    .map(({ spec, metadata }) => {
      const given = spec as { readonly volumes?: readonly object[] };
      const volumes = [...(given.volumes ?? []), ...claimedVolumes(manifest)];
      const namespace = manifest.metadata.namespace ?? "default";
      return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...(metadata as object), name, namespace },
        spec: { ...given, volumes },
      };
    });
}
