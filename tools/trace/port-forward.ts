import { spawn } from "node:child_process";

const service = "service/jaeger";
const namespace = "framewright-ops";
const queryPort = 16686;

export interface Forwarded {
  readonly url: string;
  readonly close: () => void;
}

/**
 * The query API of the stack's Jaeger on a free port of this machine. Kubernetes carries it to the pod by the node, so that
 * no network policy has to let anybody in.
 */
export function forwardToJaeger(
  kubectlArgs: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Forwarded> {
  const { promise, resolve, reject } = Promise.withResolvers<Forwarded>();
  const args = [...kubectlArgs, "-n", namespace, "port-forward", service, `:${queryPort}`];
  const child = spawn("kubectl", args, { env });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const port = /127\.0\.0\.1:(\d+) ->/.exec(text)?.[1];
    if (port === undefined) return;
    resolve({ url: `http://127.0.0.1:${port}`, close: () => child.kill() });
  });
  child.once("error", reject);
  child.once("exit", () => {
    const remedy = "Is tracing on? `npm run up -- --with tracing` deploys it locally";
    reject(new Error(`No way to Jaeger of namespace ${namespace}. ${remedy}.\n${said.trim()}`));
  });
  return promise;
}
