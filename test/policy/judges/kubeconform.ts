import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { binaries } from "../../support/control-plane.ts";
import type { Manifest } from "./manifests.ts";

interface Report {
  readonly resources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly status: string;
    readonly msg: string;
  }[];
  readonly summary: { readonly valid: number; readonly skipped: number };
}

/** A list as one document. */
export function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** Holds manifests to schemas; returns how many are valid, and what is wrong with the others. */
export function kubeconform(
  manifests: readonly Manifest[],
  schemas: string,
): { valid: number; problems: string[] } {
  const args = ["-strict", "-summary", "-output", "json", "-schema-location", schemas, "-"];
  const { stdout, stderr, error } = spawnSync(join(binaries(), "kubeconform"), args, {
    input: listOf(manifests),
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
  if (error !== undefined) throw error;
  if (stdout === "") throw new Error(`kubeconform said nothing: ${stderr}`);
  const { resources, summary } = JSON.parse(stdout) as Report;
  const problems = resources.map(
    ({ kind, name, status, msg }) => `${kind} ${name}: ${status} ${msg}`,
  );
  return { valid: summary.valid, problems };
}
