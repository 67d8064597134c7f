import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with the stack config. */
export interface Problem {
  /** Dotted path in the stack file, e.g. `workers.cpu.tiers[0]`. */
  readonly path: string;
  /** What is wrong, with the value. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

function render(file: string, problems: readonly Problem[]): string {
  const width = Math.max(...problems.map(({ path }) => path.length));
  const lines = problems.map(
    ({ path, problem, remedy }) => `  ${path.padEnd(width)}   ${problem} — ${remedy}`,
  );
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count} in ${file}:`, ...lines].join("\n");
}

/** All problems of the stack config at once. A RunError, so that Pulumi prints it without a stack trace. */
export class ConfigError extends pulumi.RunError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(render(file, problems));
    this.name = "ConfigError";
    this.problems = problems;
  }
}
