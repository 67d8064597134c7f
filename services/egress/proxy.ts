import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { EgressSection } from "../../config/schema.ts";
import type { ProxyEnv } from "../../egress/env.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, metadata, type App, type Endpoint } from "../kit/app.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import { openToOutside } from "../kit/network/network.ts";
import { opsProbes } from "../kit/pods/probes.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { Workload } from "../kit/workloads/workload.ts";

export interface EgressProxyArgs {
  readonly cluster: Pick<Cluster, "image" | "userNamespaces">;
  readonly section: Pick<EgressSection, "proxy" | "ranges">;
  readonly logLevel: LogLevel;
}

const app: App = { name: "egress-proxy", namespace: namespaces.workers, component: "egress-proxy" };
const proxyPort = 3128;
const metricsPort = 8184;
/** Red readiness first, and the end after the connections'. */
const closeSeconds = 10;

function proxyEnv({ section: { proxy, ranges }, logLevel }: EgressProxyArgs) {
  return {
    PROXY_PORT: proxyPort,
    PROXY_TARGET_PORTS: proxy.ports.join(","),
    PROXY_TARGET_RANGES: ranges.length === 0 ? undefined : ranges.join(","),
    DRAIN_SECONDS: proxy.drainSeconds,
    HEALTH_PORT: metricsPort,
    LOG_LEVEL: logLevel,
  } satisfies Partial<EnvFor<ProxyEnv>>;
}

/** The only way of recorders to http and https: it checks each address, holds no credentials, and reaches nothing of ours. */
export class EgressProxy extends Component {
  /** Where recorders ask. */
  readonly endpoint: Endpoint = endpoint(app, proxyPort);
  readonly metrics: Endpoint = endpoint(app, metricsPort);

  constructor(name: string, args: EgressProxyArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "EgressProxy", name, opts);
    const { proxy, ranges } = args.section;
    const child = { parent: this };
    openToOutside(`${name}-to-web`, { from: app, ports: proxy.ports, ranges }, child);
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata: metadata(app), spec: serviceSpec(app, { proxy: proxyPort }) },
      child,
    );
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: proxy.replicas,
        scaling: scaling.egressProxy,
        budget: proxy.budget,
        pod: {
          image: args.cluster.image("egress"),
          args: ["egress/proxy.ts"],
          ports: { proxy: proxyPort, metrics: metricsPort },
          env: proxyEnv(args),
          probes: opsProbes,
          resources: proxy.resources,
          priority: "platform-critical",
          ownUsers: args.cluster.userNamespaces,
          graceSeconds: proxy.drainSeconds + closeSeconds,
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}
