import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { recordResources, type Registration } from "./mocks.ts";
import { once } from "./once.ts";

const root = join(import.meta.dirname, "../..");

/** The values of a stack file, as Pulumi hands them to the program. */
export function stackEntries(file: string): Record<string, string> {
  const { config } = parse(readFileSync(join(root, file), "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

export interface ProgramRun {
  readonly resources: Registration[];
  readonly outputs: Readonly<Record<string, Settled>>;
}

/** A stack to run the program as, by the file that describes it. */
export interface StackFile {
  readonly stack: string;
  readonly file: string;
  /** Sections to take instead of the file's own, by key. */
  readonly instead?: Readonly<Record<string, unknown>>;
}

/** On a node whose images have made-up tags. */
const local: StackFile = {
  stack: "local",
  file: "Pulumi.local.yaml",
  instead: { local: { nodeFile: "test/support/node.json" } },
};

function entriesOf({ file, instead = {} }: StackFile): Record<string, string> {
  const sections = Object.entries(instead).map(
    ([key, section]) => [`framewright:${key}`, JSON.stringify(section)] as const,
  );
  return { ...stackEntries(file), ...Object.fromEntries(sections) };
}

let runs = 0;

/** The whole program of a stack under mocks. */
export const runProgram = once(async (stackFile: StackFile): Promise<ProgramRun> => {
  const { stack } = stackFile;
  // A production stack refuses the empty one, which the shell of the local stack sets.
  process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the tests";
  const resources = recordResources("framewright", stack);
  pulumi.runtime.setAllConfig(entriesOf(stackFile));
  runs += 1;
  // The query makes it a module of its own, so that one process can run the program many times.
  const url = `../../index.ts?run=${runs}`;
  const program = (await import(url)) as Record<string, pulumi.Input<unknown>>;
  const outputs = await Promise.all(
    Object.entries(program).map(async ([name, value]) => [name, await settled(value)] as const),
  );
  await pulumi.runtime.disconnect();
  return { resources, outputs: Object.fromEntries(outputs) };
});

export function runLocalProgram(): Promise<ProgramRun> {
  return runProgram(local);
}

export interface Settled {
  readonly value: unknown;
  readonly secret: boolean;
}

async function settled(input: pulumi.Input<unknown>): Promise<Settled> {
  const output: pulumi.Output<unknown> = pulumi.output(input);
  const value = await new Promise<unknown>((resolve) => {
    pulumi.all([output]).apply(([known]) => {
      resolve(known);
    });
  });
  return { value, secret: await pulumi.isSecret(output) };
}
