import {
  listAt,
  numberAt,
  objectAt,
  textAt,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";

/**
 * The pods that KEDA and the autoscaler it makes ask for, by what the ScaledObject says: of several triggers the one that asks for
 * most, and none where no figure is above zero (https://keda.sh/docs/2.21/concepts/scaling-deployments/).
 */
export function desiredPods(
  scaledObject: JsonObject,
  figures: Readonly<Record<string, number>>,
  current: number,
): number {
  const spec = objectAt(scaledObject, "spec");
  const wanted = listAt(spec, "triggers").map((trigger) => {
    const value = figures[textAt(trigger, "metadata", "valueLocation") ?? ""] ?? 0;
    const share = value / Number(textAt(trigger, "metadata", "targetValue"));
    const isAverage = textAt(trigger, "metricType") === "AverageValue";
    return Math.ceil(isAverage ? share : Math.max(current, 1) * share);
  });
  const least = numberAt(spec, "minReplicaCount") ?? 0;
  const most = numberAt(spec, "maxReplicaCount") ?? 0;
  return Math.min(most, Math.max(least, ...wanted));
}
