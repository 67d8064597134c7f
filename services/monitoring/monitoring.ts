import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type { MonitoringSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { Alertmanager } from "./alertmanager.ts";
import { ownTargets } from "./apps.ts";
import { DashboardMaps } from "./dashboard-maps.ts";
import { Exporters, type ExportersArgs } from "./exporters.ts";
import { Objects } from "./objects.ts";
import { Prometheus } from "./prometheus.ts";
import { ScrapedByOthers } from "./scraped-by-others.ts";
import { monitoredNamespaces, type ScrapeTarget } from "./targets.ts";

export interface MonitoringArgs extends MonitoringSection {
  readonly cluster: Cluster;
  readonly logLevel: LogLevel;
  /** What others serve. */
  readonly targets: readonly ScrapeTarget[];
  readonly database: ExportersArgs["database"];
  readonly cache: ExportersArgs["cache"];
}

/** Prometheus, Alertmanager, and the exporters that speak for what serves no metrics itself. */
export class Monitoring extends Component {
  /** Where people open Prometheus; undefined where it is not ours. */
  readonly url: string | undefined;

  constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Monitoring", name, opts);
    const { cluster, database, cache, logLevel } = args;
    this.url = args.kind === "own" ? args.url : undefined;
    const { alertmanager, ...exporters } = ownTargets;
    const targets = [...args.targets, ...Object.values(exporters)];
    const namespaces = monitoredNamespaces(targets);
    const inside = { parent: this };
    new DashboardMaps(`${name}-dashboards`, inside);
    new Exporters(`${name}-exporters`, { cluster, database, cache }, inside);
    const source = args.objects;
    new Objects(`${name}-objects`, { cluster, source, namespaces, logLevel }, inside);
    if (args.kind === "own") {
      new Alertmanager(`${name}-alertmanager`, { cluster, alerts: args.alerts }, inside);
      new Prometheus(
        `${name}-prometheus`,
        { cluster, section: args, targets: [...targets, alertmanager] },
        inside,
      );
    } else {
      new ScrapedByOthers(`${name}-scraped`, { section: args, kind: args.kind, targets }, inside);
    }
    this.registerOutputs({});
  }
}
