import { randomInt } from "node:crypto";
import { numberAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Row, Shaped, Use } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import {
  autonamed,
  computeLink,
  gcpRow,
  lastPart,
  projectOf,
  regionOf,
  textOf,
} from "./gcp-row.ts";

export const networkType = "gcp:compute/network:Network";
export const subnetworkType = "gcp:compute/subnetwork:Subnetwork";
const routerType = "gcp:compute/router:Router";
const addressType = "gcp:compute/address:Address";

/** Each row's `replaces` are the fields that the Terraform provider marks ForceNew (Magic Modules: immutable). */

const inNetwork: Use = { field: "network", type: networkType, onDelete: "refuse" };

function numericId(): string {
  return randomInt(2 ** 40, 2 ** 47).toString();
}

function made(): JsonObject {
  return { creationTimestamp: new Date().toISOString() };
}

function linked({ id }: Shaped): JsonObject {
  return { selfLink: computeLink(id) };
}

/**
 * The controllers of a cluster open the network's firewall for each load balancer, and close it with it: what is
 * left of one holds the network. Whoever plays them stores load balancers under this type.
 */
const balancerType = "loadbalancer";

function assertNoBalancers(network: Entry, store: CloudStore): Promise<void> {
  const left = store.list(balancerType).find(({ provider }) => provider === "gcp");
  if (left !== undefined) {
    const project = textOf(network.outputs, "project");
    throw new Error(
      `Error waiting for Deleting Network: The network resource '${network.id}' is already being used by 'projects/${project}/global/firewalls/k8s-fw-${left.name}'`,
    );
  }
  return Promise.resolve();
}

const network = gcpRow({
  autoname: autonamed(63),
  id: (draft) => `projects/${projectOf(draft)}/global/networks/${textOf(draft.inputs, "name")}`,
  replaces: [
    "description",
    "autoCreateSubnetworks",
    "enableUlaInternalIpv6",
    "internalIpv6Range",
    "networkProfile",
    "deleteDefaultRoutesOnCreate",
  ],
  defaults: {
    autoCreateSubnetworks: true,
    deleteDefaultRoutesOnCreate: false,
    mtu: 1460,
    networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    routingMode: "REGIONAL",
  },
  outputs: linked,
  made: () => {
    const id = numericId();
    return { networkId: id, numericId: id, gatewayIpv4: "", internalIpv6Range: "" };
  },
  beforeDelete: assertNoBalancers,
});

/** The first address of a range, which Google gives to the gateway. */
function gatewayOf(range: string): string {
  const [address = ""] = range.split("/");
  const bytes = address.split(".");
  return [...bytes.slice(0, 3), (Number(bytes[3]) + 1).toString()].join(".");
}

const subnetwork = gcpRow({
  autoname: autonamed(63),
  id: (draft) =>
    `projects/${projectOf(draft)}/regions/${regionOf(draft)}/subnetworks/${textOf(draft.inputs, "name")}`,
  replaces: [
    "network",
    "region",
    "description",
    "purpose",
    "reservedInternalRange",
    "externalIpv6Prefix",
    // In truth only a smaller range is: a larger one grows in place. The product never changes it.
    "ipCidrRange",
  ],
  defaults: { privateIpGoogleAccess: false, purpose: "PRIVATE", stackType: "IPV4_ONLY" },
  outputs: (shaped) => ({
    ...linked(shaped),
    gatewayAddress: gatewayOf(textOf(shaped.inputs, "ipCidrRange")),
  }),
  made: () => ({ ...made(), subnetworkId: randomInt(2 ** 40), fingerprint: "", state: "READY" }),
  uses: [inNetwork],
});

const router = gcpRow({
  autoname: autonamed(63),
  id: (draft) =>
    `projects/${projectOf(draft)}/regions/${regionOf(draft)}/routers/${textOf(draft.inputs, "name")}`,
  replaces: ["network", "region", "encryptedInterconnectRouter"],
  outputs: linked,
  made,
  uses: [inNetwork],
});

