import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Type } from "typebox";
import { environmentWith, path } from "./env.ts";
import { exec, type ExecOptions } from "./exec.ts";
import { kubectlCache } from "./node/addresses.ts";
import { parseAs } from "./parse.ts";
import {
  binFolder,
  compileCache,
  logFolder,
  own,
  pulumiFolder,
  pulumiHome,
  root,
} from "./paths.ts";
import { providerEnvironment } from "./provider-command.ts";

/** Everything that makes plain `pulumi` commands work from a shell, without a wrapper. */
const pulumiEnvironment = {
  PATH: [join(root, "node_modules/.bin"), binFolder, path].join(":"),
  PULUMI_HOME: pulumiHome,
  PULUMI_BACKEND_URL: `file://${join(pulumiFolder, "state")}`,
  // The state lies beside the node's own keys, readable by root alone; see docs/decisions.
  PULUMI_CONFIG_PASSPHRASE: "",
  PULUMI_SKIP_UPDATE_CHECK: "1",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  ...providerEnvironment,
  KUBECONFIG: join(own, "node/admin.kubeconfig"),
  KUBECACHEDIR: kubectlCache,
  NODE_COMPILE_CACHE: compileCache,
};

export const stackName = "local";

const pack = join(root, "policy");
const packConfig = join(pack, "profiles/baseline.json");

/**
 * Puts the policy pack over `pulumi up` and `pulumi preview`, the only commands with these options: a `pulumi destroy`
 * must work whatever the pack says. Empty values, or options of the command line, take it away again.
 */
const policyEnvironment = {
  PULUMI_OPTION_POLICY_PACK: pack,
  PULUMI_OPTION_POLICY_PACK_CONFIG: packConfig,
};

function makeFolders(): void {
  mkdirSync(join(pulumiFolder, "state"), { recursive: true, mode: 0o700 });
}

export function shellEnvironment(): NodeJS.ProcessEnv {
  makeFolders();
  return environmentWith({ ...pulumiEnvironment, ...policyEnvironment });
}

export function pulumi(args: readonly string[], options: ExecOptions = {}): Promise<string> {
  makeFolders();
  return exec("pulumi", ["--non-interactive", "--color=never", ...args], {
    cwd: root,
    ...options,
    env: { ...pulumiEnvironment, ...options.env },
  });
}

async function selectStack(): Promise<void> {
  await pulumi(["stack", "select", "--create", stackName]);
}

const Lock = Type.Object({ pid: Type.Integer() });
/** Where the file backend keeps the locks of running updates. */
export const lockFolder = join(
  pulumiFolder,
  "state/.pulumi/locks/organization/framewright",
  stackName,
);

/** A killed `pulumi` leaves its lock behind, and operations of which nobody knows how they ended. */
async function clearDeadLock(): Promise<void> {
  const files = existsSync(lockFolder) ? readdirSync(lockFolder) : [];
  const locks = files.filter((file) => file.endsWith(".json"));
  if (locks.length === 0) return;
  for (const file of locks) {
    const text = readFileSync(join(lockFolder, file), "utf8");
    const { pid } = parseAs(Lock, JSON.parse(text), `The lock ${file}`);
    if (existsSync(`/proc/${pid}`)) return; // that process still runs: the message of pulumi says what to do
  }
  await pulumi(["cancel", "--yes", "--stack", stackName]);
  const args = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"];
  await pulumi([...args, "--stack", stackName]);
}

export interface UpSummary {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
}

function countOf(output: string, word: string): number {
  const found = new RegExp(`(\\d+) ${word}`).exec(output.slice(output.lastIndexOf("Resources:")));
  return Number(found?.[1] ?? 0);
}

/**
 * `pulumi up` under the policy pack; the last line of its progress is shown by `onLine`.
 *
 * @param stackFile in place of the stack's own file
 */
export async function up(onLine: (line: string) => void, stackFile?: string): Promise<UpSummary> {
  await selectStack();
  await clearDeadLock();
  const args = ["up", "--stack", stackName, "--yes", "--skip-preview"];
  if (stackFile !== undefined) args.push("--config-file", stackFile);
  const log = join(logFolder, "pulumi-up.log");
  const output = await pulumi(args, { onLine, log, env: policyEnvironment });
  const changed =
    countOf(output, "updated") + countOf(output, "replaced") + countOf(output, "deleted");
  return { created: countOf(output, "created"), changed, unchanged: countOf(output, "unchanged") };
}

export async function destroy(onLine: (line: string) => void): Promise<void> {
  await selectStack();
  await clearDeadLock();
  const args = ["destroy", "--stack", stackName, "--yes", "--skip-preview"];
  await pulumi(args, { onLine, log: join(logFolder, "pulumi-destroy.log") });
}

export function stackExists(): boolean {
  return existsSync(join(pulumiFolder, "state/.pulumi/stacks/framewright", `${stackName}.json`));
}

/** This process trusts the stack's own authority from now on, beside those that it trusts anyway. */
function trust({ edgeCa }: Readonly<Record<string, unknown>>): void {
  if (typeof edgeCa !== "string") return;
  setDefaultCACertificates([...new Set([...getCACertificates("default"), edgeCa])]);
}

/** The stack's outputs, secrets in the clear: for use, never for printing. Their addresses can be asked after that. */
export async function outputs(): Promise<Readonly<Record<string, unknown>>> {
  const text = await pulumi(["stack", "output", "--stack", stackName, "--json", "--show-secrets"]);
  const found = parseAs(
    Type.Record(Type.String(), Type.Unknown()),
    JSON.parse(text),
    "The stack's outputs",
  );
  trust(found);
  return found;
}

const answerTimeoutMs = 180_000;

/**
 * Returns when the API answers. `pulumi up` waits for what it changes; what comes back by itself after a restart
 * of the node may need a moment more.
 */
export async function untilApiAnswers(): Promise<void> {
  const { apiUrl, bootstrapApiKey } = await outputs();
  const headers = { authorization: `Bearer ${String(bootstrapApiKey)}`, connection: "close" };
  const deadline = Date.now() + answerTimeoutMs;
  for (;;) {
    let seen: unknown;
    try {
      const { status } = await fetch(`${String(apiUrl)}/v1/jobs?limit=1`, { headers });
      if (status === 200) return;
      seen = `status ${status}`;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > deadline) {
      const limit = `${answerTimeoutMs / 1000} s`;
      const message = `The API at ${String(apiUrl)} does not answer after ${limit}`;
      throw new Error(`${message}; \`npm run status\` shows its pods`, { cause: seen });
    }
    await sleep(500);
  }
}

/** Removes a destroyed stack's record, so that the next `up` starts from nothing. */
export async function forgetStack(): Promise<void> {
  await pulumi(["stack", "rm", stackName, "--yes", "--force", "--preserve-config"]);
}
