/** When a probe asks, and how often it may fail. Times in seconds. */
export interface Timing {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export type Probe = Timing &
  (
    | { readonly httpGet: { readonly path: string; readonly port: string } }
    | { readonly tcpSocket: { readonly port: string } }
    | { readonly exec: { readonly command: string[] } }
  );

export interface Probes {
  /** Until it passes once, the other two wait; sized for the slowest honest start. */
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

/** The figures of seed 000 for readiness and liveness. */
export const readinessTiming: Timing = {
  initialDelaySeconds: 5,
  periodSeconds: 10,
  timeoutSeconds: 5,
  failureThreshold: 3,
};
export const livenessTiming: Timing = {
  initialDelaySeconds: 10,
  periodSeconds: 30,
  timeoutSeconds: 5,
  failureThreshold: 3,
};

export function http(path: string, port: string, timing: Timing): Probe {
  return { httpGet: { path, port }, ...timing };
}

export function tcp(port: string, timing: Timing): Probe {
  return { tcpSocket: { port }, ...timing };
}

export function exec(command: readonly string[], timing: Timing): Probe {
  return { exec: { command: [...command] }, ...timing };
}
