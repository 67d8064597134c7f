import * as aws from "@pulumi/aws";

new aws.Provider("anywhere", {
  region: "eu-central-1",
  defaultTags: { tags: { product: "shop" } },
  skipCredentialsValidation: true,
});
