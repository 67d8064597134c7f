import { secretsEncrypted } from "../../../policy/rules/cloud/secrets-encrypted.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(secretsEncrypted, [
  {
    of: aws.component,
    path: "encryptionConfigKeyArn",
    wrong: [""],
    says: "doesn't encrypt Secrets with a key of one's own",
    mayBeUnknown: true,
  },
  {
    of: aws.cluster,
    path: "encryptionConfig.provider.keyArn",
    wrong: [""],
    says: "doesn't encrypt Secrets with a key of one's own",
    mayBeUnknown: true,
  },
  {
    of: gcp.cluster,
    path: "databaseEncryption.state",
    wrong: ["DECRYPTED"],
    says: "doesn't encrypt Secrets",
  },
  {
    of: gcp.cluster,
    path: "databaseEncryption.keyName",
    wrong: [""],
    says: "doesn't encrypt Secrets with a key of one's own",
    mayBeUnknown: true,
  },
]);
