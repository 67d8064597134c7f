import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import type { StackConfig } from "../../config/load.ts";
import { Stack } from "../doctor/stack.ts";
import { exec, ExecError } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { root } from "../paths.ts";
import { kubectlBy, type Kubectl } from "../restore/kubectl.ts";

const Outputs = Type.Object({ kubeconfig: Type.Optional(Type.String()) });

/** What the state of a stack says; undefined before the first `up`. */
async function kubeconfigOf(stack: string): Promise<string | undefined> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    const text = await exec("pulumi", args, { cwd: root });
    return parseAs(Outputs, JSON.parse(text), `the outputs of ${stack}`).kubeconfig;
  } catch (error) {
    if (error instanceof ExecError && error.output.includes("no stack named")) return undefined;
    throw error;
  }
}

/** kubectl on the cluster of a stack, for as long as somebody asks; undefined where there is no cluster yet. */
export async function withCluster<T>(
  stack: string,
  config: StackConfig,
  ask: (kubectl: Kubectl) => Promise<T>,
): Promise<T | undefined> {
  const own = "target" in config ? config.target : undefined;
  const kubeconfig = own?.kubeconfig ?? (await kubeconfigOf(stack));
  if (kubeconfig === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "framewright-preflight-"));
  try {
    const file = join(folder, "kubeconfig");
    writeFileSync(file, kubeconfig, { mode: 0o600 });
    const context = own === undefined ? [] : ["--context", own.context];
    const flags = ["--kubeconfig", file, ...context];
    return await ask(kubectlBy(new Stack({ isLocal: false, flags }).command([])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
