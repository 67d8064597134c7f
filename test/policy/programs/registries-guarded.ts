import * as gcp from "@pulumi/gcp";
import { onGcp } from "./support/gcp.ts";

new gcp.artifactregistry.Repository(
  "shop",
  {
    repositoryId: "shop",
    location: "europe-west3",
    format: "DOCKER",
    dockerConfig: { immutableTags: false },
  },
  onGcp,
);
