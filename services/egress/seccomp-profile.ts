import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { metadata } from "../kit/app.ts";
import { profileApp as app, profileSetSpec } from "./seccomp-profile-spec.ts";

export interface SeccompProfileArgs {
  readonly cluster: Pick<Cluster, "image">;
  /** The kubelet's folder of profiles, on the nodes. */
  readonly folder: string;
}

/** Puts the profile on each node that takes pods of any kind, where recorders of pages may come to, and does nothing else. */
export class SeccompProfile extends Component {
  constructor(name: string, args: SeccompProfileArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "SeccompProfile", name, opts);
    const child = { parent: this };
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: metadata(app), automountServiceAccountToken: false },
      child,
    );
    new k8s.apps.v1.DaemonSet(
      `${name}-set`,
      {
        metadata: metadata(app),
        spec: profileSetSpec({ image: args.cluster.image("web-recorder"), folder: args.folder }),
      },
      { ...child, dependsOn: [account] },
    );
    this.registerOutputs({});
  }
}
