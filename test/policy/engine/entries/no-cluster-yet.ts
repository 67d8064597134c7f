import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Known only after an update, as the address of a cluster that is yet to be made. */
const kubeconfig = new random.RandomPassword("no-cluster-yet", { length: 32 }).result;

pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  type === "pulumi:providers:kubernetes" ? { props: { ...props, kubeconfig }, opts } : undefined,
);
