import * as aws from "@pulumi/aws";

/** Options of what is made in an account of AWS; no credentials are asked for. */
export const onAws = {
  provider: new aws.Provider("aws", {
    region: "eu-central-1",
    allowedAccountIds: ["123456789012"],
    defaultTags: { tags: { product: "shop" } },
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
  }),
};
