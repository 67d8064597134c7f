import { parseArgs } from "node:util";
import { accessBy, accessOptions, accessUsage } from "../doctor/access.ts";
import { Stack } from "../doctor/stack.ts";
import { readable, type Line } from "../logs/line.ts";
import { askedBy, described } from "../logs/query.ts";
import { followPods, followStored, hasStore, podLines, storedLines } from "../logs/sources.ts";

export const usage = `npm run logs -- --job ID [--since 1h] [--follow]

Shows the lines of all programs about one thing, in the order of time: those that VictoriaLogs keeps, or, where it is not
deployed, those that the pods of now still have.

  --job ID             a job, as the API shows it
  --request ID         the request that a client sent: requestId of a problem, header x-request-id
  --trace ID           a trace
  --video ID           an upload
  --worker ID          a worker, as GET /v1/workers shows it
  --problems           every warning and error: where to begin when an alert names no job
  --since TIME         how far back: 90s, 15m, 6h (default 1h)
  --follow             goes on with lines as they come
  --json               each line as one JSON document

${accessUsage}`;

const options = {
  ...accessOptions,
  job: { type: "string" },
  request: { type: "string" },
  trace: { type: "string" },
  video: { type: "string" },
  worker: { type: "string" },
  problems: { type: "boolean", default: false },
  since: { type: "string", default: "1h" },
  follow: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options });
  const { kubeconfig, context, since, follow, json, ...given } = values;
  const asked = askedBy(given, since);
  const stack = new Stack(accessBy({ kubeconfig, context }));
  const kept = await hasStore(stack);
  const known = asked.about === "problems" ? undefined : asked.about.field;
  const show = (line: Line): void => {
    console.log(json ? JSON.stringify(line) : readable(line, known));
  };
  const lines = kept ? await storedLines(stack, asked) : await podLines(stack, asked);
  lines.forEach(show);
  if (lines.length === 0 && !follow) {
    const where = kept ? "" : " in the pods of now; with logs.enabled they are kept longer";
    console.error(`No line of the last ${since} ${described(asked.about)}${where}.`);
    process.exitCode = 1;
  }
  if (follow) await (kept ? followStored : followPods)(stack, asked, show);
}
