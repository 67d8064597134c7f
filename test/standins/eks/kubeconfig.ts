/** What a kubeconfig of @pulumi/eks says of its cluster. */
export interface KubeconfigArgs {
  readonly name: string;
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificate: string | undefined;
  readonly arn: string;
  readonly roleArn?: string | undefined;
  readonly profile?: string | undefined;
}

/** The region in "arn:aws:eks:us-east-1:123456789012:cluster/name". */
function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

/** The same user, context and exec plugin that @pulumi/eks writes (generateKubeconfig in its cluster.ts). */
export function kubeconfigOf(args: KubeconfigArgs) {
  const { name, endpoint, certificate, arn, roleArn, profile } = args;
  const getToken = ["eks", "get-token", "--cluster-name", name, "--output", "json"];
  const role = roleArn === undefined ? [] : ["--role", roleArn];
  const credentials = profile === undefined ? [] : ["--profile", profile];
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: ["--region", regionOf(arn), ...getToken, ...role, ...credentials],
    env: [
      {
        name: "KUBERNETES_EXEC_INFO",
        value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}',
      },
    ],
  };
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { server: endpoint, "certificate-authority-data": certificate },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
    "current-context": "aws",
    kind: "Config",
    users: [{ name: "aws", user: { exec } }],
  };
}
