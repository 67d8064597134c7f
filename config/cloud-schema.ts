import { Type } from "typebox";
import manifest from "../package.json" with { type: "json" };
import type { EksAddOn } from "./eks-add-ons.ts";
import { defaultMinor, kubernetesMinors, releaseChannels } from "./kubernetes-versions.ts";
import { cidr, cidrPattern, count, flag, optionalSection, section } from "./leaves.ts";

/** The sections of the stack config that only gke and eks read. */

/**
 * A zone is its region and a letter on gke, us-central1-a, and a physical zone on eks, use1-az1: behind the letters of AWS
 * are other zones in each account.
 */
export const zonePatterns = {
  gke: "^[a-z]+-[a-z]+[0-9]+-[a-z]$",
  eks: "^[a-z]{3,5}[0-9]+-az[0-9]+$",
} as const;

/** What a zone is called, for whoever has written it in another way. */
const zoneNames = {
  gke: "A zone, e.g. us-central1-a",
  eks: "The id of a zone, e.g. use1-az1: letters such as us-east-1a mean other zones in each account",
} as const satisfies Record<keyof typeof zonePatterns, string>;

function zones(cloud: keyof typeof zonePatterns, description: string) {
  return Type.Array(Type.String({ pattern: zonePatterns[cloud], description: zoneNames[cloud] }), {
    minItems: 2,
    maxItems: 3,
    uniqueItems: true,
    description,
  });
}

function cidrs(value: string[], description: string) {
  return Type.Array(Type.String({ pattern: cidrPattern }), {
    uniqueItems: true,
    default: value,
    description,
  });
}

