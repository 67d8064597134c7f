import { expect, it } from "vitest";
import { secretsEncrypted } from "../../../policy/rules/cloud/secrets-encrypted.ts";
import { evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWithout } from "./breaks.ts";
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

it.each([
  ["AWS", aws.key, 2],
  ["Google Cloud", gcp.key, 1],
])("asks for a key of the program on %s where the setting says so", (_, key, count) => {
  const without = programWithout(key);
  expect(evaluateStack(secretsEncrypted, without)).toEqual([]);
  const said = evaluateStack(secretsEncrypted, without, { config: { keyOfProgram: true } });
  expect(said).toHaveLength(count);
  expect(said[0]).toContain("encrypts Secrets with a key that this program doesn't make");
});
