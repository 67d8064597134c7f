import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../config/units.ts";
import type { TracingSection } from "../../config/schema.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App } from "../kit/app.ts";
import { openToUrl } from "../kit/network/network.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { withStored } from "../kit/secrets/stored-leaves.ts";
import type { Traces } from "../kit/settings/traces.ts";
import { jaegerConfig, ports } from "./jaeger-config.ts";

export interface TracingArgs extends TracingSection {
  readonly cluster: Cluster;
}

/** A test compares it with the Go module of which our own image is made: v1.76.0 of the module is Jaeger 2.13.0. */
export const jaegerVersion = "2.13.0";

const app: App = { name: "jaeger", namespace: namespaces.ops, component: "traces" };
const configFile = "/etc/jaeger/config.json";
/** A large store is opened slowly after a kill. */
const probes = backendProbes((timing) => http("/status", "health", timing), 180);

function imageOf({ cluster, images }: TracingArgs): string {
  return cluster.pullsUpstream && images === "upstream"
    ? `docker.io/jaegertracing/jaeger:${jaegerVersion}`
    : cluster.image("jaeger");
}

/** Jaeger: takes spans, keeps them for some days, and answers who asks for a trace. Nothing waits for it. */
export class Tracing extends Component {
  readonly traces: Traces;

  constructor(name: string, args: TracingArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Tracing", name, opts);
    const { cluster, resources } = args;
    const { forward } = args;
    if (forward) openToUrl(`${name}-to-forward`, { from: app, ...forward }, { parent: this });
    const content = `${JSON.stringify(jaegerConfig(args), null, 2)}\n`;
    new StatefulWorkload(
      `${name}-jaeger`,
      {
        app,
        cluster,
        replicas: 1,
        storage: args.storage,
        pod: {
          image: imageOf(args),
          args: [`--config=${configFile}`],
          ports,
          env: {
            // Go then frees memory before the limit, of which badger's files are a part.
            GOMEMLIMIT: Math.floor(parseQuantity(resources.limits.memory) * 0.7),
          },
          // It may have credentials of an endpoint. JSON is YAML.
          files: { [configFile]: withStored(content, cluster.secretStore) },
          dataDirectory: "/data",
          probes,
          resources,
          priority: "platform-critical",
          graceSeconds: 30,
        },
      },
      { parent: this },
    );
    const { jobRatio, requestRatio, statementMs } = args;
    this.traces = { endpoint: endpoint(app, ports.otlp), jobRatio, requestRatio, statementMs };
    this.registerOutputs({});
  }
}
