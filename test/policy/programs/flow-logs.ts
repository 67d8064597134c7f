import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

new gcp.compute.Subnetwork(
  "nodes",
  {
    network: "projects/shop/global/networks/shop",
    ipCidrRange: "10.0.0.0/20",
    privateIpGoogleAccess: true,
  },
  onGcp,
);
