import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../component.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { RoleWithPolicies } from "./iam.ts";
import { launchTemplate } from "./launch-template.ts";
import type { Place } from "./names.ts";
import type { EksNetwork } from "./network.ts";
import { autoscalerTags, type NodeSpec } from "./node-spec.ts";
import { nodeRelease, nodeVersion, type Versions } from "./versions.ts";

export interface NodePoolArgs {
  readonly place: Place;
  readonly versions: Versions;
  readonly spec: NodeSpec;
  readonly controlPlane: ControlPlane;
  readonly network: EksNetwork;
  readonly role: RoleWithPolicies;
  /** What must be there before the first node, and while the last one goes. */
  readonly after: readonly pulumi.Resource[];
}

/** The private subnets of a pool's zones; an empty list of zones means all. */
export function subnetsOf<T>(subnets: ReadonlyMap<string, T>, zones: readonly string[]): T[] {
  const wanted = zones.length === 0 ? [...subnets.keys()] : zones;
  return wanted.map((zone) => {
    const subnet = subnets.get(zone);
    if (subnet === undefined) {
      throw new RangeError(
        `zone ${zone} is not one of the stack's (${[...subnets.keys()].join(", ")})`,
      );
    }
    return subnet;
  });
}

/** A managed node group: EKS drains, repairs and replaces its nodes. */
export class NodePool extends Component {
  readonly nodes: aws.eks.NodeGroup;

  constructor(name: string, args: NodePoolArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "NodePool", name, opts);
    const { place, spec, controlPlane, role } = args;
    const template = launchTemplate(`${name}-launch-template`, { place, spec }, { parent: this });
    this.nodes = new aws.eks.NodeGroup(
      `${name}-nodes`,
      {
        clusterName: controlPlane.clusterName,
        nodeGroupNamePrefix: spec.prefix,
        version: nodeVersion(args.versions),
        releaseVersion: nodeRelease(spec.amiType, args.versions, { parent: this }),
        nodeRoleArn: role.role.arn,
        subnetIds: subnetsOf(args.network.privateSubnetIds, spec.zones),
        amiType: spec.amiType,
        capacityType: spec.capacityType,
        instanceTypes: [...spec.machines],
        launchTemplate: {
          id: template.id,
          // A number: `$Latest` would be another one on every refresh.
          version: template.latestVersion.apply(String),
        },
        scalingConfig: {
          minSize: spec.minNodes,
          maxSize: spec.maxNodes,
          desiredSize: spec.minNodes,
        },
        updateConfig: { maxUnavailable: 1, updateStrategy: spec.updateStrategy },
        nodeRepairConfig: { enabled: true },
        labels: { ...spec.labels },
        taints: [...spec.taints],
        tags: autoscalerTags(place.cluster, spec),
      },
      {
        parent: this,
        // The autoscaler's from the first minute on.
        ignoreChanges: ["scalingConfig.desiredSize"],
        dependsOn: [...controlPlane.beforeNodes, ...role.attachments, ...args.after],
      },
    );
    this.registerOutputs({ nodeGroup: this.nodes.nodeGroupName });
  }
}
