import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EksAddOn } from "../../config/eks-add-ons.ts";
import { Component } from "../component.ts";
import { oursAndLasting } from "./add-on-options.ts";
import { podTrust, roleWithPolicies } from "./iam.ts";
import { managedPolicy, stackTag, type Place } from "./names.ts";
import { addOnVersion, type Versions } from "./versions.ts";

export interface AddOnsArgs {
  readonly place: Place;
  readonly versions: Versions;
  readonly clusterName: pulumi.Input<string>;
  /** They need nodes: EKS calls an add-on healthy when its pods run. */
  readonly nodes: readonly pulumi.Resource[];
}

interface AddOn {
  readonly name: EksAddOn;
  readonly configuration?: object;
  readonly identity?: { readonly serviceAccount: string; readonly roleArn: pulumi.Input<string> };
  readonly after?: readonly pulumi.Resource[];
}

function addOn(
  name: string,
  { clusterName, nodes, versions }: AddOnsArgs,
  row: AddOn,
  opts: Inside,
): aws.eks.Addon {
  return new aws.eks.Addon(
    name,
    {
      clusterName,
      addonName: row.name,
      addonVersion: addOnVersion(row.name, versions, opts),
      ...oursAndLasting,
      ...(row.configuration ? { configurationValues: JSON.stringify(row.configuration) } : {}),
      ...(row.identity ? { podIdentityAssociations: [row.identity] } : {}),
    },
    { ...opts, dependsOn: [...nodes, ...(row.after ?? [])] },
  );
}

/** In the component, whose provider asks and makes. */
type Inside = Required<Pick<pulumi.CustomResourceOptions, "parent">>;

const volumes = { namespace: "kube-system", name: "ebs-csi-controller-sa" } as const;

/** Makes volumes; they carry the stack's tag, so that those which outlive it can be found. */
function volumeDriver(name: string, args: AddOnsArgs, opts: Inside) {
  const { place } = args;
  const { role, attachments } = roleWithPolicies(
    `${name}-volumes`,
    {
      trust: podTrust(place, volumes),
      description: `Volumes of ${place.cluster}`,
      managed: [managedPolicy(place, "service-role/AmazonEBSCSIDriverPolicy")],
    },
    opts,
  );
  return addOn(
    `${name}-ebs-csi`,
    args,
    {
      name: "aws-ebs-csi-driver",
      configuration: { controller: { extraVolumeTags: { [stackTag]: place.stack } } },
      identity: { serviceAccount: volumes.name, roleArn: role.arn },
      after: attachments,
    },
    opts,
  );
}

/** Add-ons for name resolution, volumes, metrics of HPAs, and node repair. */
export class AddOns extends Component {
  constructor(name: string, args: AddOnsArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "AddOns", name, opts);
    const inside = { parent: this };
    addOn(`${name}-coredns`, args, { name: "coredns" }, inside);
    volumeDriver(name, args, inside);
    addOn(`${name}-metrics-server`, args, { name: "metrics-server" }, inside);
    // Sees broken GPUs and kernels, which the kubelet calls ready; repair acts on what it sees.
    addOn(`${name}-node-monitor`, args, { name: "eks-node-monitoring-agent" }, inside);
    this.registerOutputs({});
  }
}
