import { Type } from "typebox";
import { Value } from "typebox/value";
import { kubectl } from "../../../tools/node/start.ts";

const base = "/api/v1/namespaces/framewright-ops/services/prometheus:9090/proxy/api/v1";

const Targets = Type.Object({
  data: Type.Object({
    activeTargets: Type.Array(
      Type.Object({
        labels: Type.Record(Type.String(), Type.String()),
        health: Type.String(),
        lastError: Type.String(),
      }),
    ),
  }),
});

const Vector = Type.Object({
  data: Type.Object({
    result: Type.Array(
      Type.Object({
        metric: Type.Record(Type.String(), Type.String()),
        value: Type.Tuple([Type.Number(), Type.String()]),
      }),
    ),
  }),
});

async function ask(path: string): Promise<unknown> {
  return JSON.parse(await kubectl(["get", "--raw", `${base}/${path}`])) as unknown;
}

export interface Target {
  readonly job: string;
  readonly health: string;
  readonly error: string;
}

/** What Prometheus scrapes, and whether it answers. */
export async function targets(): Promise<Target[]> {
  const { data } = Value.Parse(Targets, await ask("targets?state=active"));
  return data.activeTargets.map(({ labels, health, lastError }) => ({
    job: labels["job"] ?? "",
    health,
    error: lastError,
  }));
}

/** The values of an expression now. */
export async function valuesOf(expression: string): Promise<number[]> {
  const answer = await ask(`query?query=${encodeURIComponent(expression)}`);
  return Value.Parse(Vector, answer).data.result.map(({ value }) => Number(value[1]));
}
