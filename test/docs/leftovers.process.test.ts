import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterNameOf, stackTag } from "../../infra/eks/names.ts";
import { placeOf, stackLabel } from "../../infra/gke/names.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/runbooks/leftovers.md"), "utf8");
const [gke = "", eks = ""] = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, script]) => script);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leftovers-"));
  for (const name of ["gcloud", "aws"]) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "called $*"\n`);
    chmodSync(join(folder, name), 0o755);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The commands that the runbook's script runs for a stack. */
function calls(script: string, stack: string): string[] {
  const input = script.replace(/^stack=\S+/, `stack='${stack}'`);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const said = execFileSync("sh", ["-eu"], { input, encoding: "utf8", env });
  return said.split("\n").flatMap((line) => /^called (.*)$/.exec(line)?.[1] ?? []);
}

const names = ["prod", "Team.One", "a_b-", "x".repeat(120)];

test.each(names)("on GKE stack %s is searched for by the names that infra/gke gives", (stack) => {
  const { stack: label, network } = placeOf(stack, { project: "p", region: "us-central1" });
  const said = calls(gke, stack);
  expect(said).toHaveLength(16);
  for (const call of said) expect(call).toMatch(/ list --project=my-project --filter=.+ --format=/);
  const shown = said.join("\n");
  const project = "list --project=my-project";
  for (const search of [
    `compute disks ${project} --filter=labels.${stackLabel}=${label} --format`,
    `compute forwarding-rules ${project} --filter=network~/${network}$ --format`,
    `compute networks ${project} --filter=name=${network} --format`,
  ]) {
    expect(shown).toContain(search);
  }
});

test.each(names)("on EKS stack %s is searched for by the names that infra/eks gives", (stack) => {
  const cluster = clusterNameOf(stack);
  const said = calls(eks, stack);
  expect(said).toHaveLength(10);
  for (const call of said) expect(call).toContain(" --region=us-east-1 --query=");
  const shown = said.join("\n");
  expect(shown).toContain(`--tag-filters Key=${stackTag},Values=${stack} `);
  expect(shown).toContain(`--tag-filters Key=kubernetes.io/cluster/${cluster},Values=owned `);
  expect(shown).toContain(`Name=tag:cluster.k8s.amazonaws.com/name,Values=${cluster} `);
  expect(shown).toContain(`' of ${cluster}')`);
});
