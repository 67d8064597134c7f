import { Type, type Static } from "typebox";

/**
 * Runs inside a pod of the API, which may reach its own ports and has the secret for the list of workers: nothing
 * has to be opened for it, and no secret leaves the pod.
 */
export const reportScript = `
const { METRICS_PORT, WORKER_PORT, WORKER_ADMIN_SECRET } = process.env;
const get = async (port, path, headers) => {
  const signal = AbortSignal.timeout(8000);
  const answer = await fetch("http://127.0.0.1:" + port + path, { headers, signal });
  return { status: answer.status, text: await answer.text() };
};
const asked = (work) => work.catch((error) => ({ status: 0, text: String(error.cause ?? error) }));
const [ready, metrics, workers] = await Promise.all([
  asked(get(METRICS_PORT, "/readyz")),
  asked(get(METRICS_PORT, "/metrics")),
  asked(get(WORKER_PORT, "/v1/workers", { authorization: "Bearer " + WORKER_ADMIN_SECRET })),
]);
console.log(JSON.stringify({ ready, metrics, workers }));
`;

const Answer = Type.Object({ status: Type.Integer(), text: Type.String() });
type Answer = Static<typeof Answer>;

export const ApiReport = Type.Object({ ready: Answer, metrics: Answer, workers: Answer });
export type ApiReport = Static<typeof ApiReport>;

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a page of metrics whose names begin so. */
export function samplesOf(page: string, prefix: string): Sample[] {
  return page.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = line.startsWith(prefix) ? (sample.exec(line) ?? []) : [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(label)].map(
      ([, key = "", text = ""]) => [key, text] as const,
    );
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** The first sample of this name and these labels; undefined where there is none. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const fits = (found: Sample): boolean =>
    found.name === name &&
    Object.entries(labels).every(([key, text]) => found.labels[key] === text);
  return samples.find(fits)?.value;
}
