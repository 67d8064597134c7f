import type { Site, Target } from "./routes.ts";

/** Where clients reach a site: at a port of the pod, and where several share one, by its name. */
export interface SiteAddress {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly host?: string;
}

/** What one client may do to a pod of the edge. Requests a second are means over ten seconds. */
export interface EdgeLimits {
  readonly requestsPerKey: number;
  readonly requestsPerAddress: number;
  readonly connectionsPerAddress: number;
  readonly newConnectionsPerAddress: number;
}

export interface ProxyArgs {
  readonly sites: Readonly<Record<Site, SiteAddress>>;
  /** `host:port`; unset: no route leads there. */
  readonly targets: Readonly<Partial<Record<Target, string>>>;
  /** A store that answers by TLS: the name in its certificate, and the file with its authorities. */
  readonly storeTls?: { readonly serverName: string; readonly caFile: string } | undefined;
  /**
   * Where it listens.
   * @default on all addresses
   */
  readonly address?: string;
  /** Where `tls.crt` and `tls.key` are. */
  readonly certificateFolder: string;
  readonly ports: { readonly http: number; readonly metrics: number };
  readonly limits: EdgeLimits;
  readonly maxConnections: number;
  readonly threads: number;
  readonly drainSeconds: number;
  /** 0: browsers are told nothing. */
  readonly hstsSeconds: number;
}

/** Set by the pod: the API takes addresses of clients from nobody else. */
export const secretVariable = "EDGE_SECRET";
/** The header of that secret. */
export const edgeHeader = "x-framewright-edge";
export const consoleSocket = "/tmp/edge.sock";
