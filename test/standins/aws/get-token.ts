/** How long a token of EKS lives, in milliseconds: 14 of its 15 minutes (aws-cli, customizations/eks/get_token.py). */
const lifetimeMs = 14 * 60_000;

const usage = "aws [--region R] eks get-token --cluster-name N [--output json] [--role ARN]";

const options = ["--region", "--cluster-name", "--output", "--role", "--role-arn", "--profile"];

/** The one command of the aws CLI that a kubeconfig of EKS runs; undefined is any other command. */
export function clusterOf(args: readonly string[]): string | undefined {
  const words: string[] = [];
  const values = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const [word = "", value = ""] = args.slice(index, index + 2);
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    if (!options.includes(word) || value === "") return undefined;
    values.set(word, value);
    index += 1;
  }
  const json = (values.get("--output") ?? "json") === "json";
  return json && words.join(" ") === "eks get-token" ? values.get("--cluster-name") : undefined;
}

export function refusal(args: readonly string[]): string {
  return `the stand-in for the aws CLI knows "${usage}" alone, not "aws ${args.join(" ")}"`;
}

export function execCredential(token: string, now: number): string {
  const expires = new Date(now + lifetimeMs).toISOString().replace(/\.\d+Z$/, "Z");
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: { expirationTimestamp: expires, token },
  });
}
