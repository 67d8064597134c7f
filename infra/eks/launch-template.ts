import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { stackTag, type Place } from "./names.ts";
import type { NodeSpec } from "./node-spec.ts";

/** What EC2 makes with an instance; the provider's default tags do not reach it. */
const tagged = ["instance", "volume", "network-interface"] as const;

/** How the instances of a node group are made: encrypted, and closed to pods that ask for the node's identity. */
export function launchTemplate(
  name: string,
  { place, spec }: { place: Place; spec: NodeSpec },
  opts: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  const tags = { Name: `${place.cluster}-${spec.prefix}node`, [stackTag]: place.stack };
  return new aws.ec2.LaunchTemplate(
    name,
    {
      description: `Nodes ${spec.prefix}* of ${place.cluster}`,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop ends at the node: pods get credentials from Pod Identity, never the node's own.
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: spec.diskGi,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: tagged.map((resourceType) => ({ resourceType, tags })),
      updateDefaultVersion: true,
    },
    opts,
  );
}