const routerNat = gcpRow({
  autoname: autonamed(63),
  id: (draft) => {
    const router = lastPart(textOf(draft.inputs, "router"));
    return `${projectOf(draft)}/${regionOf(draft)}/${router}/${textOf(draft.inputs, "name")}`;
  },
  replaces: ["router", "region", "type", "endpointTypes", "initialNatIps"],
  defaults: {
    enableDynamicPortAllocation: false,
    enableEndpointIndependentMapping: false,
    icmpIdleTimeoutSec: 30,
    tcpEstablishedIdleTimeoutSec: 1200,
    tcpTimeWaitTimeoutSec: 120,
    tcpTransitoryIdleTimeoutSec: 30,
    type: "PUBLIC",
    udpIdleTimeoutSec: 30,
    endpointTypes: ["ENDPOINT_TYPE_VM"],
  },
  uses: [
    // A NAT is a part of its router.
    { field: "router", type: routerType, onDelete: "vanish" },
    { field: "natIps.*", type: addressType, onDelete: "refuse" },
    { field: "subnetworks.*.name", type: subnetworkType, onDelete: "refuse" },
  ],
});

/** An address of a range that Google would choose from; tests never reach it. */
function anyAddress(internal: boolean): string {
  const last = (): number => randomInt(1, 254);
  return internal ? `10.${last()}.${last()}.0` : `203.0.113.${last()}`;
}

const addressFields = [
  "address",
  "addressType",
  "description",
  "ipVersion",
  "network",
  "prefixLength",
  "purpose",
  "networkTier",
  "region",
  "subnetwork",
  "ipv6EndpointType",
];

const address: Row = {
  autoname: autonamed(63),
  id: (draft) =>
    `projects/${projectOf(draft)}/regions/${regionOf(draft)}/addresses/${textOf(draft.inputs, "name")}`,
  replaces: addressFields,
  defaults: { addressType: "EXTERNAL", networkTier: "PREMIUM" },
  outputs: linked,
  made: ({ inputs }) => ({
    ...made(),
    address: textAt(inputs, "address") ?? anyAddress(textAt(inputs, "addressType") === "INTERNAL"),
    labelFingerprint: "42WmSpB8rSM=",
    users: [],
  }),
  uses: [inNetwork, { field: "subnetwork", type: subnetworkType, onDelete: "refuse" }],
};

const globalAddress: Row = {
  ...address,
  id: (draft) => `projects/${projectOf(draft)}/global/addresses/${textOf(draft.inputs, "name")}`,
  defaults: { addressType: "EXTERNAL" },
  problems: (inputs) =>
    textAt(inputs, "purpose") === "VPC_PEERING" && numberAt(inputs, "prefixLength") === undefined
      ? [{ property: "prefixLength", reason: "a range for VPC_PEERING needs a prefixLength" }]
      : [],
};

const firewall = gcpRow({
  autoname: autonamed(63),
  id: (draft) => `projects/${projectOf(draft)}/global/firewalls/${textOf(draft.inputs, "name")}`,
  replaces: ["network", "direction"],
  defaults: { direction: "INGRESS", priority: 1000 },
  outputs: linked,
  made,
  uses: [inNetwork],
});

/** What makes a load balancer, or a service of Google's (Private Service Connect), answer at an address. */
const forwardingRule = gcpRow({
  autoname: autonamed(63),
  id: (draft) =>
    `projects/${projectOf(draft)}/regions/${regionOf(draft)}/forwardingRules/${textOf(draft.inputs, "name")}`,
  replaces: [
    "network",
    "region",
    "subnetwork",
    "ipAddress",
    "ipProtocol",
    "ipVersion",
    "loadBalancingScheme",
    "description",
    "portRange",
    "ports",
    "serviceDirectoryRegistrations",
    "noAutomateDnsZone",
  ],
  defaults: { loadBalancingScheme: "EXTERNAL" },
  outputs: linked,
  made: ({ inputs }) => ({
    ...made(),
    labelFingerprint: "42WmSpB8rSM=",
    baseForwardingRule: "",
    pscConnectionId: textAt(inputs, "target")?.includes("serviceAttachments") ? numericId() : "",
    pscConnectionStatus: "ACCEPTED",
    forwardingRuleId: randomInt(2 ** 40),
  }),
  uses: [
    inNetwork,
    { field: "subnetwork", type: subnetworkType, onDelete: "refuse" },
    { field: "ipAddress", type: addressType, onDelete: "refuse", elsewhere: true },
  ],
});

export const networkRows: ReadonlyMap<string, Row> = new Map([
  [networkType, network],
  [subnetworkType, subnetwork],
  [routerType, router],
  ["gcp:compute/routerNat:RouterNat", routerNat],
  [addressType, gcpRow(address)],
  ["gcp:compute/globalAddress:GlobalAddress", gcpRow(globalAddress)],
  ["gcp:compute/firewall:Firewall", firewall],
  ["gcp:compute/forwardingRule:ForwardingRule", forwardingRule],
]);
