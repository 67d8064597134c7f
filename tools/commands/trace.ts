import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { environmentWith } from "../env.ts";
import { nodeRuns } from "../node/start.ts";
import { shellEnvironment } from "../stack.ts";
import { traceById, traceOfJob } from "../trace/find-trace.ts";
import type { Trace } from "../trace/jaeger-trace.ts";
import { forwardToJaeger, type Forwarded } from "../trace/port-forward.ts";
import { extentOf, hasFailed } from "../trace/span-tree.ts";
import { tracePage } from "../trace/trace-page.ts";
import { durationText, waterfall } from "../trace/waterfall.ts";

export const usage = `npm run trace -- JOB [--html FILE] [--url URL | --context CONTEXT]

Shows the trace of a job as a waterfall: the client's request, the queue, claim, download, probe, encode, uploads, checks and webhooks.
JOB is the id of a job, or a trace id (\`traceId\` of GET /v1/jobs/:id, \`trace_id\` of a line of the log).

  --html FILE        writes it as a page as well, which needs nothing else
  --url URL          asks the Jaeger there, as http://127.0.0.1:16686; without it kubectl forwards to the stack's own
  --context CONTEXT  of kubectl, for a stack in a cloud; without it the node of this clone, or kubectl's own choice

Lines of the log that belong to it have its id as \`trace_id\`.`;

interface Asked {
  readonly id: string;
  readonly html: string | undefined;
  readonly url: string | undefined;
  readonly context: string | undefined;
}

export function parseTraceArgs(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      html: { type: "string" },
      url: { type: "string" },
      context: { type: "string" },
    },
    allowPositionals: true,
  });
  const [id = "", ...more] = positionals;
  if (!/^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(id) || more.length > 0) {
    throw new Error(
      `Name one job by its id, or a trace by its 32 digits; it is "${positionals.join(" ")}". More by --help.`,
    );
  }
  const { html, url, context } = values;
  return { id: id.toLowerCase(), html, url: url?.replace(/\/+$/, ""), context };
}

function way({ url, context }: Asked): Promise<Forwarded> {
  if (url !== undefined) return Promise.resolve({ url, close: () => undefined });
  const isLocal = context === undefined && nodeRuns();
  const chosen = context === undefined ? [] : ["--context", context];
  return forwardToJaeger(chosen, isLocal ? shellEnvironment() : environmentWith({}));
}

async function find(asked: Asked): Promise<Trace> {
  const { url, close } = await way(asked);
  try {
    const { id } = asked;
    const trace = id.includes("-") ? await traceOfJob(url, id) : await traceById(url, id);
    if (trace !== undefined) return trace;
    throw new Error(
      `Jaeger has no trace of ${id}. It is older than tracing.keepDays, was left out by tracing.jobRatio, or its spans have not arrived yet: they come a second late.`,
    );
  } finally {
    close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const asked = parseTraceArgs(args);
  const trace = await find(asked);
  const { ms } = extentOf(trace);
  const failed = trace.spans.filter(hasFailed).length;
  const services = new Set(trace.spans.map(({ service }) => service)).size;
  console.log(`  trace      ${trace.id}`);
  console.log(
    `  spans      ${trace.spans.length} of ${services} services, ${failed} failed, ${durationText(ms)} in all\n`,
  );
  const columns = process.stdout.isTTY ? process.stdout.columns : 140;
  console.log(waterfall(trace, { columns }).join("\n"));
  if (asked.html === undefined) return;
  writeFileSync(asked.html, tracePage(trace));
  console.log(`\n  page       ${asked.html}`);
}
