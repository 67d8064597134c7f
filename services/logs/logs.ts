import type * as pulumi from "@pulumi/pulumi";
import type { LogsSection } from "../../config/schema.ts";
import type { Cluster } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { LogAgent } from "./agent.ts";
import { VictoriaLogs } from "./victoria-logs.ts";

export interface LogsArgs {
  readonly cluster: Cluster;
  readonly section: LogsSection;
}

/** The lines of all pods in one place: VictoriaLogs, and on each node an agent that reads them. */
export class Logs extends Component {
  constructor(name: string, args: LogsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Logs", name, opts);
    const { cluster, section } = args;
    const store = new VictoriaLogs(`${name}-store`, { cluster, section }, { parent: this });
    new LogAgent(`${name}-agent`, { cluster }, { parent: this, dependsOn: [store] });
    this.registerOutputs({});
  }
}
