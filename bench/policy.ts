import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { programFolder } from "../test/policy/engine/refused.ts";
import { withStack } from "../test/policy/engine/stack-project.ts";
import { binaries } from "../test/support/control-plane.ts";
import { SealedProject, type Outcome } from "../tools/policy/sealed-project.ts";
import { stackOf, type Profile } from "../tools/policy/stacks.ts";
import { plainTable } from "../tools/testing/tables.ts";

/**
 * What the policy pack costs: wall time of a preview with the pack over that of the same preview without it, in
 * alternating order. 1 means free. First our local stack, then a generated program that grows, whose cluster does not
 * exist yet. All previews are of stacks that have nothing, and what Node compiled is kept from the round before.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    sizes: { type: "string", default: "50,200,1000" },
    stack: { type: "string", default: "local" },
  },
});
const rounds = Number(values.rounds);
const sizes = values.sizes
  .split(",")
  .filter((text) => text !== "")
  .map(Number);

interface Pair {
  readonly without: number;
  readonly withPack: number;
}

/** A preview that failed, or that the pack did not judge to its end, has no number. */
function checked(outcome: Outcome, judged: boolean): Outcome {
  const { code, findings, errors, stderr } = outcome;
  if (code === 0 && outcome.judged === judged && findings.length + errors.length === 0) {
    return outcome;
  }
  const said = [...findings.map(({ rule, message }) => `${rule}: ${message}`), ...errors, stderr];
  throw new Error(`the preview ended with ${String(code)}\n${said.join("\n")}`);
}

async function timed(
  project: SealedProject,
  profile: Profile | undefined,
  env = {},
): Promise<Outcome> {
  const judged = profile === undefined ? undefined : { profile };
  return checked(await project.preview(judged, env), judged !== undefined);
}

interface Subject {
  readonly name: string;
  readonly project: SealedProject;
  readonly profile: Profile;
  readonly env?: Readonly<Record<string, string>>;
}

/** One round is not counted: it fills the caches of both arms. */
async function measure({ name, project, profile, env = {} }: Subject): Promise<Row> {
  const pairs: Pair[] = [];
  await timed(project, undefined, env);
  const { changes } = await timed(project, profile, env);
  for (let round = 0; round < rounds; round += 1) {
    const packFirst = round % 2 === 0;
    const early = packFirst ? await timed(project, profile, env) : undefined;
    const without = await timed(project, undefined, env);
    const late = early ?? (await timed(project, profile, env));
    const pair = { without: without.seconds, withPack: late.seconds };
    pairs.push(pair);
    const load = loadavg()[0]?.toFixed(1) ?? "?";
    console.log(
      `  ${name}: ${pair.withPack.toFixed(2)} s over ${pair.without.toFixed(2)} s, load ${load}`,
    );
  }
  const resources = Object.values(changes).reduce((sum, count) => sum + count, 0);
  return { name, resources, pairs };
}

interface Row {
  readonly name: string;
  readonly resources: number;
  readonly pairs: readonly Pair[];
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What the pack adds, in seconds. */
function added({ pairs }: Row): number {
  return median(pairs.map(({ withPack, without }) => withPack - without));
}

/** Since the smaller size before it: the same at every size where the cost grows linearly. */
function perResource(row: Row, before: Row | undefined): string {
  if (before === undefined) return "";
  return (((added(row) - added(before)) / (row.resources - before.resources)) * 1000).toFixed(1);
}

function table(rows: readonly Row[], sized: readonly Row[]): string {
  const cells = rows.map((row): string[] => {
    const ratios = row.pairs.map(({ withPack, without }) => withPack / without);
    return [
      row.name,
      String(row.resources),
      median(row.pairs.map(({ without }) => without)).toFixed(2),
      median(row.pairs.map(({ withPack }) => withPack)).toFixed(2),
      median(ratios).toFixed(3),
      `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`,
      added(row).toFixed(2),
      perResource(row, sized[sized.indexOf(row) - 1]),
    ];
  });
  const head = [
    "program",
    "resources",
    "without, s",
    "with, s",
    "ratio",
    "of all",
    "added, s",
    "ms each",
  ];
  return plainTable({
    title: "\nPreviews with the policy pack over those without",
    head,
    rows: cells,
  });
}

/** Sizes come from the environment, so that one project serves them all. */
async function grown(): Promise<Row[]> {
  const entry = join(import.meta.dirname, "../test/policy/engine/entries/growing.ts");
  const options = { program: programFolder, entry, stack: "bench", binaries: binaries() };
  const project = await new SealedProject(options).init();
  const rows: Row[] = [];
  try {
    for (const size of sizes) {
      const env = { RESOURCES: String(size) };
      rows.push(await measure({ name: `generated ${size}`, project, profile: "strict", env }));
    }
  } finally {
    project.dispose();
  }
  return rows;
}

console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? "?"}, ${rounds} rounds`);
const source = stackOf(values.stack);
const ours = await withStack(source, "unknown", (project) =>
  measure({ name: source.name, project, profile: source.profile }),
);
const sized = await grown();
console.log(table([ours, ...sized], sized));
