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
import { compare } from "./compare.ts";
import { accountNeed, type StackNeed } from "../../config/account-need.ts";

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });

/** The config of a stack file; Pulumi hands every value over as text. Undefined where it makes no cluster. */
function configOf({ file, stack }: StackSource, now: Date): StackConfig | undefined {
  const { config } = parseAs(File, parse(readFileSync(join(root, file), "utf8")), file);
  if ((config["framewright:cloud"] ?? "local") === "local") return undefined;
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

/**
 * Asks the account of a stack for what the stack needs, and prints what is there. Changes nothing. Throws when the first
 * `up` would fail, or when a pool could never have a node.
 *
 * @param now by which the versions of Kubernetes have support or not
 */
export async function preflight(source: StackSource, now = new Date()): Promise<void> {
  const config = configOf(source, now);
  const need = config === undefined ? undefined : accountNeed(source.stack, config);
  if (config === undefined || need === undefined) {
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
