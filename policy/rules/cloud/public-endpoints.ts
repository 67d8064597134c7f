import { Type } from "typebox";
import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, listAt, textAt, textsAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, exactly } from "./demands.ts";
import { isWide } from "./networks.ts";

const config = Type.Object({
  widest: Type.Integer({
    default: 8,
    minimum: 0,
    maximum: 32,
    description: "Length in bits of the widest IPv4 range that may reach a control plane.",
  }),
});
type Config = (typeof config)["properties"];

/** EKS lets in everybody where nobody is named. */
function namesWhom(access: unknown, { widest }: Settings<Config>): boolean {
  if (at(access, "endpointPublicAccess") === false) return true;
  const ranges = textsAt(access, "publicAccessCidrs");
  return ranges.length > 0 && !ranges.some((range) => isWide(range, widest));
}

const open = "can be reached from anywhere, or from too wide a range";

function eksDemands(path: string) {
  const prefix = path === "" ? "" : `${path}.`;
  return [
    { path, holds: namesWhom, problem: open },
    exactly(`${prefix}endpointPrivateAccess`, true, "makes its own nodes go through the internet"),
  ];
}

/** GKE lets in everybody where there is no list, and nobody where the list is empty. */
function namesNetworks(cluster: unknown, { widest }: Settings<Config>): boolean {
  const blocks = listAt(cluster, "masterAuthorizedNetworksConfig", "cidrBlocks");
  const closed = at(cluster, "privateClusterConfig", "enablePrivateEndpoint") === true;
  return (
    at(cluster, "masterAuthorizedNetworksConfig") !== undefined &&
    (closed || blocks.length > 0) &&
    !blocks.some((block) => isWide(textAt(block, "cidrBlock"), widest))
  );
}

export const publicEndpoints = demandRule<Config>({
  name: "public-endpoints",
  title: "Control planes can be reached only from networks that are named",
  why: "The API of a cluster is the way to everything in it; open to the internet, one stolen token or one hole in it is enough.",
  fix: "name narrow ranges in publicAccessCidrs of EKS or cidrBlocks of masterAuthorizedNetworksConfig of GKE, or close the public endpoint, and let nodes use the private one",
  severity: "critical",
  frameworks: [
    cisGke("Control Plane Authorized Networks"),
    cisEks("Restrict Access to the Control Plane Endpoint"),
  ],
  config,
  demands: {
    "eks:index:Cluster": eksDemands(""),
    "aws:eks/cluster:Cluster": eksDemands("vpcConfig"),
    "gcp:container/cluster:Cluster": [
      { path: "", holds: namesNetworks, problem: open },
      exactly(
        "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled",
        false,
        "can be reached from every machine of every customer of Google",
      ),
      exactly(
        "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic",
        false,
        "has a second way in by name, which no list of networks guards",
      ),
    ],
  },
});
