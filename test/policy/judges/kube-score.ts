import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { binaries } from "../../support/control-plane.ts";
import { listOf } from "./kubeconform.ts";
import type { Manifest } from "./manifests.ts";

/** Something that kube-score calls critical. */
export interface Critical {
  readonly check: string;
  /** `Deployment framewright-api/api` */
  readonly object: string;
  readonly says: string;
}

/** https://github.com/zegl/kube-score/blob/master/scorecard/enums.go */
const critical = 1;

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

/** What kube-score says of the manifests, and how many checks it made. */
export function kubeScore(manifests: readonly Manifest[]): {
  checks: number;
  criticals: Critical[];
} {
  const args = ["score", "--output-format", "json", "--kubernetes-version", "v1.35", "-"];
  const { stdout, stderr, error } = spawnSync(join(binaries(), "kube-score"), args, {
    input: listOf(manifests),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (error !== undefined) throw error;
  if (stdout === "") throw new Error(`kube-score said nothing: ${stderr}`);
  const made = (JSON.parse(stdout) as Scored[]).flatMap(({ type_meta, object_meta, checks }) => {
    const { name, namespace } = object_meta;
    const object = `${type_meta.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
    return checks.filter(({ skipped }) => !skipped).map((check) => ({ object, ...check }));
  });
  const criticals = made
    .filter(({ grade }) => grade === critical)
    .map(({ object, check, comments }) => ({
      check: check.id,
      object,
      says: (comments ?? []).map(({ summary }) => summary).join("; "),
    }));
  return { checks: made.length, criticals };
}
