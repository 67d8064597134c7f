import type * as pulumi from "@pulumi/pulumi";
import type { EgressEnv } from "../../egress/env.ts";
import { namespaces, type Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type App, type Endpoint } from "../kit/app.ts";
import type { EnvFor } from "../kit/pods/env.ts";
import { mediaStorePart } from "../kit/backends/media-store.ts";
import { scaling } from "../kit/scaling/scaling.ts";
import { Workload } from "../kit/workloads/workload.ts";
import {
  healthPort,
  openRecorderWays,
  recorderEnv,
  recorderPod,
  type RecorderArgs,
} from "./recorder.ts";
import { chromiumProfile } from "./seccomp-profile-spec.ts";
import { SeccompProfile } from "./seccomp-profile.ts";

export interface WebRecordersArgs extends RecorderArgs {
  readonly cluster: Pick<Cluster, "image" | "seccompFolder" | "userNamespaces">;
}

const app: App = { name: "web-recorder", namespace: namespaces.workers, component: "egress" };

/** A browser has the pod for itself: two would share its sound server, and wait for each other's cores. */
const slots = 1;

function webEnv(args: WebRecordersArgs) {
  const { calibration } = args.section.web;
  return {
    ...recorderEnv(args),
    POD_WORKERS: slots,
    SOURCE_KINDS: "web",
    PAGE_CALIBRATION_SECONDS: calibration.seconds,
    PAGE_MOST_OFFSET_MS: calibration.mostOffsetMs,
    PAGE_MOST_SPREAD_MS: calibration.mostSpreadMs,
    PAGE_LEAST_PICTURES_PERCENT: calibration.leastPicturesPercent,
  } satisfies EnvFor<EgressEnv>;
}

/**
 * Recorders of pages. The browser's own sandbox is on, made by system calls that the runtime's seccomp profile refuses: theirs
 * allows four more. They reach the API, the store and the proxy, and nothing else.
 */
export class WebRecorders extends Component {
  readonly metrics: Endpoint = endpoint(app, healthPort);

  constructor(name: string, args: WebRecordersArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "WebRecorders", name, opts);
    const { web } = args.section;
    const child = { parent: this };
    openRecorderWays(name, { ...args, from: app }, child);
    const { seccompFolder: folder } = args.cluster;
    const profiles =
      folder === undefined
        ? []
        : [new SeccompProfile(`${name}-seccomp`, { cluster: args.cluster, folder }, child)];
    new Workload(
      `${name}-pods`,
      {
        app,
        replicas: web.replicas,
        scaling: scaling.egress,
        budget: web.budget,
        pod: {
          ...recorderPod(args, web.workDirectory),
          image: args.cluster.image("web-recorder"),
          env: { ...webEnv(args), ...mediaStorePart(args.mediaStore).env },
          inMemory: { "/dev/shm": web.sharedMemory },
          seccompProfile: chromiumProfile,
          resources: web.resources,
        },
      },
      { ...child, dependsOn: profiles },
    );
    this.registerOutputs({});
  }
}
