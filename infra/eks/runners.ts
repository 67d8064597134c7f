import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

export interface RunnersArgs {
  readonly place: Place;
  readonly vpcId: pulumi.Input<string>;
  /** The group of the control plane and the nodes. */
  readonly clusterGroupId: pulumi.Input<string>;
}

/** HTTPS: what the Kubernetes API listens on, and all that a deploy calls. */
const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 } as const;

/**
 * What runs CI's jobs in the private subnets is in this group: nobody connects to it, and it reaches HTTPS alone, the Kubernetes API
 * among it. Being in the control plane's own group instead would open every node and pod to it.
 */
export class Runners extends Component {
  constructor(name: string, args: RunnersArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "Runners", name, opts);
    const inside = { parent: this };
    const { cluster } = args.place;
    const group = new aws.ec2.SecurityGroup(
      `${name}-security-group`,
      {
        vpcId: args.vpcId,
        description: `Runners that deploy ${cluster}`,
        // By it whoever sets a runner up finds the group: docs/runbooks/deploy-from-ci.md.
        tags: { Name: `${cluster}-runners` },
      },
      inside,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-out`,
      {
        securityGroupId: group.id,
        ...https,
        cidrIpv4: "0.0.0.0/0",
        description: "AWS, the repository, registries, the Kubernetes API",
      },
      inside,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-to-api`,
      {
        securityGroupId: args.clusterGroupId,
        referencedSecurityGroupId: group.id,
        ...https,
        description: "Runners to the Kubernetes API",
      },
      inside,
    );
    this.registerOutputs({ group: group.id });
  }
}
