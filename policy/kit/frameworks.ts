/** Where a demand comes from, as the rule's documentation and Pulumi's own metadata name it. */
export interface Framework {
  readonly name: string;
  readonly version: string;
  readonly reference: string;
  readonly specification: string;
}

export function framework(name: string, version: string, reference: string) {
  return (specification: string): Framework => ({ name, version, reference, specification });
}

export const podSecurityRestricted = framework(
  "Pod Security Standards, restricted",
  "1.35",
  "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
);
export const podSecurityBaseline = framework(
  "Pod Security Standards, baseline",
  "1.35",
  "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
);
export const nsaCisa = framework(
  "NSA/CISA Kubernetes Hardening Guide",
  "1.2",
  "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
);
export const cisKubernetes = framework(
  "CIS Kubernetes Benchmark",
  "1.10",
  "https://www.cisecurity.org/benchmark/kubernetes",
);
export const cisGke = framework(
  "CIS GKE Benchmark",
  "1.6",
  "https://www.cisecurity.org/benchmark/kubernetes",
);
export const cisEks = framework(
  "CIS EKS Benchmark",
  "1.5",
  "https://www.cisecurity.org/benchmark/kubernetes",
);
export const cisGcp = framework(
  "CIS Google Cloud Foundations Benchmark",
  "3.0",
  "https://www.cisecurity.org/benchmark/google_cloud_computing_platform",
);
export const cisAws = framework(
  "CIS AWS Foundations Benchmark",
  "3.0",
  "https://www.cisecurity.org/benchmark/amazon_web_services",
);
/** What follows from how Kubernetes itself behaves. */
export const kubernetesDocs = framework(
  "Kubernetes documentation",
  "1.35",
  "https://kubernetes.io/docs/",
);
/** What Pulumi's policies can see and what not. */
export const pulumiPolicies = framework(
  "Pulumi policies",
  "1.21",
  "https://github.com/pulumi/pulumi-policy/issues/298",
);
