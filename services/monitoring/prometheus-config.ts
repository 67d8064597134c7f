import { parseQuantity } from "../../config/units.ts";
import { alertmanagerEndpoint, ports } from "./apps.ts";
import { scrapeJobs, type TlsScrape } from "./scrape-jobs.ts";

export interface PrometheusConfigArgs {
  /** Where pods are looked for. */
  readonly namespaces: readonly string[];
  /** Whether nodes can be asked how full volumes are. */
  readonly kubelets: boolean;
  /** Who is scraped by TLS. */
  readonly tls: readonly TlsScrape[];
  readonly scrapeSeconds: number;
  readonly retentionDays: number;
  /** Of the volume. */
  readonly storage: string;
  /** Tells messages of several stacks apart. */
  readonly stack: string;
}

export const rulesFile = "rules.yml";

/** Old blocks go before the volume is full; a fifth of it is for the log, and for what is being compacted. */
function retention({ retentionDays, storage }: PrometheusConfigArgs) {
  const megabytes = Math.floor((parseQuantity(storage) * 4) / 5 / 2 ** 20);
  return { time: `${retentionDays}d`, size: `${megabytes}MB` };
}

/** What Prometheus is started with, as its documentation has it. */
export function prometheusConfig(args: PrometheusConfigArgs) {
  const { scrapeSeconds, stack } = args;
  const interval = `${scrapeSeconds}s`;
  return {
    global: {
      scrape_interval: interval,
      evaluation_interval: interval,
      external_labels: { stack },
    },
    alerting: {
      alertmanagers: [
        {
          static_configs: [{ targets: [`${alertmanagerEndpoint.host}:${ports.alertmanager}`] }],
        },
      ],
    },
    storage: { tsdb: { retention: retention(args) } },
    rule_files: [rulesFile],
    scrape_configs: scrapeJobs(args),
  };
}
