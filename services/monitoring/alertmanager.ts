import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringSection } from "../../config/schema.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { openToOutside } from "../kit/network/network.ts";
import { backendProbes, http } from "../kit/pods/probes.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { withStored } from "../kit/secrets/stored-leaves.ts";
import { alertmanagerConfig, receiverPorts } from "./alertmanager-config.ts";
import { alertmanagerApp as app, ports } from "./apps.ts";

export interface AlertmanagerArgs {
  readonly cluster: Cluster;
  readonly alerts: MonitoringSection["alerts"];
}

const configFile = "/etc/alertmanager/alertmanager.yml";
const probes = backendProbes((timing) => http("/-/ready", "metrics", timing), 60);
const resources: Resources = {
  requests: { cpu: "20m", memory: "64Mi" },
  limits: { cpu: "200m", memory: "256Mi" },
};

/** Groups alerts and tells people. Its config holds addresses that are secrets; what is silenced is on its volume. */
export class Alertmanager extends Component {
  constructor(name: string, args: AlertmanagerArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Alertmanager", name, opts);
    const { cluster, alerts } = args;
    openToOutside(
      `${name}-to-receivers`,
      { from: app, ports: receiverPorts(alerts), ranges: alerts.ranges },
      { parent: this },
    );
    const content = `${JSON.stringify(alertmanagerConfig(alerts), null, 2)}\n`;
    new StatefulWorkload(
      `${name}-server`,
      {
        app,
        cluster,
        replicas: 1,
        storage: "1Gi",
        pod: {
          image: cluster.image("alertmanager"),
          args: [
            `--config.file=${configFile}`,
            "--storage.path=/data",
            // One alone: no others to tell.
            "--cluster.listen-address=",
          ],
          ports: { metrics: ports.alertmanager },
          env: {},
          files: { [configFile]: withStored(content, cluster.secretStore) },
          dataDirectory: "/data",
          probes,
          resources,
          priority: "platform-critical",
          graceSeconds: 30,
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
