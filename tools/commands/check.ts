import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Value } from "typebox/value";
import { exec, ExecError } from "../exec.ts";
import { binFolder, own, root } from "../paths.ts";
import { readOr } from "../steps.ts";
import { buildTools, type ModuleName } from "../toolchain.ts";
import { Totals, totalsFile } from "../testing/totals.ts";

interface Part {
  readonly what: string;
  readonly command: readonly [string, ...string[]];
  /** Go tools that it needs, built at their first use. */
  readonly tools?: ModuleName;
  /** What to say when it passed. */
  readonly note?: () => string;
}

const cached = (name: string): string => join(own, "check", name);

const sources = [
  ...[
    "index.ts",
    "vitest.config.ts",
    "config",
    "contracts",
    "infra",
    "services",
    "api",
    "egress",
    "models",
    "objects",
  ],
  ...["worker", "runtime", "media"],
  ...["tools", "test", "bench"],
];

/** Of passing tests nobody wants to read here; the second one leaves the totals for the note. */
const reporters = ["--reporter", "dot", "--reporter", "./test/support/totals-reporter.ts"];

/** A group of tests. A second thread loads all modules again: that pays only where cores would wait. */
function testGroup(group: string, what: string): Part {
  const threads = availableParallelism() > 2 ? "2" : "1";
  return {
    what,
    command: ["vitest", "run", "--project", group, "--maxWorkers", threads, ...reporters],
    note: () => {
      const { passed } = Value.Parse(Totals, JSON.parse(readOr(totalsFile(group), "{}")));
      return `${passed} passed`;
    },
  };
}

/** Longest first, so that no core waits for the last one. */
const parts = {
  unit: testGroup("unit", "unit tests"),
  lint: { what: "oxlint's rules", command: ["oxlint", "--format", "stylish"] },
  program: testGroup("program", "the program under mocks"),
  types: {
    what: "tsc",
    // Two packages have a tsc: the native one for the check, version 6 for tools that need its API. Unlike the linter's
    // own check of types it remembers what has not changed. Each further checker works out most types again.
    command: ["node_modules/typescript-native/bin/tsc", "--noEmit", "--checkers", "1"],
  },
  format: { what: "oxfmt", command: ["oxfmt", "--check"] },
  imports: {
    what: "who may import whom",
    command: [
      ...["depcruise", "--config", ".dependency-cruiser.mjs", "--output-type", "err-long"],
      ...sources,
    ],
  },
  unused: {
    what: "files, exports and packages",
    command: ["knip", "--no-progress", "--cache", "--cache-location", cached("knip")],
  },
  workflows: {
    what: "actionlint",
    tools: "workflows",
    // Without programs that only some machines have: it says the same on all of them.
    command: [join(binFolder, "actionlint"), "-no-color", "-shellcheck=", "-pyflakes="],
  },
} as const satisfies Record<string, Part>;

type PartName = keyof typeof parts;

const partNames = Object.keys(parts).filter(isPart);

function isPart(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}

/** The parts to run: those named, or all. */
function chosenParts(names: readonly string[]): PartName[] {
  return partNames.filter((name) => names.length === 0 || names.includes(name));
}

interface Failure {
  readonly name: PartName;
  readonly output: string;
}

async function runPart(name: PartName): Promise<Failure | undefined> {
  const { what, command, tools, note }: Part = parts[name];
  const [program, ...args] = command;
  const started = performance.now();
  const say = (result: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `  ${name.padEnd(9)} ${what.padEnd(30)} ${result.padEnd(16)} ${seconds.padStart(6)} s`,
    );
  };
  try {
    if (tools !== undefined) await buildTools(tools);
    await exec(program, args, {
      cwd: root,
      env: {
        // Node keeps what it compiled of the big packages, which saves seconds in each part.
        NODE_COMPILE_CACHE: cached("compiled"),
        // Room for what a test or a parse leaves behind, which would otherwise be copied again and again.
        NODE_OPTIONS: "--max-semi-space-size=64",
        NO_COLOR: "1",
        // The linter, which is a Go program, ends before collecting garbage pays; the limit is for small machines.
        GOGC: "off",
        GOMEMLIMIT: "4GiB",
      },
    });
    say(note?.() ?? "ok");
    return undefined;
  } catch (error) {
    say("FAILED");
    const output = error instanceof ExecError && error.output !== "" ? error.output : String(error);
    return { name, output };
  }
}

async function runAll(names: readonly PartName[]): Promise<Failure[]> {
  const waiting = [...names];
  const failures: Failure[] = [];
  const lane = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const failure = await runPart(name);
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return failures;
}

export const usage = `npm run check [-- PART...]

Checks the sources on this machine, without services, root or (once its tools are built) a network. Ends with 0 only if
every part passed. Without a PART it runs all of them:

${partNames.map((name) => `  ${name.padEnd(11)}${parts[name].what}`).join("\n")}`;

/**
 * Everything that can be checked without a service or root; without a network, too, once the tools are built. Throws
 * when a part failed.
 */
export async function run(args: readonly string[]): Promise<void> {
  const unknown = args.filter((name) => !isPart(name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no check "${unknown.join(", ")}". There are: ${partNames.join(", ")}`,
    );
  }
  const chosen = chosenParts(args);
  const started = performance.now();
  const failures = await runAll(chosen);
  for (const { name, output } of failures) console.log(`\n--- ${name}\n${output.trimEnd()}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${failures.length > 0 ? "\n" : ""}  ${chosen.length} checks in ${seconds} s`);
  if (failures.length > 0) {
    throw new Error(`failed: ${failures.map(({ name }) => name).join(", ")}`);
  }
}
