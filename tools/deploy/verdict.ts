import type { Change, Op, Told } from "./engine-log.ts";
import type { Step } from "./steps.ts";

/** How a step ended. */
export interface Ended extends Told {
  readonly step: Step;
  /** Null when it was killed. */
  readonly status: number | null;
}

/** Exit codes of the CLI since 3.250 (pkg/cmd/pulumi/cmd/exit_codes.go), which it promises to keep. */
const unexpectedChanges = 7;
const failures: Readonly<Record<number, string>> = {
  2: "its arguments or the config of the stack are wrong",
  3: "nobody is logged in to the backend",
  4: "the cloud or the cluster refused something",
  6: "the backend that PULUMI_BACKEND_URL names has no such stack",
  8: "it was cancelled",
  9: "it took too long",
};

/** How much of one resource a person reads here; all of it is in what pulumi has shown. */
const mostFields = 8;

export type Answer = "yes" | "no" | "refused" | "unknown";

export function answerOf({ status, isRefused }: Ended): Answer {
  if (status === 0) return "yes";
  if (isRefused) return "refused";
  return status === unexpectedChanges ? "no" : "unknown";
}

const found: Readonly<Record<Op, string>> = {
  create: "new",
  update: "changed",
  replace: "changed",
  delete: "gone",
};
const planned: Readonly<Record<Op, string>> = {
  create: "would be made",
  update: "would be changed",
  replace: "would be replaced",
  delete: "would be deleted",
};
const done: Readonly<Record<Op, string>> = {
  create: "made",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
};

function wordsFor({ step, isPreview }: Ended): Readonly<Record<Op, string>> {
  if (step.args[0] === "refresh") return found;
  return isPreview ? planned : done;
}

function changeLines({ op, resource, fields }: Change, words: Readonly<Record<Op, string>>) {
  const rest = fields.length - mostFields;
  const told = [...fields.slice(0, mostFields), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return [`     ${words[op]}: ${resource}`, ...told.map((field) => `       ${field}`)];
}

function said(ended: Ended): string {
  const { status, changes } = ended;
  const why = failures[status ?? 1] ?? "its error is above";
  const count = `${changes.length} ${changes.length === 1 ? "resource" : "resources"}`;
  const answers = {
    yes: changes.length === 0 ? "Yes." : `Yes, now. ${count}:`,
    no: `No. ${count}:`,
    refused: "No, a mandatory policy refuses it.",
    unknown: `Not known: pulumi ended with ${String(status)}, ${why}.`,
  };
  return answers[answerOf(ended)];
}

/** One question after the other, each with its answer and the resources that it is about. */
export function findings(steps: readonly Step[], ended: readonly Ended[]): string {
  const lines = steps.flatMap(({ question, args }, index) => {
    const head = `  ${index + 1}. ${question}`;
    const end = ended[index];
    if (end === undefined) return [`${head} Not asked, after what is above.`];
    const words = wordsFor(end);
    const by = `(pulumi ${args.slice(0, args[0] === "policy" ? 2 : 1).join(" ")})`;
    return [
      `${head} ${by}`,
      `     ${said(end)}`,
      ...end.changes.flatMap((one) => changeLines(one, words)),
      ...end.violations.map((violation) => `     ${violation}`),
    ];
  });
  return ["What was found", "", ...lines].join("\n");
}

function isDone(ended: Ended | undefined): boolean {
  return ended !== undefined && answerOf(ended) === "yes";
}

/** What the whole comes to, and what to do about it, for whoever is on call. */
export function deployVerdict(stack: string, ended: readonly Ended[]): string {
  const [refresh, up, analysis] = ended;
  if (isDone(up)) {
    return isDone(analysis)
      ? `${stack} is as this commit says, and keeps the policies.`
      : `${stack} is as this commit says, but what was made does not keep the policies, or could not be judged.`;
  }
  const isUntouched = !isDone(refresh) || up?.isPreview === true;
  if (isUntouched && up?.isRefused === true) {
    return `${stack} was left as it is: the policies refuse this commit.`;
  }
  const state = isUntouched ? "Nothing was changed." : "What was done stays.";
  const again = `npm run deploy -- --stack ${stack}`;
  return `${stack} is not as this commit says. ${state} Mend what the error above names, then go on with: ${again}\nAfter an update that was killed: docs/runbooks/interrupted-update.md.`;
}

/** As {@link deployVerdict}. */
export function driftVerdict(stack: string, ended: readonly Ended[]): string {
  const [outside = "unknown", commit = "unknown"] = ended.map(answerOf);
  const deploy = `npm run deploy -- --stack ${stack}`;
  if (outside === "no") {
    return `${stack} has drifted. To make it as this commit says: ${deploy}\nWhat is right as it is now goes into the program first, or the deploy takes it away.`;
  }
  if (outside !== "yes" || commit === "unknown") {
    return `Whether ${stack} has drifted could not be seen to the end; the error is above.`;
  }
  const answers = {
    yes: `${stack} has not drifted: the cloud, the state and this commit agree.`,
    no: `${stack} has not drifted, but this commit is not deployed: ${deploy}`,
    refused: `${stack} has not drifted, but the policies refuse this commit.`,
  };
  return answers[commit];
}
