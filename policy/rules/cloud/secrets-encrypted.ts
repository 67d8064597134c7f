import { Type } from "typebox";
import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { exactly, given } from "./demands.ts";
import { guardRule, type Guard } from "./guards.ts";

const config = Type.Object({
  keyOfProgram: Type.Boolean({
    default: false,
    description: "Whether the program itself must make the key, so that rules see how it is kept.",
  }),
});
type Config = (typeof config)["properties"];

const unsealed = "doesn't encrypt Secrets with a key of one's own";

function keyOf(cluster: string, property: string, key: string): Guard<Config> {
  return {
    of: [cluster],
    by: [key],
    property,
    saidBy: "the guarded",
    problem: "encrypts Secrets with a key that this program doesn't make",
    when: ({ keyOfProgram }) => keyOfProgram,
  };
}

export const secretsEncrypted = guardRule<Config>({
  name: "secrets-encrypted",
  title: "Clusters encrypt Secrets with a key of one's own",
  why: "Whoever reads the cluster's database, or a backup of it, reads every password; a key of one's own says who may, and writes down who did.",
  fix: "set encryptionConfigKeyArn (encryptionConfig.provider.keyArn of aws.eks.Cluster) on EKS, or databaseEncryption with state ENCRYPTED and keyName on GKE",
  severity: "high",
  frameworks: [
    cisGke("Kubernetes Secrets encrypted using keys managed in Cloud KMS"),
    cisEks("Kubernetes Secrets encrypted using Customer Master Keys managed in AWS KMS"),
  ],
  config,
  demands: {
    "eks:index:Cluster": [given("encryptionConfigKeyArn", unsealed)],
    "aws:eks/cluster:Cluster": [given("encryptionConfig.provider.keyArn", unsealed)],
    "gcp:container/cluster:Cluster": [
      exactly("databaseEncryption.state", "ENCRYPTED", "doesn't encrypt Secrets"),
      given("databaseEncryption.keyName", unsealed),
    ],
  },
  guards: [
    keyOf("eks:index:Cluster", "encryptionConfigKeyArn", "aws:kms/key:Key"),
    keyOf("aws:eks/cluster:Cluster", "encryptionConfig", "aws:kms/key:Key"),
    keyOf("gcp:container/cluster:Cluster", "databaseEncryption", "gcp:kms/cryptoKey:CryptoKey"),
  ],
});
