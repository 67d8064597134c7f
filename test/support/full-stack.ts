import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parts, stackFileWith } from "../../tools/parts.ts";
import { runProgram, type ProgramRun } from "./stack.ts";

const file = "Pulumi.local.yaml";

/** What `npm run up` hands to the program with every part, beside the stack file itself. */
function fullSections(): Record<string, unknown> {
  const { config } = parse(stackFileWith(readFileSync(file, "utf8"), parts)) as {
    config: Record<string, unknown>;
  };
  const sections = Object.entries(config).filter(([, value]) => typeof value === "object");
  return Object.fromEntries(
    sections.map(([key, value]) => [key.replace("framewright:", ""), value]),
  );
}

/** The same with sections instead of its own, and with more keys in some. */
export function runFullProgramWith(
  instead: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, object>>,
): Promise<ProgramRun> {
  const full = fullSections();
  const longer = Object.entries(more).map(([key, keys]) => {
    const own = full[key];
    return [key, { ...(typeof own === "object" ? own : {}), ...keys }] as const;
  });
  const sections = { ...full, ...Object.fromEntries(longer), ...instead };
  return runProgram({ stack: "local", file, instead: sections });
}

/** The local stack with every part, under mocks. */
export function runFullProgram(): Promise<ProgramRun> {
  const instead = { ...fullSections(), local: { nodeFile: "test/support/node.json" } };
  return runProgram({ stack: "local", file, instead });
}
