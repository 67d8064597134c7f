import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { StackConfig } from "../../config/load.ts";
import { modelNamespaces, type Cluster, type ModelService as Name } from "../../infra/cluster.ts";
import type { Endpoint } from "../kit/app.ts";
import { ModelQueue, queueFigures, type Scaler } from "./model-queue.ts";
import { ModelService } from "./model-service.ts";

type Sections = StackConfig["modelServices"];

/** Each service with the name of its pods. */
const names = {
  stt: "model-stt",
  mt: "model-mt",
  tts: "model-tts",
  lipSync: "model-lip-sync",
} as const satisfies Record<Name, string>;

const services = ["stt", "mt", "tts", "lipSync"] as const satisfies readonly Name[];

function enabled(sections: Sections): Name[] {
  return services.filter((service) => sections[service].enabled);
}

/** Namespaces in which the model services that are on are scaled by what waits. */
export function scaledModels(sections: Sections): string[] {
  return enabled(sections).map((service) => modelNamespaces[service]);
}

/** Where the queues of the services that are on say how much waits. */
export function modelFigures(sections: Sections): Endpoint[] {
  return enabled(sections).map((service) => queueFigures(names[service]));
}

export interface ModelsArgs {
  readonly cluster: Cluster;
  readonly sections: Sections;
  readonly logLevel: LogLevel;
  /** Set: a queue before each service, which KEDA reads. */
  readonly scaler: Scaler | undefined;
}

interface Deployed {
  /** Where requests for it go. */
  readonly endpoint: Endpoint;
  readonly metrics: readonly Endpoint[];
}

function deploy(service: Name, args: ModelsArgs, on: pulumi.ComponentResourceOptions): Deployed {
  const { cluster, sections, logLevel, scaler } = args;
  const section = sections[service];
  const name = names[service];
  const model = new ModelService(name, { service, section, cluster, scaler }, on);
  const own = model.metrics === undefined ? [] : [model.metrics];
  if (scaler === undefined) return { endpoint: model.endpoint, metrics: own };
  const queue = new ModelQueue(
    `${name}-queue`,
    { service, section, cluster, logLevel, pods: model.pods },
    on,
  );
  return { endpoint: queue.endpoint, metrics: [...own, queue.metrics] };
}

/** The services that are on: what dubs need, where those three are, and what says how they do. */
export function deployModels(args: ModelsArgs, on: pulumi.ComponentResourceOptions) {
  const all = new Map(enabled(args.sections).map((one) => [one, deploy(one, args, on)]));
  const [stt, mt, tts] = [all.get("stt"), all.get("mt"), all.get("tts")];
  const lips = all.get("lipSync");
  return {
    dubs: stt &&
      mt &&
      tts && {
        endpoints: {
          ...{ stt: stt.endpoint, mt: mt.endpoint, tts: tts.endpoint },
          ...(lips && { "lip-sync": lips.endpoint }),
        },
        linesAtOnce: args.sections.tts.linesAtOnce,
        piecesAtOnce: args.sections.lipSync.piecesAtOnce,
      },
    scraped: [...all.values()].flatMap(({ metrics }) => metrics.map((one) => ({ metrics: one }))),
  };
}
