import { Type } from "typebox";
import { count, section } from "./leaves.ts";

/** Read by services/kit/secrets/stored-secret.ts. Not to be mixed up with secrets.ts, which is about Pulumi's own. */
export const Secrets = section("Who makes and keeps the secrets that programs of the stack read", {
  source: Type.Enum(["pulumi", "external-secrets"], {
    default: "pulumi",
    description:
      "pulumi makes them, and they lie sealed in the stack's state; external-secrets has the External Secrets Operator of your cluster read them from a store of yours, as Secret Manager of Google Cloud or Secrets Manager of AWS, and none of them is in the state; secrets of others in the stack file are then stored:NAME (docs/secrets.md)",
  }),
  store: Type.Optional(
    Type.String({
      pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
      description:
        "With external-secrets, name of the ClusterSecretStore that says where the values are and who may read them",
    }),
  ),
  prefix: Type.String({
    pattern: "^[A-Za-z][-A-Za-z0-9/_]*$",
    default: "framewright-",
    description:
      "With external-secrets, what the name of each value in the store begins with; two stacks of one store need two",
  }),
  revision: count(
    0,
    { min: 0, max: 1_000_000 },
    "With external-secrets, how often you replaced a value that has no number in rotations: raise it by one and run `pulumi up`, and all pods are rolled with what the store has then",
  ),
});
