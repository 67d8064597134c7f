import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Type } from "typebox";
import { parse } from "yaml";
import { checkConfig, readEntries, type StackConfig } from "../../config/load.ts";
import { parseAs } from "../parse.ts";
import { root } from "../paths.ts";
import type { StackSource } from "../policy/stacks.ts";
import { plainTable } from "../testing/tables.ts";
import type { Answer } from "./account.ts";
import { secretStoreProblems } from "./secret-store.ts";
import { withCluster } from "./stack-cluster.ts";
import { compare } from "./compare.ts";
import { accountNeed, type StackNeed } from "../../config/account-need.ts";

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });

type ValuesOf = Readonly<Record<string, unknown>>;

/** Those of the one machine are no stack of an account's, nor of a cluster with a store. */
function needsNobody(config: ValuesOf): boolean {
  return (config["framewright:cloud"] ?? "local") === "local" && !("framewright:secrets" in config);
}

/** The config of a stack file; Pulumi hands every value over as text. Undefined where it asks nobody for anything. */
function configOf({ file, stack }: StackSource, now: Date): StackConfig | undefined {
  const { config } = parseAs(File, parse(readFileSync(join(root, file), "utf8")), file);
  if (needsNobody(config)) return undefined;
  const texts = Object.entries(config).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const entries = readEntries("framewright", Object.fromEntries(texts));
  return checkConfig(
    entries,
    file.startsWith("Pulumi.") ? basename(file) : `Pulumi.${stack}.yaml`,
    root,
    now,
  );
}

interface CloudRow {
  readonly owner: string;
  /** Loaded when it is asked: each has the credentials of one cloud. */
  readonly ask: (need: StackNeed) => Promise<Answer>;
}

const clouds: Readonly<Record<StackNeed["cloud"], CloudRow>> = {
  gke: { owner: "project", ask: async (need) => (await import("./google.ts")).askGoogle(need) },
  eks: { owner: "account", ask: async (need) => (await import("./aws.ts")).askAws(need) },
};

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}\n${lines.map((line) => `  - ${line}`).join("\n")}`];
}

/** Asks the cluster for the store of the stack's secrets, where it has one outside. */
async function lookForStore(
  { stack }: StackSource,
  config: StackConfig,
  cluster: typeof withCluster,
): Promise<void> {
  const { source, store } = config.secrets;
  if (source === "pulumi" || store === undefined) return;
  const problems = await cluster(stack, config, (kubectl) => secretStoreProblems(store, kubectl));
  if (problems === undefined) {
    console.log(
      `${stack} has no cluster yet, so its store of secrets cannot be asked for: the first \`pulumi up\` makes the cluster and ends ` +
        "where it has no kind ExternalSecret. Then docs/secrets.md, and this command again.\n",
    );
    return;
  }
  if (problems.length > 0) {
    throw new Error(
      `${stack} would wait for its secrets: ${problems.join("; ")}. Nothing was changed.`,
    );
  }
  console.log(`The store of secrets ${store} is ready.\n`);
}

/**
 * Asks the account of a stack, and its cluster where secrets come from a store of the owner's, for what the stack needs, and prints
 * what is there. Changes nothing. Throws when the first `up` would fail, or when a pool could never have a node.
 *
 * @param now by which the versions of Kubernetes have support or not
 */
export async function preflight(
  source: StackSource,
  now = new Date(),
  cluster = withCluster,
): Promise<void> {
  const config = configOf(source, now);
  if (config === undefined) {
    console.log(`${source.stack} makes no cluster, so there is no account to ask.`);
    return;
  }
  await askAccount(source, config);
  await lookForStore(source, config, cluster);
}

async function askAccount(source: StackSource, config: StackConfig): Promise<void> {
  const need = accountNeed(source.stack, config);
  if (need === undefined) {
    console.log(`${source.stack} makes no cluster, so there is no account to ask.`);
    return;
  }
  const { ask, owner } = clouds[need.cloud];
  const { tables, blocking, limiting } = compare(need, await ask(need));
  console.log(`\nWhat ${need.stack} needs of ${owner} ${need.owner} in ${need.region}\n`);
  for (const table of tables) console.log(`${plainTable(table)}\n`);
  const warnings = config.warnings.map(
    ({ path, problem, remedy }) => `${path} ${problem} — ${remedy}`,
  );
  for (const text of [
    ...listed("Warnings:", warnings),
    ...listed("Limits growth:", limiting),
    ...listed("Missing:", blocking),
  ]) {
    console.log(`${text}\n`);
  }
  if (blocking.length === 0) return;
  throw new Error(
    `the ${owner} lacks what ${need.stack} needs to start: see "Missing" above. Nothing was changed.`,
  );
}
