import type { Cluster, ModelService as Service } from "../../../infra/cluster.ts";
import { ModelService } from "../../../services/models/model-service.ts";
import { isObject, objectAt, parseJson, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { registeredOn, testConfig } from "../../support/under-mocks.ts";

interface Wanted {
  readonly service: Service;
  readonly gpu: "a100" | "l4" | "t4";
  readonly replicas: { readonly min: number; readonly max: number };
}

/** The pools of a stack as far as a model service asks: which GPU, of which tier. */
const pools = (["a100", "l4", "t4"] as const).map((model) => ({
  name: model,
  labels: {},
  gpu: {
    ...{ model, gpusPerNode: 1, slicesPerGpu: 4, minNodes: 0, maxNodes: 4 },
    ...{ spot: false, videoEncode: model !== "a100" },
    tier: model === "a100" ? "premium" : "standard",
  },
})) as unknown as Cluster["pools"];

export interface ModelObjects {
  readonly name: string;
  readonly namespace: string;
  /** Its account and its Deployment, with no pod yet, as KEDA leaves it. */
  readonly objects: JsonObject[];
  /** What KEDA is told. */
  readonly scaledObject: JsonObject;
}

/** A model service as the program makes it, scaled by its queue. */
export async function modelObjects({ service, gpu, replicas }: Wanted): Promise<ModelObjects> {
  const image = "registry.example.com/models/one:1.0.0";
  // At the default of four cores each, two pods would fill the twelve of GKE's machine with one A100, and not its four slices.
  const reserved = { cpu: "2", memory: "8Gi" };
  const config = testConfig({
    modelServices: { [service]: { enabled: true, image, preset: "vllm", replicas, reserved } },
  });
  const name = `model-${service}`;
  const registrations = await registeredOn(config, (_cluster, on) => {
    const section = { ...config.modelServices[service], gpu };
    const scaler = { scaler: [], pollingSeconds: 5 };
    const cluster = { pools, image: () => image };
    new ModelService(name, { service, section, cluster, scaler }, on);
  });
  // As the API server gets it: without what is undefined.
  const all = registrations
    .map(({ inputs }) => parseJson(JSON.stringify(inputs)))
    .filter(isObject)
    .filter((inputs) => "kind" in inputs);
  const of = (kind: string): JsonObject => {
    const found = all.find((object) => object["kind"] === kind);
    if (found === undefined) throw new Error(`${name} has no ${kind}`);
    return found;
  };
  const deployment = of("Deployment");
  const namespace = objectAt(deployment, "metadata")?.["namespace"];
  if (typeof namespace !== "string") throw new Error(`${name} has no namespace`);
  return {
    name,
    namespace,
    objects: [
      of("ServiceAccount"),
      { ...deployment, spec: { ...objectAt(deployment, "spec"), replicas: 0 } },
    ],
    scaledObject: of("ScaledObject"),
  };
}
