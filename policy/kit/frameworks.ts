/** Where a demand comes from, as the rule's documentation and Pulumi's own metadata name it. */
export interface Framework {
  readonly name: string;
  readonly version: string;
  readonly reference: string;
  readonly specification: string;
}

function framework(name: string, version: string, reference: string) {
  return (specification: string): Framework => ({ name, version, reference, specification });
}

const kubernetes = "1.35";

function podSecurity(level: string) {
  const reference = "https://kubernetes.io/docs/concepts/security/pod-security-standards/#";
  return framework(`Pod Security Standards, ${level}`, kubernetes, `${reference}${level}`);
}

function cis(name: string, version: string, page: string) {
  return framework(
    `CIS ${name} Benchmark`,
    version,
    `https://www.cisecurity.org/benchmark/${page}`,
  );
}

export const podSecurityRestricted = podSecurity("restricted");
export const podSecurityBaseline = podSecurity("baseline");
export const nsaCisa = framework(
  "NSA/CISA Kubernetes Hardening Guide",
  "1.2",
  "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
);
export const cisKubernetes = cis("Kubernetes", "1.10", "kubernetes");
export const cisGke = cis("GKE", "1.6", "kubernetes");
export const cisEks = cis("EKS", "1.5", "kubernetes");
export const cisGcp = cis("Google Cloud Foundations", "3.0", "google_cloud_computing_platform");
export const cisAws = cis("AWS Foundations", "3.0", "amazon_web_services");
/** What follows from how Kubernetes itself behaves. */
const docs = "https://kubernetes.io/docs/";
export const kubernetesDocs = framework("Kubernetes documentation", kubernetes, docs);
/** What Pulumi's policies can see and what not. */
const limits = "https://github.com/pulumi/pulumi-policy/issues/298";
export const pulumiPolicies = framework("Pulumi policies", "1.21", limits);

/** Which GPUs have how many encoders and decoders. */
export const supportMatrix = framework(
  "NVIDIA Video Encode and Decode GPU Support Matrix",
  "2026",
  "https://developer.nvidia.com/video-encode-decode-support-matrix",
)("Encoder support");

export const devicePlugin = framework(
  "NVIDIA device plugin for Kubernetes",
  "0.20",
  "https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus",
)("Shared access to GPUs: time-slicing");

function pillar(name: string, path: string) {
  return framework(
    `AWS Well-Architected Framework, ${name} Pillar`,
    "2024",
    `https://docs.aws.amazon.com/wellarchitected/latest/${path}/welcome.html`,
  );
}

/** What a cloud itself asks of whoever rents its machines. */
export const costOptimization = pillar("Cost Optimization", "cost-optimization-pillar");
export const reliability = pillar("Reliability", "reliability-pillar");
