import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { recordResources, type Registration } from "./mocks.ts";

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

/** The whole program of stack `local` under mocks, on a node whose images have made-up tags. */
export async function runLocalProgram(): Promise<ProgramRun> {
  const resources = recordResources();
  const entries = stackEntries("Pulumi.local.yaml");
  const local = { nodeFile: "test/support/node.json" };
  pulumi.runtime.setAllConfig({ ...entries, "framewright:local": JSON.stringify(local) });
  const program = (await import("../../index.ts")) as Record<string, pulumi.Input<unknown>>;
  const outputs = await Promise.all(
    Object.entries(program).map(async ([name, value]) => [name, await settled(value)] as const),
  );
  await pulumi.runtime.disconnect();
  return { resources, outputs: Object.fromEntries(outputs) };
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
