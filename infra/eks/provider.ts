import * as aws from "@pulumi/aws";
import { stackTag, type Place } from "./names.ts";

/** The one provider of the stack: in its account alone, with its tag on everything that can be tagged. */
export function awsProvider({ stack, accountId, region }: Place): aws.Provider {
  return new aws.Provider("aws", {
    region,
    allowedAccountIds: [accountId],
    defaultTags: { tags: { [stackTag]: stack } },
  });
}
