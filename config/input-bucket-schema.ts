import { InputBucket } from "@framewright/contracts/input-bucket.ts";
import { Type } from "typebox";
import { cidrPattern } from "./leaves.ts";

/** Read by the API, which has all but the ranges: those are for the network policies. */
export const InputBuckets = Type.Array(
  Type.Object(
    {
      ...InputBucket.properties,
      ranges: Type.Optional(
        Type.Array(Type.String({ pattern: cidrPattern, description: "A range, as 10.30.0.0/20" }), {
          maxItems: 20,
          description:
            "Ranges of IPv4 addresses that the endpoint has in a private network; without any the API and the workers may connect to public addresses on its port",
        }),
      ),
    },
    { additionalProperties: false, description: "A bucket" },
  ),
  {
    maxItems: 20,
    default: [],
    description:
      "Buckets of your own in which jobs may name objects as their input ({ bucket, key }); the workers get an address of the one object, and never the keys",
  },
);
