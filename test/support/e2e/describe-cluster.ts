import { beforeEach } from "vitest";
import { ExecError } from "../../../tools/exec.ts";
import { kubectl } from "../../../tools/node/start.ts";

const lastLines = "--tail=25";

/** What an operator looks at first, with the question as its heading. */
const questions: readonly (readonly [string, ...string[]])[] = [
  ["get", "pods", "--all-namespaces", "--output=wide"],
  ["get", "events", "--all-namespaces", "--field-selector=type=Warning"],
  ["logs", "--namespace=framewright-workers", "--selector=app.kubernetes.io/name=worker-cpu"],
  ["logs", "--namespace=framewright-api", "--selector=app.kubernetes.io/name=api"],
];

async function answerOf([verb, ...args]: readonly [string, ...string[]]): Promise<string> {
  const command = verb === "logs" ? [verb, ...args, lastLines, "--prefix"] : [verb, ...args];
  const heading = `--- kubectl ${command.join(" ")}`;
  try {
    const lines = (await kubectl(command)).trimEnd().split("\n");
    return [heading, ...lines.slice(-40)].join("\n");
  } catch (error) {
    return `${heading}\n${error instanceof ExecError ? error.output : String(error)}`;
  }
}

/** Pods, warnings and the last words of the worker and the API. */
export async function describeCluster(): Promise<string> {
  const answers = await Promise.all(questions.map(answerOf));
  return answers.join("\n\n");
}

/** A failed test of this file prints the state of the cluster, which the next test may change. */
export function describeClusterOnFailure(): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      console.error(await describeCluster());
    });
  });
}
