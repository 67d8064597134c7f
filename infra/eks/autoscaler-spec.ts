import type * as k8s from "@pulumi/kubernetes";
import type { Place } from "./names.ts";

export const autoscalerAccount = { namespace: "kube-system", name: "cluster-autoscaler" } as const;

/** Under this name the priority expander looks for it. */
export const prioritiesName = "cluster-autoscaler-priority-expander";

/** Pods without a GPU fit on every node, but for the taint: what no pool claims is CPU, and comes last. */
const everythingElse = { priority: 1, pattern: ".*" } as const;

/**
 * Matches the groups of one pool: EKS names an auto-scaling group `eks-<node group>-<uuid>`, and a node group is
 * its prefix and 26 digits; without them `l4` would match `l4-spot`.
 */
export function groupPattern(prefix: string): string {
  return `^eks-${prefix}[0-9a-f]{26}-`;
}

/** A pool of which the groups begin with a prefix: of its name behind `gpu-` unless another is given. */
export interface RankedGroup {
  readonly name: string;
  readonly priority: number;
  readonly prefix?: string;
}

/**
 * Which group grows first when several would do: the highest number (seed 004: A100, the encoding GPU, CPU). Pools of the same
 * priority share one list, because of two equal keys the expander reads one; what matches none would never grow.
 */
export function expanderPriorities(pools: readonly RankedGroup[]) {
  const rows = [
    ...pools.map(({ name, priority, prefix = `gpu-${name}-` }) => ({
      priority,
      pattern: groupPattern(prefix),
    })),
    everythingElse,
  ];
  const priorities = [...new Set(rows.map(({ priority }) => priority))].toSorted((a, b) => b - a);
  return priorities.map((priority) => ({
    priority,
    patterns: rows.filter((row) => row.priority === priority).map(({ pattern }) => pattern),
  }));
}

export function prioritiesFile(pools: readonly RankedGroup[]): string {
  return expanderPriorities(pools)
    .flatMap(({ priority, patterns }) => [
      `${priority}:`,
      ...patterns.map((pattern) => `  - '${pattern}'`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** Seed 004: grows after 30 s of waiting, shrinks below 50 % for 10 min. */
const pace = {
  "new-pod-scale-up-delay": "30s",
  "scale-down-unneeded-time": "10m",
  "scale-down-utilization-threshold": "0.5",
  "scale-down-gpu-utilization-threshold": "0.5",
} as const;

export function autoscalerFlags({ cluster }: Pick<Place, "cluster">): Record<string, string> {
  const tag = "k8s.io/cluster-autoscaler";
  return {
    "cloud-provider": "aws",
    // EKS puts both tags on the auto-scaling groups of its node groups.
    "node-group-auto-discovery": `asg:tag=${tag}/enabled,${tag}/${cluster}`,
    expander: "priority,least-waste",
    "balance-similar-node-groups": "true",
    ...pace,
    // Workers have scratch space on the node, and hand their job back when they are evicted.
    "skip-nodes-with-local-storage": "false",
    // What EKS runs in kube-system has budgets of its own.
    "skip-nodes-with-system-pods": "false",
    logtostderr: "true",
    v: "2",
  };
}

/** Changing groups is bound to the tag of this cluster; AWS knows no narrower resource for looking at them. */
export function autoscalerRights({ partition, region, accountId, cluster }: Place) {
  const at = `${region}:${accountId}`;
  return [
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["eks:DescribeNodegroup"],
      Resource: `arn:${partition}:eks:${at}:nodegroup/${cluster}/*/*`,
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: `arn:${partition}:autoscaling:${at}:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      Condition: {
        StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: "owned" },
      },
    },
  ] as const;
}

type Rule = k8s.types.input.rbac.v1.PolicyRule;

const look = ["get", "list", "watch"];

/** What it must see of all namespaces to know whether a pod would fit, and the little that it changes. */
export const clusterRules: Rule[] = [
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  { apiGroups: [""], resources: ["nodes"], verbs: [...look, "update"] },
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "replicationcontrollers",
      "services",
    ],
    verbs: look,
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: look },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: look },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: look },
  {
    apiGroups: ["storage.k8s.io"],
    resources: [
      "csidrivers",
      "csinodes",
      "csistoragecapacities",
      "storageclasses",
      "volumeattachments",
    ],
    verbs: look,
  },
  {
    apiGroups: ["resource.k8s.io"],
    resources: ["deviceclasses", "resourceclaims", "resourceslices"],
    verbs: look,
  },
];

/** In its own namespace: its configuration, its status, and the lease of the leader. */
export const namespaceRules: Rule[] = [
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: ["cluster-autoscaler-status", prioritiesName],
    verbs: ["get", "update", "delete"],
  },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: ["cluster-autoscaler"],
    verbs: ["get", "update"],
  },
];
