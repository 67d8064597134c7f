import type { EdgeSection, Resources } from "../../config/schema.ts";
import { parseQuantity } from "../../config/units.ts";
import type { Edge } from "../../infra/cluster.ts";
import type { Endpoint } from "../kit/app.ts";
import type { PublicUrls } from "../kit/network/exposure.ts";
import type { ProxyArgs, SiteAddress } from "./proxy-args.ts";
import { certificateFolder, ports } from "./identity.ts";
import type { Site, Target } from "./routes.ts";

export type Targets = Readonly<Partial<Record<Target, Endpoint>>>;

/** On clouds names tell the sites apart, and on a node its ports. */
function sitesOf(edge: Edge, urls: PublicUrls): Readonly<Record<Site, SiteAddress>> {
  if (edge.kind === "load-balancer") {
    const named = (url: string) => ({ url, port: ports.https, host: new URL(url).hostname });
    return { api: named(urls.api), workerApi: named(urls.workerApi) };
  }
  return {
    api: { url: urls.api, port: ports.https },
    workerApi: { url: urls.workerApi, port: ports.workers },
  };
}

/** As many as it may use cores: HAProxy would take one for each core of the node. */
function threadsOf({ limits }: Resources): number {
  return limits.cpu === "none" ? 2 : Math.max(1, Math.ceil(parseQuantity(limits.cpu)));
}

function addressOf(endpoint: Endpoint | undefined): string | undefined {
  return endpoint && `${endpoint.host}:${endpoint.port}`;
}

export interface SettingsArgs {
  readonly edge: Edge;
  readonly urls: PublicUrls;
  readonly targets: Targets;
  /** File with the authorities of a store that answers by TLS. */
  readonly storeCaFile?: string | undefined;
  readonly section: Pick<
    EdgeSection,
    "limits" | "maxConnections" | "drainSeconds" | "hstsSeconds" | "resources"
  >;
}

export function proxyArgs(args: SettingsArgs): ProxyArgs {
  const { edge, urls, targets, section, storeCaFile: caFile } = args;
  const store = targets.objectStore;
  const { limits, maxConnections, drainSeconds, hstsSeconds } = section;
  return {
    certificateFolder,
    sites: sitesOf(edge, urls),
    targets: {
      api: addressOf(targets.api),
      workerApi: addressOf(targets.workerApi),
      objectStore: addressOf(targets.objectStore),
    },
    ...(store && caFile !== undefined && { storeTls: { serverName: store.host, caFile } }),
    ports: { http: ports.http, metrics: ports.metrics },
    ...{ limits, maxConnections, drainSeconds, hstsSeconds },
    threads: threadsOf(section.resources),
  };
}
