import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

new gcp.projects.IAMMember(
  "cart",
  {
    project: "shop",
    role: "roles/editor",
    member: "serviceAccount:cart@shop.iam.gserviceaccount.com",
  },
  onGcp,
);
