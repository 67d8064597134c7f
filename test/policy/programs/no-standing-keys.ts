import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

const serviceAccountEmail = "cart@shop.iam.gserviceaccount.com";
new gcp.storage.HmacKey("cart", { serviceAccountEmail }, onGcp);
