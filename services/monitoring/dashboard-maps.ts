import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../infra/component.ts";
import { metadata } from "../kit/app.ts";
import { prometheusApp } from "./apps.ts";
import { dashboards } from "./dashboards/index.ts";

const folder = join(import.meta.dirname, "../../docs/dashboards");

/** The dashboards for a Grafana of the user's: its sidecar takes every ConfigMap with this label. */
export class DashboardMaps extends Component {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("services", "DashboardMaps", name, opts);
    for (const board of Object.keys(dashboards)) {
      const file = `${board}.json`;
      const described = metadata(prometheusApp, `dashboard-${board}`);
      new k8s.core.v1.ConfigMap(
        `${name}-${board}`,
        {
          metadata: { ...described, labels: { ...described.labels, grafana_dashboard: "1" } },
          data: { [file]: readFileSync(join(folder, file), "utf8") },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
