import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { podsOf } from "../../../policy/kit/pods.ts";
import { subjectsOf } from "../../../policy/kit/subject.ts";
import { binaries, type ControlPlane } from "../../support/control-plane.ts";
import { listOf, type Manifest } from "./manifests.ts";

export interface Verdict {
  /** Objects that the API server would take. */
  readonly taken: number;
  /** Its warnings, and why it refuses others. */
  readonly said: string[];
}

function kubectl(plane: ControlPlane, args: readonly string[], manifests: readonly Manifest[]) {
  const cache = `--cache-dir=${join(plane.folder, "kubectl")}`;
  const all = [`--kubeconfig=${plane.kubeconfig}`, cache, ...args, "--filename=-"];
  const done = spawnSync(join(binaries(), "kubectl"), all, {
    input: listOf(manifests),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (done.error !== undefined) throw done.error;
  const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
  return { taken: lines(done.stdout).length, said: lines(done.stderr) };
}

/** What others refer to, so that it has to be there before them. */
export function isGroundwork({ kind }: Manifest): boolean {
  return [
    "Namespace",
    "PriorityClass",
    "ServiceAccount",
    "LimitRange",
    "CustomResourceDefinition",
  ].includes(kind);
}

/** Puts into the cluster what the other objects of a stack refer to; returns what the API server says of them. */
export function applyGroundwork(plane: ControlPlane, manifests: readonly Manifest[]): string[] {
  const first = manifests.filter(({ kind }) => kind === "Namespace");
  const rest = manifests.filter((one) => isGroundwork(one) && one.kind !== "Namespace");
  const apply = ["apply", "--server-side", "--force-conflicts"];
  const said = [first, rest].flatMap((part) => kubectl(plane, apply, part).said);
  if (rest.some(({ kind }) => kind === "CustomResourceDefinition")) {
    plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all");
  }
  return said;
}

/** Asks the API server, with all its admission, whether it would take the objects; it refuses fields that it does not know. */
export function dryRun(plane: ControlPlane, manifests: readonly Manifest[]): Verdict {
  const create = ["create", "--dry-run=server", "--validate=strict", "--output=name"];
  return kubectl(plane, create, manifests);
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
  const { apiVersion, kind } = manifest;
  const { name, namespace = "default" } = manifest.metadata;
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  const props = { ...manifest };
  return subjectsOf({ type, name, urn: name, props, opts: { protect: false } })
    .flatMap((subject) => podsOf(subject))
    .map(({ spec, metadata }) => {
      const given = spec as { readonly volumes?: readonly object[] };
      const volumes = [...(given.volumes ?? []), ...claimedVolumes(manifest)];
      return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...(metadata as object), name, namespace },
        spec: { ...given, volumes },
      };
    });
}
