import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { accessBy, accessOptions, accessUsage } from "../doctor/access.ts";
import { Stack } from "../doctor/stack.ts";
import { kubectlBy } from "../restore/kubectl.ts";
import { parseTarget } from "../restore/plan.ts";
import { finishRestore, prepareRestore } from "../restore/restore.ts";
import { step } from "../steps.ts";

export const usage = `npm run restore -- {--to TIME [--dry-run] [--yes] | --finish} [--kubeconfig FILE] [--context NAME]

Brings the database of a stack back to a moment, from its backups. It says what it would do, asks, stops the API and the
database, restores, and starts them again. What was there stays on the volume as /data/pgdata.before-restore.

  --to TIME            as "2026-11-28 03:04:05", in UTC unless a zone follows; latest is the end of the archived log
  --dry-run            says which backup and which log, what is stopped and what is lost; changes nothing
  --yes                does not ask
  --finish             does the rest of a restore that failed when the database had been replaced
${accessUsage}

A managed database is restored by its cloud. docs/runbooks/restore-database.md tells all of it.`;

async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Error("Nobody can be asked here. Look at --dry-run first, then say --yes");
  }
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await reader.question("\nRestore? Type yes: ")).trim() === "yes";
  } finally {
    reader.close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...accessOptions,
      to: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      finish: { type: "boolean", default: false },
    },
  });
  const now = new Date();
  const suffix = now.getTime().toString(36);
  const kubectl = kubectlBy(new Stack(accessBy(values)).command([]));
  if (values.finish) {
    if (values.to !== undefined) throw new Error("--finish restores nothing: leave --to out");
    await finishRestore({ kubectl, suffix, step });
    return;
  }
  if (values.to === undefined) {
    throw new Error('Say to which moment: --to "2026-11-28 03:04:05", or --to latest');
  }
  const target = parseTarget(values.to, now);
  const restore = await prepareRestore({ kubectl, target, suffix, step });
  console.log(`\n${restore.text}`);
  if (values["dry-run"]) return;
  if (!values.yes && !(await isWanted())) {
    console.log("Nothing was changed.");
    return;
  }
  console.log(`\n${await restore.run()}`);
}
