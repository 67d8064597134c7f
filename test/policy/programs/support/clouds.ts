import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";

/** Options of what is made in an account of AWS; no credentials are asked for. */
export const onAws = {
  provider: new aws.Provider("aws", {
    region: "eu-central-1",
    allowedAccountIds: ["123456789012"],
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
  }),
};

/** Options of what is made in a project of Google Cloud. */
export const onGcp = {
  provider: new gcp.Provider("gcp", { project: "shop", region: "europe-west3" }),
};
