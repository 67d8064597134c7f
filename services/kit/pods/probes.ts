/** When a probe asks, and how often it may fail. Times in seconds. */
export interface Timing {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export type Probe = Timing &
  (
    | {
        readonly httpGet: {
          readonly path: string;
          readonly port: string;
          readonly scheme?: "HTTPS";
        };
      }
    | { readonly tcpSocket: { readonly port: string } }
    | { readonly exec: { readonly command: string[] } }
  );

export interface Probes {
  /** Until it passes once, the other two wait; sized for the slowest healthy start. */
  readonly startup: Probe;
  /** Whether to send work. */
  readonly readiness: Probe;
  /** Whether to restart; must not depend on other services, or one outage restarts everything. */
  readonly liveness: Probe;
}

/** Two seconds between tries: a start is noticed at once, and a slow one gets `seconds`. */
export function startWithin(seconds: number): Timing {
  return { periodSeconds: 2, timeoutSeconds: 5, failureThreshold: Math.ceil(seconds / 2) };
}

export function http(path: string, port: string, timing: Timing): Probe {
  return { httpGet: { path, port }, ...timing };
}

/** The certificate is not checked. */
export function https(path: string, port: string, timing: Timing): Probe {
  return { httpGet: { path, port, scheme: "HTTPS" }, ...timing };
}

export function tcp(port: string, timing: Timing): Probe {
  return { tcpSocket: { port }, ...timing };
}

export function exec(command: readonly string[], timing: Timing): Probe {
  return { exec: { command: [...command] }, ...timing };
}

export const backendLiveness: Timing = {
  periodSeconds: 30,
  timeoutSeconds: 10,
  failureThreshold: 4,
};

export const backendReadiness: Timing = {
  periodSeconds: 5,
  timeoutSeconds: 5,
  failureThreshold: 3,
};

/** One question for all three probes of a backend: others see at once that it is gone, and it restarts late. */
export function backendProbes(ask: (timing: Timing) => Probe, startSeconds: number): Probes {
  return {
    startup: ask(startWithin(startSeconds)),
    readiness: ask(backendReadiness),
    liveness: ask(backendLiveness),
  };
}

export interface AppProbeArgs {
  /** Name of the port. */
  readonly port: string;
  readonly alive: string;
  readonly ready: string;
  /** Seconds between two looks at readiness, where a new pod is waited for; unset: as in the seed. */
  readonly readyEvery?: number;
}

/** A start is noticed at once, and as many seconds without an answer are forgiven as by the seed's times. */
function often(periodSeconds: number): Timing {
  return {
    periodSeconds,
    timeoutSeconds: periodSeconds,
    failureThreshold: Math.ceil(30 / periodSeconds),
  };
}

/** Seed 000, readiness and liveness. Two minutes hold a start with a test encode for each encoder. */
export function appProbes({ port, alive, ready, readyEvery }: AppProbeArgs): Probes {
  const patience = { timeoutSeconds: 5, failureThreshold: 3 };
  const seed = { initialDelaySeconds: 5, periodSeconds: 10, ...patience };
  return {
    startup: http(alive, port, startWithin(120)),
    readiness: http(ready, port, readyEvery === undefined ? seed : often(readyEvery)),
    liveness: http(alive, port, { initialDelaySeconds: 10, periodSeconds: 30, ...patience }),
  };
}

/** Of a program that answers where all of ours do. */
export const opsProbes = appProbes({ port: "metrics", alive: "/healthz", ready: "/readyz" });
