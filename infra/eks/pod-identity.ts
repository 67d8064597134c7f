import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import { podTrust, type Account } from "./iam.ts";
import type { Place } from "./names.ts";

export interface PodIdentityArgs {
  readonly place: Place;
  readonly clusterName: pulumi.Input<string>;
  readonly account: Account;
  readonly description: string;
  /** IAM policy document: all that the account's pods may do. */
  readonly policy: pulumi.Input<string>;
}

/** The address of each node at which pods fetch their credentials (eks-pod-identity-agent). */
export const identityAgent = { cidr: "169.254.170.23/32", port: 80 } as const;

/** What pods of one service account may do in AWS. It must exist before the pods, which get it at creation. */
export class PodIdentity extends Component {
  constructor(name: string, args: PodIdentityArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "PodIdentity", name, opts);
    const { place, account } = args;
    const role = new aws.iam.Role(
      `${name}-role`,
      { assumeRolePolicy: podTrust(place, account), description: args.description },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: args.policy },
      { parent: this },
    );
    new aws.eks.PodIdentityAssociation(
      `${name}-association`,
      {
        clusterName: args.clusterName,
        namespace: account.namespace,
        serviceAccount: account.name,
        roleArn: role.arn,
      },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
