import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import { Component } from "../component.ts";
import {
  devicePluginLabels,
  devicePluginName,
  devicePluginSpec,
  sharingFile,
} from "./device-plugin-spec.ts";

const namespace = "kube-system";

/** Offers the shares of each GPU of one pool to pods; EKS's node image has the driver without the plugin. */
export class DevicePlugin extends Component {
  constructor(name: string, pool: GpuPoolSpec, opts: pulumi.ComponentResourceOptions) {
    super("infra", "DevicePlugin", name, opts);
    const metadata = { namespace, name: devicePluginName(pool), labels: devicePluginLabels(pool) };
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata, data: sharingFile(pool) },
      { parent: this },
    );
    new k8s.apps.v1.DaemonSet(
      `${name}-daemons`,
      {
        // Its nodes come and go: a spot node that leaves during an `up` must not fail it.
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: devicePluginSpec(pool),
      },
      { parent: this, dependsOn: [config] },
    );
    this.registerOutputs({});
  }
}
