import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

const keyRing = "projects/shop/locations/europe-west3/keyRings/shop";
new gcp.kms.CryptoKey("cart", { keyRing, purpose: "ENCRYPT_DECRYPT" }, onGcp);
