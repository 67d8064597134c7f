import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { directCloud, type DirectCloud, type Resource } from "../kit/direct-cloud.ts";
import { gcp } from "./gcp-cloud.ts";
import { clusterType } from "./type-tokens.ts";

export const networkType = "gcp:compute/network:Network";
export const subnetworkType = "gcp:compute/subnetwork:Subnetwork";
export const accountType = "gcp:serviceaccount/account:Account";
export const addressType = "gcp:compute/globalAddress:GlobalAddress";

export function directGcp(): Promise<DirectCloud> {
  return directCloud(gcp, {
    project: "project-one",
    region: "us-central1",
    defaultLabels: '{"framewright-stack":"test"}',
  });
}

export function network(cloud: DirectCloud): Promise<Resource> {
  return cloud.create(networkType, "network", { autoCreateSubnetworks: false });
}

export function subnetwork(
  cloud: DirectCloud,
  of: Resource,
  more: JsonObject = {},
): Promise<Resource> {
  const inputs = { network: of.id, ipCidrRange: "10.10.0.0/20", ...more };
  return cloud.create(subnetworkType, "subnetwork", inputs);
}

/** A cluster without a control plane: put into the cloud as if it had always been there. */
export function cluster(cloud: DirectCloud, outputs: JsonObject = {}): string {
  const id = "projects/project-one/locations/us-central1/clusters/main";
  const masterVersion = "1.35.1-gke.1000000";
  cloud.store.create({
    provider: "gcp",
    type: clusterType,
    id,
    name: "main",
    inputs: {},
    outputs: { name: "main", location: "us-central1", masterVersion, ...outputs },
  });
  return id;
}
