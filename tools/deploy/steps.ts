import { packFlags } from "../policy/sealed-project.ts";
import type { StackSource } from "../policy/stacks.ts";

/** A command of pulumi, and the question that it is run for. */
export interface Step {
  /** Answered with yes by exit code 0. */
  readonly question: string;
  readonly args: readonly string[];
  /** Whether the engine can keep a log of what it does; `policy analyze` has none. */
  readonly isLogged: boolean;
}

/** Relative to where the commands run, so that they can be read and repeated. */
const pack = "policy";

/** Only what is different, with its values; the engine hides those of secrets. */
const shown = ["--diff", "--suppress-progress"];

function onStack({ stack }: StackSource): readonly string[] {
  return ["--stack", stack, "--non-interactive"];
}

function judged({ profile }: StackSource): readonly string[] {
  return packFlags({ profile, pack });
}

/**
 * Bring a stack up under the policy pack, and judge what was really made. What was changed behind Pulumi's back is read
 * before: the state alone would not tell that there is something to put right. `up --refresh` would read it twice, and
 * show the status of every object beside what matters.
 */
export function deploySteps(source: StackSource): readonly Step[] {
  return [
    {
      question: "Does the state say what is there?",
      args: ["refresh", "--yes", "--skip-preview", ...shown, ...onStack(source)],
      isLogged: true,
    },
    {
      question: "Is everything as this commit says?",
      args: ["up", "--yes", ...shown, ...onStack(source), ...judged(source)],
      isLogged: true,
    },
    {
      question: "Does what was made keep the policies?",
      args: ["policy", "analyze", ...onStack(source), ...judged(source)],
      isLogged: false,
    },
  ];
}

/** Change nothing, and find what the cloud, the state and the program do not agree about. */
export function driftSteps(source: StackSource): readonly Step[] {
  const expected = "--expect-no-changes";
  return [
    {
      question: "Are the cloud and the cluster as the last deploy left them?",
      args: ["refresh", "--preview-only", expected, ...shown, ...onStack(source)],
      isLogged: true,
    },
    {
      question: "Was the last deploy of what this commit says?",
      args: ["preview", expected, ...shown, ...onStack(source), ...judged(source)],
      isLogged: true,
    },
  ];
}
