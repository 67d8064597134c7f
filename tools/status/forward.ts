import { exec } from "../exec.ts";
import { kubectlCommand } from "../node/start.ts";

/** A port of something in the cluster, on a free port of this machine's loopback. */
export interface Forward {
  readonly url: string;
  close(): void;
}

export interface ForwardTo {
  readonly namespace: string;
  /** `service/prometheus`, `pod/api-1`. */
  readonly target: string;
  readonly port: number;
}

const from = /^Forwarding from (127\.0\.0\.1:\d+) /;

/** By kubectl, which reaches pods past the rules of the network, as they are for pods alone. */
export function forwardTo({ namespace, target, port }: ForwardTo): Promise<Forward> {
  const { command, args } = kubectlCommand([
    ...["-n", namespace, "port-forward", "--address", "127.0.0.1", target],
    `:${port}`,
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<Forward>();
  const ending = new AbortController();
  const close = (): void => {
    ending.abort();
  };
  const onLine = (line: string): void => {
    const [, address] = from.exec(line) ?? [];
    if (address !== undefined) resolve({ url: `http://${address}`, close });
  };
  // Ends with the connection, long after it has been given; whoever asks through it then notices.
  exec(command, args, { signal: ending.signal, onLine }).then(
    () => {
      reject(new Error(`the connection to ${target} ended at once`));
    },
    (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return promise;
}
