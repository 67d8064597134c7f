import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { demandRule, exactly, given } from "./demands.ts";

const unsealed = "doesn't encrypt Secrets with a key of one's own";

export const secretsEncrypted = demandRule({
  name: "secrets-encrypted",
  title: "Clusters encrypt Secrets with a key of one's own",
  why: "Whoever reads the cluster's database, or a backup of it, reads every password; a key of one's own says who may, and writes down who did.",
  fix: "set encryptionConfigKeyArn (encryptionConfig.provider.keyArn of aws.eks.Cluster) on EKS, or databaseEncryption with state ENCRYPTED and keyName on GKE",
  severity: "high",
  frameworks: [
    cisGke("Kubernetes Secrets encrypted using keys managed in Cloud KMS"),
    cisEks("Kubernetes Secrets encrypted using Customer Master Keys managed in AWS KMS"),
  ],
  demands: {
    "eks:index:Cluster": [given("encryptionConfigKeyArn", unsealed)],
    "aws:eks/cluster:Cluster": [given("encryptionConfig.provider.keyArn", unsealed)],
    "gcp:container/cluster:Cluster": [
      exactly("databaseEncryption.state", "ENCRYPTED", "doesn't encrypt Secrets"),
      given("databaseEncryption.keyName", unsealed),
    ],
  },
});
