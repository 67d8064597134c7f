import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

new gcp.compute.Network("shop", { autoCreateSubnetworks: true }, onGcp);
