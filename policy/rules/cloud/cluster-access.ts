import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { demandRule, exactly } from "./demands.ts";

const byConfigMap = "also takes administrators from a ConfigMap in the cluster";

export const clusterAccess = demandRule({
  name: "cluster-access",
  title: "Clusters know people by the cloud's identities alone",
  why: "Certificates that never end, rights for everybody with an account and lists in a ConfigMap are ways in that nobody sees when somebody leaves.",
  fix: "set authenticationMode to API on EKS; on GKE set enableLegacyAbac, issueClientCertificate and both enableInsecureBindingSystem flags to false and anonymousAuthenticationConfig.mode to LIMITED",
  severity: "high",
  frameworks: [
    cisGke("Authentication using client certificates, legacy authorization"),
    cisEks("Manage Kubernetes RBAC users with access entries"),
  ],
  demands: {
    "eks:index:Cluster": [exactly("authenticationMode", "API", byConfigMap)],
    "aws:eks/cluster:Cluster": [exactly("accessConfig.authenticationMode", "API", byConfigMap)],
    "gcp:container/cluster:Cluster": [
      exactly("enableLegacyAbac", false, "may grant rights without RBAC (enableLegacyAbac)"),
      exactly(
        "masterAuth.clientCertificateConfig.issueClientCertificate",
        false,
        "gives out client certificates, which can't be taken back",
      ),
      exactly(
        "anonymousAuthenticationConfig.mode",
        "LIMITED",
        "answers whoever gives no name, and not health checks alone",
      ),
      exactly(
        "rbacBindingConfig.enableInsecureBindingSystemAuthenticated",
        false,
        "lets roles be bound to every account of Google",
      ),
      exactly(
        "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated",
        false,
        "lets roles be bound to everybody",
      ),
    ],
  },
});
