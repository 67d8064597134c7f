import * as aws from "@pulumi/aws";
import type { types } from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";

/** What the options of all three add-ons have in common. */
export type AddonOptions = Pick<
  types.input.KubeProxyAddonOptionsArgs,
  "version" | "configurationValues" | "resolveConflictsOnCreate" | "resolveConflictsOnUpdate"
>;

export interface AddonArgs {
  readonly addonName: string;
  readonly cluster: aws.eks.Cluster;
  readonly options: AddonOptions;
  readonly serviceAccountRoleArn?: pulumi.Input<string> | undefined;
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The real component asks AWS for the newest one that fits the cluster. */
function newestVersion(args: AddonArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { addonName, cluster } = args;
  const wanted = { addonName, kubernetesVersion: cluster.version, mostRecent: true };
  return aws.eks.getAddonVersionOutput(wanted, { parent }).version;
}

export function managedAddon(name: string, args: AddonArgs, parent: pulumi.Resource): void {
  const { addonName, options, serviceAccountRoleArn, tags } = args;
  const values = options.configurationValues;
  new aws.eks.Addon(
    name,
    {
      addonName,
      clusterName: args.cluster.name,
      addonVersion: options.version ?? newestVersion(args, parent),
      configurationValues: values === undefined ? undefined : pulumi.jsonStringify(values),
      preserve: true,
      resolveConflictsOnCreate: options.resolveConflictsOnCreate ?? "OVERWRITE",
      resolveConflictsOnUpdate: options.resolveConflictsOnUpdate ?? "OVERWRITE",
      serviceAccountRoleArn,
      tags,
    },
    { parent },
  );
}
