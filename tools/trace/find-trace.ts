import { readTraces, type Trace } from "./jaeger-trace.ts";

/** Services whose spans name the job. */
const services = ["framewright-api", "framewright-worker"] as const;

async function ask(base: string, path: string): Promise<unknown> {
  const answer = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(30_000) });
  // Jaeger answers 404 where it has no such trace.
  if (answer.status === 404) return { data: [] };
  if (!answer.ok) throw new Error(`Jaeger answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** The whole trace of this id; nothing where Jaeger has none. */
export async function traceById(base: string, id: string): Promise<Trace | undefined> {
  return readTraces(await ask(base, `/api/traces/${encodeURIComponent(id)}`)).at(0);
}

/** The trace that a job went through, by the fact `job.id` of its spans; the one with most spans if several name it. */
export async function traceOfJob(base: string, jobId: string): Promise<Trace | undefined> {
  const end = Date.now() * 1000;
  const found = await Promise.all(
    services.map(async (service) => {
      const query = new URLSearchParams({
        service,
        tags: JSON.stringify({ "job.id": jobId }),
        start: String(end - 90 * 86_400e6),
        end: String(end + 3600e6),
        limit: "20",
      });
      return readTraces(await ask(base, `/api/traces?${query.toString()}`));
    }),
  );
  const [fullest] = found.flat().toSorted((a, b) => b.spans.length - a.spans.length);
  return fullest && traceById(base, fullest.id);
}
