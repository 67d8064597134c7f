import * as aws from "@pulumi/aws";
import type { types } from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";

export type AccessEntries = Record<string, types.input.AccessEntryArgs>;

type Policies = NonNullable<types.input.AccessEntryArgs["accessPolicies"]>;

interface Place {
  readonly name: string;
  readonly clusterName: pulumi.Input<string>;
  readonly principalArn: pulumi.Input<string>;
  readonly entry: aws.eks.AccessEntry;
}

function associate(place: Place, policies: Policies): void {
  const { name, clusterName, principalArn, entry } = place;
  for (const [key, given] of Object.entries(policies)) {
    const policy = pulumi.output(given);
    const { policyArn, accessScope } = policy;
    new aws.eks.AccessPolicyAssociation(
      `${name}-${key}`,
      { clusterName, principalArn, policyArn, accessScope },
      { parent: entry, dependsOn: [entry] },
    );
  }
}

/** Who may use the cluster, and with which policies. */
export function accessEntries(
  name: string,
  args: { cluster: aws.eks.Cluster; entries: AccessEntries },
  parent: pulumi.Resource,
): aws.eks.AccessEntry[] {
  const clusterName = args.cluster.name;
  return Object.entries(args.entries).map(([key, given]) => {
    const { principalArn, kubernetesGroups, tags, type, username } = given;
    const entry = new aws.eks.AccessEntry(
      `${name}-${key}`,
      { clusterName, principalArn, kubernetesGroups, tags, type, userName: username },
      { parent, dependsOn: [args.cluster] },
    );
    associate(
      { name: `${name}-${key}`, clusterName, principalArn, entry },
      given.accessPolicies ?? {},
    );
    return entry;
  });
}
