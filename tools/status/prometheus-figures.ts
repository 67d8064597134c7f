import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Figures } from "./figures.ts";

/** https://prometheus.io/docs/prometheus/latest/querying/api, an instant query */
const Answer = Type.Object({
  data: Type.Object({
    result: Type.Array(
      Type.Object({
        metric: Type.Record(Type.String(), Type.String()),
        value: Type.Tuple([Type.Number(), Type.String()]),
      }),
    ),
  }),
});
type Series = Static<typeof Answer>["data"]["result"];

/** The same questions as the dashboards ask. */
export const statusQueries = {
  queued: 'max by (class) (framewright_jobs{state="queued"}) > 0',
  running: 'sum(max by (class) (framewright_jobs{state="running"}))',
  workers: 'max by (accel) (framewright_workers{state="ready"})',
  succeeded: "framewright:jobs_succeeded:ratio_rate1h",
  timeToPlayable: "framewright:job_time_to_playable_seconds:p95_1h",
  alerts: 'count by (alertname) (ALERTS{alertstate="firing",severity!="none"})',
} as const;

export type Ask = (query: string) => Promise<unknown>;

function byLabel(series: Series, label: string): Map<string, number> {
  return new Map(series.map(({ metric, value }) => [metric[label] ?? "", Number(value[1])]));
}

/** Nothing, and what is no number because nothing happened, is unknown. */
function one(series: Series): number | undefined {
  const [first] = series;
  const value = first === undefined ? Number.NaN : Number(first.value[1]);
  return Number.isFinite(value) ? value : undefined;
}

export async function figuresOfPrometheus(ask: Ask): Promise<Figures> {
  const asked = async (name: keyof typeof statusQueries): Promise<Series> =>
    Value.Parse(Answer, await ask(statusQueries[name])).data.result;
  const [queued, running, workers, succeeded, timeToPlayable, alerts] = await Promise.all([
    asked("queued"),
    asked("running"),
    asked("workers"),
    asked("succeeded"),
    asked("timeToPlayable"),
    asked("alerts"),
  ]);
  return {
    source: "prometheus",
    queued: byLabel(queued, "class"),
    running: one(running) ?? 0,
    workers: byLabel(workers, "accel"),
    succeeded: one(succeeded),
    timeToPlayable: one(timeToPlayable),
    alerts: [...byLabel(alerts, "alertname").keys()].toSorted(),
  };
}