function roles(description: string) {
  return Type.Array(Type.String({ pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$" }), {
    uniqueItems: true,
    default: [],
    description,
  });
}

function machineType(value: string, description: string) {
  return Type.String({ minLength: 1, default: value, description });
}

function heldAddOn(name: EksAddOn) {
  return Type.Optional(
    Type.String({
      pattern: "^v[0-9]+(\\.[0-9]+){2}-eksbuild\\.[0-9]+$",
      description: `Version of ${name}, e.g. v1.2.3-eksbuild.4`,
    }),
  );
}

/** Seed 004: n2-standard-4, 1 to 10 nodes. EKS gets the instance type of the same size. */
function systemPool(machine: string, alternatives: string[]) {
  return section("Node pool of everything that needs neither a GPU nor a worker's node", {
    machine: machineType(machine, "Machine type of a node"),
    alternatives: Type.Array(Type.String({ minLength: 1 }), {
      maxItems: 5,
      uniqueItems: true,
      default: alternatives,
      description:
        "Machine types of the same size that take over, in this order, where the first one has no capacity",
    }),
    minNodes: count(1, { min: 1, max: 1000 }, "Minimum number of nodes over all zones"),
    maxNodes: count(10, { min: 1, max: 1000 }, "Maximum number of nodes over all zones"),
    diskGi: count(100, { min: 50, max: 65536 }, "Size of a node's disk, in GiB"),
  });
}

/** Three workers of the default size fit on such a node (config/allocatable.ts), so that seven hold the seed's twenty. */
function workerPool(machine: string) {
  return section("Node pool of the CPU workers; it has no nodes while no worker needs one", {
    machine: machineType(machine, "Machine type of a node"),
    spot: flag(
      true,
      "Whether nodes are spot capacity; production then has a second pool like it on demand, which grows when spot is gone",
    ),
    maxNodes: count(8, { min: 1, max: 1000 }, "Maximum number of nodes of a pool over all zones"),
    diskGi: count(100, { min: 50, max: 65536 }, "Size of a node's disk, in GiB"),
  });
}

export const Gke = optionalSection("The cluster of cloud gke", {
  project: Type.String({
    pattern: "^[a-z][a-z0-9-]{4,28}[a-z0-9]$",
    description: "Google Cloud project of all resources",
  }),
  region: Type.String({
    pattern: "^[a-z]+-[a-z]+[0-9]+$",
    description: "Region of the cluster, e.g. us-central1",
  }),
  zones: zones("gke", "Two or three zones of that region"),
  releaseChannel: Type.Enum([...releaseChannels], {
    default: "REGULAR",
    description: "GKE's release channel: how early new versions of Kubernetes arrive",
  }),
  version: Type.Optional(
    Type.Enum(kubernetesMinors, {
      description: `Kubernetes version that the control plane has at least; raise it one step at a time. Unset: ${defaultMinor} on the channels RAPID and REGULAR, and what new clusters get on STABLE`,
    }),
  ),
  system: systemPool("n2-standard-4", []),
  workers: workerPool("n2-standard-8"),
  network: section("Address ranges; they must not overlap with peered networks", {
    nodes: cidr("10.10.0.0/20", "Nodes and load balancers"),
    pods: cidr("10.20.0.0/14", "Pods"),
    services: cidr("10.24.0.0/20", "Services"),
    controlPlane: cidr("172.16.0.0/28", "The control plane; always a /28"),
  }),
  endpoint: Type.Enum(["networks", "dns"], {
    default: "networks",
    description:
      "How the Kubernetes API is reached from outside: by the networks of authorizedNetworks; or, as hosted CI runners need it, by a name from any network, at which IAM decides (container.clusters.connect) before the cluster is asked",
  }),
  authorizedNetworks: Type.Array(
    Type.Object(
      {
        name: Type.String({ minLength: 1, description: "Name of the network" }),
        cidr: Type.String({
          pattern: cidrPattern,
          description: "Range of addresses, e.g. 203.0.113.0/24",
        }),
      },
      { additionalProperties: false },
    ),
    {
      default: [],
      description:
        "Networks that may reach the Kubernetes API from outside; others cannot, even with a token. Empty with endpoint dns",
    },
  ),
});

export const Eks = optionalSection("The cluster of cloud eks", {
  accountId: Type.String({
    pattern: "^[0-9]{12}$",
    description: "AWS account of all resources",
  }),
  region: Type.String({
    pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]+$",
    description: "Region of the cluster, e.g. us-east-1",
  }),
  zones: zones(
    "eks",
    "Two or three availability zones of that region, by their ids: `aws ec2 describe-availability-zones` lists them",
  ),
  version: Type.Enum(kubernetesMinors, {
    default: defaultMinor,
    description: "Kubernetes version; raise it one step at a time (docs/runbooks/upgrade.md)",
  }),
  hold: optionalSection(
    "Versions to stay at, as the way back from one that does harm; what is unset gets the newest at each `pulumi up`",
    {
      nodes: Type.Optional(
        Type.String({
          pattern: "^1\\.[0-9]{2}\\.[0-9]+-[0-9]{8}$",
          description:
            "Release of the nodes' images, e.g. 1.36.3-20260827; in the middle of an upgrade, one of the version before",
        }),
      ),
      addOns: optionalSection(
        "Versions of add-ons, as `aws eks describe-addon-versions` lists them",
        {
          "vpc-cni": heldAddOn("vpc-cni"),
          "kube-proxy": heldAddOn("kube-proxy"),
          coredns: heldAddOn("coredns"),
          "aws-ebs-csi-driver": heldAddOn("aws-ebs-csi-driver"),
          "metrics-server": heldAddOn("metrics-server"),
          "eks-pod-identity-agent": heldAddOn("eks-pod-identity-agent"),
          "eks-node-monitoring-agent": heldAddOn("eks-node-monitoring-agent"),
        } satisfies Record<EksAddOn, unknown>,
      ),
    },
  ),
  system: systemPool("m6i.xlarge", ["m6a.xlarge", "m5.xlarge"]),
  workers: workerPool("m6i.2xlarge"),
  network: section("Address ranges; they must not overlap with peered networks", {
    vpc: Type.String({
      pattern: "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/1[6-8]$",
      default: "10.10.0.0/16",
      description: "The VPC, /16 to /18; pods have addresses in it",
    }),
    services: cidr("172.20.0.0/16", "Services"),
  }),
  publicAccessCidrs: cidrs(
    [],
    "Networks that may reach the Kubernetes API from outside; an empty list makes the endpoint private",
  ),
  runners: flag(
    false,
    "Whether runners of CI in the private subnets may reach the Kubernetes API; makes their security group (docs/runbooks/deploy-from-ci.md)",
  ),
  adminRoleArns: roles(
    "IAM roles that administer the cluster, in addition to the one that creates it",
  ),
  viewerRoleArns: roles(
    "IAM roles that read everything in the cluster, Secrets too, and change nothing, as `npm run drift` needs it",
  ),
});

export const Images = section("Registry and tag of the images on gke and eks", {
  registry: Type.Optional(
    Type.String({
      pattern: "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$",
      description: "Your own registry; unset means that the stack creates one in its cloud",
    }),
  ),
  tag: Type.String({
    pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
    default: manifest.version,
    description:
      "Tag of all images, which the release workflow pushes; a new tag rolls the images out",
  }),
  digests: optionalSection(
    "What `npm run verify` found of a release: pods get images by digest, and in the platform's namespaces the Kubernetes API refuses all others of the registry. Unset: by tag",
    {
      tag: Type.String({
        description:
          "The release that they are of; must be images.tag, so that a new one brings its own",
      }),
      images: Type.Record(Type.String(), Type.String({ pattern: "^sha256:[0-9a-f]{64}$" }), {
        description: "Digest of each image, by its name",
      }),
    },
  ),
  others: Type.Array(Type.String({ pattern: "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$" }), {
    uniqueItems: true,
    default: [],
    description:
      "Repositories of others whose images pods of the platform's namespaces may have, beside those of KEDA, kube-state-metrics, Jaeger and LiveKit; the Kubernetes API refuses what is neither of these nor of the registry",
  }),
});
