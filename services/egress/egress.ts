import type * as pulumi from "@pulumi/pulumi";
import type { EgressEnv } from "../../egress/env.ts";
import { namespaces } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import { secret, type EnvFor } from "../kit/pods/env.ts";
import { mediaStorePart } from "../kit/backends/media-store.ts";
import { recordedSources } from "../kit/settings/recorded-sources.ts";
import { openToOutside } from "../kit/network/network.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import { Workload } from "../kit/workloads/workload.ts";
import type { LivekitServer } from "./livekit.ts";
import { egressQueue, type EgressQueueArgs } from "./queue.ts";
import {
  healthPort,
  openRecorderWays,
  recorderEnv,
  recorderPod,
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
    const { tcpPorts, udpPorts, ranges } = section;
    const child = { parent: this };
    const from = app;
    openRecorderWays(name, { ...args, from }, child);
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
          ...recorderPod(args, section.workDirectory),
          image: args.cluster.image("egress"),
          env: { ...egressEnv(args), ...mediaStorePart(args.mediaStore).env },
          resources: section.resources,
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}
