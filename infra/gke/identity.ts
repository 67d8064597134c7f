import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

/**
 * What a node does in Google's name: write its logs and metrics, pull images. This is "minimum privileges" of the
 * hardening guide (cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster); the account that Google
 * would take may edit the whole project.
 */
const nodeRoles = [
  // What GKE's own agents need on every node; without it GKE reports the account as one that lacks rights.
  "container.defaultNodeServiceAccount",
  "logging.logWriter",
  "monitoring.metricWriter",
  "monitoring.viewer",
  "stackdriver.resourceMetadata.writer",
  "artifactregistry.reader",
] as const;

/** The service account of the nodes. */
export class NodeIdentity extends Component {
  readonly email: pulumi.Output<string>;
  /** Nodes come after these. */
  readonly rights: readonly pulumi.Resource[];

  constructor(name: string, place: Place, opts: pulumi.ComponentResourceOptions) {
    super("infra", "NodeIdentity", name, opts);
    const inside = { parent: this };
    const account = new gcp.serviceaccount.Account(
      `${name}-account`,
      {
        displayName: `Nodes of ${place.network}`,
        description: `Framewright, stack ${place.stack}`,
      },
      inside,
    );
    this.rights = nodeRoles.map(
      (role) =>
        new gcp.projects.IAMMember(
          `${name}-${role.toLowerCase().replaceAll(".", "-")}`,
          {
            project: place.project,
            role: `roles/${role}`,
            member: pulumi.interpolate`serviceAccount:${account.email}`,
          },
          inside,
        ),
    );
    this.email = account.email;
    this.registerOutputs({ email: this.email });
  }
}
