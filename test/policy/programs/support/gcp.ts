import * as gcp from "@pulumi/gcp";

/** Options of what is made in a project of Google Cloud. */
export const onGcp = {
  provider: new gcp.Provider("gcp", {
    project: "shop",
    region: "europe-west3",
    defaultLabels: { product: "shop" },
  }),
};
