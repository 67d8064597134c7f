import { describe, expect, it } from "vitest";
import { vpcCniValues } from "./vpc-cni.ts";

const env = {
  AWS_VPC_ENI_MTU: "9001",
  AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
  AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
  AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
  AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
  AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
  AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
  AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
  ENABLE_POD_ENI: "false",
  WARM_ENI_TARGET: "1",
};
const init = { env: { DISABLE_TCP_EARLY_DEMUX: "false" } };

describe("the values of the network add-on", () => {
  it("have what @pulumi/eks writes without options", () => {
    expect(vpcCniValues({})).toEqual({ env, init });
  });

  it("have an option as a variable, and what the caller wrote as a value over it", () => {
    const values = vpcCniValues({
      enableNetworkPolicy: true,
      enablePrefixDelegation: true,
      eniMtu: 1500,
      configurationValues: { env: { AWS_VPC_ENI_MTU: "8000", OWN: "1" }, tolerations: [] },
    });
    expect(values).toEqual({
      enableNetworkPolicy: "true",
      env: { ...env, ENABLE_PREFIX_DELEGATION: "true", AWS_VPC_ENI_MTU: "8000", OWN: "1" },
      init,
      tolerations: [],
    });
  });
});
