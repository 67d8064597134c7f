import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { GkeSection } from "../../config/schema.ts";
import type { KubernetesApi } from "../cluster.ts";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

export interface GkeNetworkArgs {
  readonly place: Place;
  readonly ranges: GkeSection["network"];
  /** Whether pods serve a part of the Kubernetes API. */
  readonly servesApis: boolean;
}

type Opts = pulumi.CustomResourceOptions;

/** Secondary ranges of the subnetwork, by what has addresses of them. */
export const rangeNames = { pods: "pods", services: "services" } as const;

function makeSubnetwork(
  name: string,
  args: GkeNetworkArgs & { network: gcp.compute.Network },
  opts: Opts,
): gcp.compute.Subnetwork {
  const { place, ranges, network } = args;
  return new gcp.compute.Subnetwork(
    `${name}-nodes`,
    {
      name: `${place.network}-nodes`,
      network: network.id,
      region: place.region,
      ipCidrRange: ranges.nodes,
      secondaryIpRanges: [
        { rangeName: rangeNames.pods, ipCidrRange: ranges.pods },
        { rangeName: rangeNames.services, ipCidrRange: ranges.services },
      ],
      // Buckets, images and logs are reached without passing, and paying for, the NAT.
      privateIpGoogleAccess: true,
      // Who talked to whom, kept as Google keeps logs. All packets of a transcoding cluster would cost more than they tell.
      logConfig: {
        aggregationInterval: "INTERVAL_5_MIN",
        flowSampling: 0.1,
        metadata: "INCLUDE_ALL_METADATA",
      },
    },
    opts,
  );
}

/** The nodes' way out; it accepts no connection from outside. */
function makeWayOut(
  name: string,
  { place, network }: { place: Place; network: gcp.compute.Network },
  opts: Opts,
): gcp.compute.RouterNat {
  const router = new gcp.compute.Router(
    `${name}-router`,
    { network: network.id, region: place.region },
    opts,
  );
  return new gcp.compute.RouterNat(
    `${name}-nat`,
    {
      router: router.name,
      region: place.region,
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      // Webhooks of clients are called from few nodes: the default of 64 ports of a node runs out first.
      enableDynamicPortAllocation: true,
      minPortsPerVm: 64,
      maxPortsPerVm: 4096,
      // Google refuses it together with dynamic ports.
      enableEndpointIndependentMapping: false,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
    opts,
  );
}

/** Ports of pods that serve a part of the Kubernetes API: KEDA's adapter. */
const servedPorts = [6443] as const;

/** By itself Google opens 443 and 10250 of nodes to the control plane, and no port of a pod. */
function openToControlPlane(
  name: string,
  { place, ranges, network }: GkeNetworkArgs & { network: gcp.compute.Network },
  opts: Opts,
): gcp.compute.Firewall {
  return new gcp.compute.Firewall(
    `${name}-served-apis`,
    {
      name: `${place.network}-served-apis`,
      network: network.id,
      direction: "INGRESS",
      sourceRanges: [ranges.controlPlane],
      allows: [{ protocol: "tcp", ports: servedPorts.map(String) }],
      description: "The control plane asks pods that serve metrics",
    },
    opts,
  );
}

/** Where the control plane is, in its own network, and from where it comes: itself, its agents on nodes, or their pods. */
export function kubernetesApi({ controlPlane, nodes }: GkeNetworkArgs["ranges"]): KubernetesApi {
  return {
    blocks: [{ cidr: controlPlane, except: [] }],
    port: 443,
    callers: [controlPlane, nodes].map((cidr) => ({ cidr, except: [] })),
    agents: { "k8s-app": "konnectivity-agent" },
  };
}

/** The stack's own network, with one subnetwork for nodes that have no public addresses. */
export class GkeNetwork extends Component {
  readonly network: gcp.compute.Network;
  readonly subnetwork: gcp.compute.Subnetwork;
  /** The way out: nodes come after it and go before it. */
  readonly ways: readonly pulumi.Resource[];

  constructor(name: string, args: GkeNetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "GkeNetwork", name, opts);
    const inside = { parent: this };
    this.network = new gcp.compute.Network(
      `${name}-vpc`,
      {
        name: args.place.network,
        autoCreateSubnetworks: false,
        routingMode: "REGIONAL",
        description: `Framewright, stack ${args.place.stack}`,
      },
      inside,
    );
    const made = { ...args, network: this.network };
    this.subnetwork = makeSubnetwork(name, made, inside);
    this.ways = [
      makeWayOut(name, made, inside),
      ...(args.servesApis ? [openToControlPlane(name, made, inside)] : []),
    ];
    this.registerOutputs({ network: this.network.name });
  }
}
