import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { matches } from "../../../policy/kit/pattern.ts";
import { binaries } from "../../support/control-plane.ts";
import { listOf, titleOf, type Manifest } from "./manifests.ts";

/** What the pack accepts and kube-score calls critical. docs/decisions/0016 has the reasons at length. */
export const differences = [
  { check: "container-image-pull-policy", object: "*", because: "tags are exact" },
  {
    check: "container-ephemeral-storage-request-and-limit",
    object: "*",
    because: "roots are read-only, and the rule empty-dir-limits limits the rest",
  },
  {
    check: "container-resources",
    object: "*",
    because: "the exemptions of cpu-limits say which containers go without a limit for CPU",
  },
  {
    check: "pod-probes-identical",
    object: "*",
    because: "the rule probe-timing compares when probes ask; what they ask may be the same",
  },
  {
    check: "networkpolicy-targets-pod",
    object: "NetworkPolicy ai-models-*/*",
    because: "the namespaces of the models are guarded before there is a model",
  },
  {
    check: "pod-networkpolicy",
    object: "* kube-system/*",
    because: "the cloud owns kube-system; our device plugins there open no port",
  },
  {
    check: "container-security-context-user-group-id",
    object: "DaemonSet kube-system/nvidia-device-plugin-*",
    because: "the kubelet's folder of sockets belongs to root",
  },
] as const;

type Difference = (typeof differences)[number];

interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string }[] | null;
  }[];
}

/** https://github.com/zegl/kube-score/blob/master/scorecard/enums.go */
const critical = 1;

export interface Score {
  /** How many checks it made. */
  readonly checks: number;
  /** What is critical and no difference explains. */
  readonly unexplained: readonly string[];
  readonly explained: readonly Difference[];
}

/** What kube-score says of the manifests. */
export function kubeScore(manifests: readonly Manifest[]): Score {
  const args = ["score", "--output-format", "json", "--kubernetes-version", "v1.35", "-"];
  const { stdout, stderr, error } = spawnSync(join(binaries(), "kube-score"), args, {
    input: listOf(manifests),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (error !== undefined) throw error;
  if (stdout === "") throw new Error(`kube-score wrote nothing: ${stderr}`);
  const made = (JSON.parse(stdout) as Scored[]).flatMap(({ type_meta, object_meta, checks }) => {
    const object = titleOf({ apiVersion: "", ...type_meta, metadata: object_meta });
    return checks.filter(({ skipped }) => !skipped).map((one) => ({ object, ...one }));
  });
  const found = made
    .filter(({ grade }) => grade === critical)
    .map(({ object, check: { id }, comments }) => ({
      difference: differences.find((one) => one.check === id && matches(one.object, object)),
      text: `${object}: ${id}: ${(comments ?? []).map(({ summary }) => summary).join("; ")}`,
    }));
  return {
    checks: made.length,
    unexplained: found.filter(({ difference }) => difference === undefined).map(({ text }) => text),
    explained: found.flatMap(({ difference }) => difference ?? []),
  };
}
