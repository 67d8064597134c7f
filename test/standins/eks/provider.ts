import type * as pulumi from "@pulumi/pulumi";
import { installedVersion } from "../../../tools/plugins/kit/version.ts";
import { Cluster } from "./cluster.ts";
import { clusterArgs, clusterType } from "./inputs.ts";

async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  if (type !== clusterType) {
    throw new Error(`the stand-in for @pulumi/eks lacks the component ${type}`);
  }
  const cluster = new Cluster(name, await clusterArgs(name, inputs), options);
  return { urn: cluster.urn, state: cluster.state };
}

export function eksProvider(): pulumi.provider.Provider {
  return { version: installedVersion("@pulumi/eks"), construct };
}
