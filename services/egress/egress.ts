import type * as pulumi from "@pulumi/pulumi";
import type { EgressEnv } from "../../egress/env.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/env.ts";
import { recordedSources } from "../kit/recorded-sources.ts";
import { openEdge, openToOutside } from "../kit/network.ts";
import { scaling } from "../kit/scaling.ts";
import { Workload } from "../kit/workload.ts";
import type { LivekitServer } from "./livekit.ts";
import { egressQueue, type EgressQueueArgs } from "./queue.ts";
import {
  closeSeconds,
  healthPort,
  recorderEnv,
  recorderProbes as probes,
  ticketStep,
  workDirectory,
  type RecorderArgs,
} from "./recorder.ts";

export interface EgressArgs extends RecorderArgs {
  /** Whose rooms are recorded. */
  readonly livekit?: LivekitServer | undefined;
  /** Set: used slots move their number, beside their load. */
  readonly queue?: EgressQueueArgs | undefined;
}

const app: App = { name: "egress", namespace: namespaces.workers, component: "egress" };
function livekitEnv(livekit: LivekitServer | undefined) {
  if (livekit === undefined) return {};
  return {
    LIVEKIT_URL: livekit.url,
    LIVEKIT_API_KEY: secret(livekit.apiKey),
    LIVEKIT_API_SECRET: secret(livekit.apiSecret),
    LIVEKIT_MEDIA_PORT: livekit.media.port,
  };
}

function egressEnv(args: EgressArgs) {
  const { slots, tcpPorts, udpPorts, ranges } = args.section;
  return {
    ...recorderEnv(args),
    POD_WORKERS: slots,
    SOURCE_KINDS: recordedSources(args.section).join(","),
    SOURCE_PORTS: [...tcpPorts, ...udpPorts].join(","),
    SOURCE_RANGES: ranges.length === 0 ? undefined : ranges.join(","),
    ...livekitEnv(args.livekit),
  } satisfies EnvFor<EgressEnv>;
}

/** Recorders of live streams. They have no database, broker or bucket, and connect where clients say. */
export class Egress extends Component {
  readonly metrics: Endpoint = endpoint(app, healthPort);

  constructor(name: string, args: EgressArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Egress", name, opts);
    const { section } = args;
    const { tcpPorts, udpPorts, ranges, drainSeconds } = section;
    const child = { parent: this };
    const from = app;
    openEdge(`${name}-to-api`, { from, to: args.api.endpoint }, child);
    openEdge(`${name}-to-proxy`, { from, to: args.proxy }, child);
    const store = args.mediaStore.endpoint;
    if ("app" in store) openEdge(`${name}-to-object-store`, { from, to: store }, child);
    args.livekit?.openTo(name, from, this);
    openToOutside(`${name}-to-streams`, { from, ports: tcpPorts, ranges }, child);
    const udp = { from, ports: udpPorts, ranges, protocol: "UDP" } as const;
    openToOutside(`${name}-to-streams-udp`, udp, child);
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: section.replicas,
        scaling: scaling.egress,
        queue: args.queue && egressQueue(args.queue, section),
        budget: section.budget,
        pod: {
          image: args.cluster.image("egress"),
          ports: { metrics: healthPort },
          env: egressEnv(args),
          first: ticketStep(args),
          scratch: { [workDirectory]: section.workDirectory },
          probes,
          resources: section.resources,
          priority: "platform-critical",
          // A recording that is handed over has a gap.
          stays: true,
          graceSeconds: drainSeconds + closeSeconds,
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}
