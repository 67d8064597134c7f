import * as pulumi from "@pulumi/pulumi";

/** Path of a kubeconfig. */
const { TEST_KUBECONFIG: kubeconfig } = process.env;
if (kubeconfig === undefined) throw new Error("TEST_KUBECONFIG is not set");

pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  type === "pulumi:providers:kubernetes"
    ? { props: { ...props, kubeconfig, context: undefined, clusterIdentifier: "test" }, opts }
    : undefined,
);
