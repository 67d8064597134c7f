import type * as pulumi from "@pulumi/pulumi";
import { roleWithPolicies, serviceTrust, type RoleWithPolicies } from "./iam.ts";
import { managedPolicy, type Place } from "./names.ts";

/** What every node may do: join the cluster and pull images. Everything else is a pod's own right. */
export function nodeRole(
  name: string,
  place: Place,
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicies {
  return roleWithPolicies(
    name,
    {
      trust: serviceTrust("ec2.amazonaws.com"),
      description: `Nodes of ${place.cluster}`,
      managed: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"].map((policy) =>
        managedPolicy(place, policy),
      ),
    },
    opts,
  );
}
