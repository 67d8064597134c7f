import { samplesOf, type Sample } from "../doctor/api-report.ts";
import { quantileOf, type Figures } from "./figures.ts";

type Labels = Readonly<Record<string, string>>;

function named(samples: readonly Sample[], name: string, labels: Labels = {}): Sample[] {
  return samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
  );
}

function groupedBy(
  samples: readonly Sample[],
  label: string,
  join: (a: number, b: number) => number,
): Map<string, number> {
  const groups = new Map<string, number>();
  for (const { labels, value } of samples) {
    const key = labels[label] ?? "";
    const before = groups.get(key);
    groups.set(key, before === undefined ? value : join(before, value));
  }
  return groups;
}

const sum = (a: number, b: number): number => a + b;

function total(samples: readonly Sample[]): number {
  return samples.reduce((all, { value }) => all + value, 0);
}

function withoutZeros(groups: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...groups].filter(([, value]) => value > 0));
}

/**
 * Out of the pages of all replicas. What is true of the whole stack each of them tells, and the largest is taken; what each
 * counts is added up, since the replicas started.
 */
export function figuresOfPages(pages: readonly string[]): Figures {
  const samples = pages.flatMap((page) => samplesOf(page, "framewright_"));
  const ended = (state: string): number =>
    total(named(samples, "framewright_jobs_ended_total", { state }));
  const good = ended("succeeded");
  const all = good + ended("failed");
  const running = groupedBy(
    named(samples, "framewright_jobs", { state: "running" }),
    "class",
    Math.max,
  );
  const buckets = groupedBy(
    named(samples, "framewright_job_time_to_playable_seconds_bucket"),
    "le",
    sum,
  );
  return {
    source: "api",
    queued: withoutZeros(
      groupedBy(named(samples, "framewright_jobs", { state: "queued" }), "class", Math.max),
    ),
    running: [...running.values()].reduce(sum, 0),
    workers: groupedBy(
      named(samples, "framewright_workers", { state: "ready" }),
      "accel",
      Math.max,
    ),
    succeeded: all === 0 ? undefined : good / all,
    timeToPlayable: quantileOf(
      0.95,
      [...buckets].map(([le, count]) => ({ le: le === "+Inf" ? Infinity : Number(le), count })),
    ),
    alerts: undefined,
  };
}
