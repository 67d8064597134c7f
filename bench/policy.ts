import { join } from "node:path";
import { parseArgs } from "node:util";
import { withStack } from "../test/policy/engine/stack-project.ts";
import { binaries } from "../test/support/control-plane.ts";
import { SealedProject, type Outcome } from "../tools/policy/sealed-project.ts";
import { stackOf, type Profile } from "../tools/policy/stacks.ts";
import { plainTable } from "../tools/testing/tables.ts";
import { aboutMachine, loadNow, median, writeFigures } from "./figures.ts";

/**
 * What the policy pack costs: wall time of a preview with the pack over that of the same preview without it, in
 * alternating order. 1 means free. Beside it the same of a pack without rules: what the engine and Pulumi's server of
 * packs take for themselves, which no pack can go below. First our local stack, then a generated program that grows,
 * whose cluster does not exist yet. All previews are of stacks that have nothing, and what Node compiled is kept from
 * the round before.
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

const emptyPack = join(import.meta.dirname, "empty-pack");

const arms = ["without", "empty", "full"] as const;
type Arm = (typeof arms)[number];
/** Seconds that a preview took. */
type Round = Readonly<Record<Arm, number>>;

/** A preview that failed, or that the pack did not check to its end, has no number. */
function checked(outcome: Outcome, hasPack: boolean): Outcome {
  const { code, findings, errors, stderr } = outcome;
  if (code === 0 && outcome.evaluated === hasPack && findings.length + errors.length === 0) {
    return outcome;
  }
  const said = [...findings.map(({ rule, message }) => `${rule}: ${message}`), ...errors, stderr];
  throw new Error(`the preview ended with ${String(code)}\n${said.join("\n")}`);
}

interface Subject {
  readonly name: string;
  readonly project: SealedProject;
  readonly profile: Profile;
  readonly env?: Readonly<Record<string, string>>;
}

async function timed({ project, profile, env = {} }: Subject, arm: Arm): Promise<Outcome> {
  const packs = { without: undefined, empty: { pack: emptyPack }, full: { profile } };
  return checked(await project.preview(packs[arm], env), arm !== "without");
}

/** One round is not counted: it fills the caches of all arms. */
async function measure(subject: Subject): Promise<Row> {
  const { name } = subject;
  for (const arm of ["without", "empty"] as const) await timed(subject, arm);
  const { changes } = await timed(subject, "full");
  const taken: Round[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const round = { without: 0, empty: 0, full: 0 };
    const order = i % 2 === 0 ? arms : arms.toReversed();
    for (const arm of order) round[arm] = (await timed(subject, arm)).seconds;
    taken.push(round);
    const seconds = arms.map((arm) => `${arm} ${round[arm].toFixed(2)} s`);
    console.log(`  ${name}: ${seconds.join(", ")}, load ${loadNow()}`);
  }
  const resources = Object.values(changes).reduce((sum, count) => sum + count, 0);
  return { name, resources, taken };
}

interface Row {
  readonly name: string;
  readonly resources: number;
  readonly taken: readonly Round[];
}

/** What the pack adds, in seconds. */
function added({ taken }: Row): number {
  return median(taken.map(({ full, without }) => full - without));
}

/** Since the smaller size before it: the same at every size where the cost grows linearly. */
function perResource(row: Row, before: Row | undefined): string {
  if (before === undefined) return "";
  return (((added(row) - added(before)) / (row.resources - before.resources)) * 1000).toFixed(1);
}

function table(rows: readonly Row[], sized: readonly Row[]): string {
  const cells = rows.map((row): string[] => {
    const over = (top: Arm, bottom: Arm) => row.taken.map((round) => round[top] / round[bottom]);
    const ratios = over("full", "without");
    return [
      row.name,
      String(row.resources),
      ...arms.map((arm) => median(row.taken.map((round) => round[arm])).toFixed(2)),
      median(ratios).toFixed(3),
      `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`,
      median(over("empty", "without")).toFixed(3),
      median(over("full", "empty")).toFixed(3),
      perResource(row, sized[sized.indexOf(row) - 1]),
    ];
  });
  const head = [
    "program",
    "resources",
    "without, s",
    "empty, s",
    "full, s",
    "ratio",
    "of all",
    "empty pack's",
    "over the empty",
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
  const tests = join(import.meta.dirname, "../test/policy");
  const entry = join(tests, "engine/entries/growing.ts");
  const options = { program: join(tests, "programs"), entry, stack: "bench", binaries: binaries() };
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

const about = { ...aboutMachine(), ...values };
console.log(JSON.stringify(about));
const source = stackOf(values.stack);
const ours = await withStack(source, "unknown", (project) =>
  measure({ name: source.name, project, profile: source.profile }),
);
const sized = await grown();
console.log(table([ours, ...sized], sized));
writeFigures("policy", { about, rows: [ours, ...sized] });
