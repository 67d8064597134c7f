import type * as aws from "@pulumi/aws";
import type { types } from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { managedAddon } from "./addons.ts";

export type VpcCniOptions = types.input.VpcCniOptionsArgs;

interface VpcCniArgs {
  readonly cluster: aws.eks.Cluster;
  readonly options: VpcCniOptions;
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

type Values = Record<string, unknown>;

/** Options that become environment variables of the aws-node DaemonSet; null is left out unless it is set. */
const environment = [
  ["nodePortSupport", "AWS_VPC_CNI_NODE_PORT_SUPPORT", null],
  ["warmEniTarget", "WARM_ENI_TARGET", "1"],
  ["warmIpTarget", "WARM_IP_TARGET", null],
  ["warmPrefixTarget", "WARM_PREFIX_TARGET", null],
  ["enablePrefixDelegation", "ENABLE_PREFIX_DELEGATION", null],
  ["logLevel", "AWS_VPC_K8S_CNI_LOGLEVEL", "DEBUG"],
  ["logFile", "AWS_VPC_K8S_CNI_LOG_FILE", "/host/var/log/aws-routed-eni/ipamd.log"],
  ["vethPrefix", "AWS_VPC_K8S_CNI_VETHPREFIX", "eni"],
  ["eniMtu", "AWS_VPC_ENI_MTU", "9001"],
  ["eniConfigLabelDef", "ENI_CONFIG_LABEL_DEF", null],
  ["enablePodEni", "ENABLE_POD_ENI", "false"],
  ["cniConfigureRpfilter", "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", null],
  ["cniCustomNetworkCfg", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "false"],
  ["cniExternalSnat", "AWS_VPC_K8S_CNI_EXTERNALSNAT", "false"],
] as const;

/** What the SDK has no option for any more. */
const fixed = {
  AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
  AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
};

function environmentOf(options: pulumi.Unwrap<VpcCniOptions>): Values {
  const set = Object.fromEntries(
    environment.flatMap(([option, variable, fallback]): [string, string][] => {
      const value = options[option]?.toString() ?? fallback;
      return value === null ? [] : [[variable, value]];
    }),
  );
  return { ...fixed, ...set };
}

function objectOf(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}

/** The add-on's values: what the options say, under what the caller wrote as values. */
export function vpcCniValues(options: pulumi.Unwrap<VpcCniOptions>): Values {
  const given = objectOf(options.configurationValues);
  const init = objectOf(given["init"]);
  const policy = options.enableNetworkPolicy;
  const initEnv = { DISABLE_TCP_EARLY_DEMUX: String(options.disableTcpEarlyDemux ?? false) };
  return {
    ...(policy === undefined ? {} : { enableNetworkPolicy: String(policy) }),
    ...given,
    env: { ...environmentOf(options), ...objectOf(given["env"]) },
    init: { ...init, env: { ...initEnv, ...objectOf(init["env"]) } },
  };
}

export class VpcCniAddon extends pulumi.ComponentResource {
  constructor(name: string, args: VpcCniArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:VpcCniAddon", name, {}, opts);
    const { cluster, options, tags } = args;
    managedAddon(
      name,
      {
        addonName: "vpc-cni",
        cluster,
        options: {
          ...options,
          version: options.addonVersion,
          configurationValues: pulumi.output(options).apply(vpcCniValues),
        },
        serviceAccountRoleArn: options.serviceAccountRoleArn,
        tags,
      },
      this,
    );
    this.registerOutputs({});
  }
}
