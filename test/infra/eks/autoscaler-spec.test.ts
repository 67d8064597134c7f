import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gpuPoolsOf } from "../../../config/gpu-pools.ts";
import { autoscalerImage, autoscalerSpec } from "../../../infra/eks/autoscaler-pod.ts";
import {
  autoscalerFlags,
  autoscalerRights,
  clusterRules,
  expanderPriorities,
  groupPattern,
  namespaceRules,
  prioritiesFile,
} from "../../../infra/eks/autoscaler-spec.ts";
import { placeOf } from "../../../infra/eks/names.ts";
import { eksWith } from "../../config/support.ts";

const place = placeOf("prod", { accountId: "123456789012", region: "us-east-1" });

/** As EKS names the auto-scaling group of a node group that Pulumi named by a prefix. */
function groupName(prefix: string, digits: string): string {
  return `eks-${prefix}${digits}-52c9f1de-7a4f-ad94-c4d6-4b5b0c6ae3f7`;
}

const poolName = fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/);
const suffix = fc.stringMatching(/^20[0-9]{16}[0-9a-f]{8}$/);

interface Ranked {
  readonly name: string;
  readonly priority: number;
}

const pools = fc.uniqueArray(
  fc.record({ name: poolName, priority: fc.integer({ min: 2, max: 60 }) }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 20 },
);

/** What the expander decides for a group: the highest priority of which a pattern matches. */
function priorityOf(all: readonly Ranked[], group: string): number | undefined {
  return expanderPriorities(all)
    .filter(({ patterns }) => patterns.some((pattern) => new RegExp(pattern).test(group)))
    .map(({ priority }) => priority)
    .toSorted((a, b) => b - a)[0];
}

describe("the priority expander", () => {
  test("seed 004: A100, then L4, spot before on demand, then everything else", () => {
    expect(prioritiesFile(gpuPoolsOf(eksWith()))).toBe(
      [
        "50:",
        "  - '^eks-gpu-a100-[0-9a-f]{26}-'",
        "30:",
        "  - '^eks-gpu-l4-spot-[0-9a-f]{26}-'",
        "20:",
        "  - '^eks-gpu-l4-[0-9a-f]{26}-'",
        "1:",
        "  - '.*'",
        "",
      ].join("\n"),
    );
  });

  test("gives each pool's group the pool's own priority, however alike the names are", () => {
    fc.assert(
      fc.property(pools, suffix, (all, digits) => {
        for (const { name, priority } of all) {
          expect(priorityOf(all, groupName(`gpu-${name}-`, digits))).toBe(priority);
        }
      }),
    );
  });

  test("lets every other group grow, after all pools", () => {
    fc.assert(
      fc.property(pools, fc.string(), (all, group) => {
        fc.pre(!group.startsWith("eks-gpu-"));
        expect(priorityOf(all, group.replaceAll(/[\n\r\u2028\u2029]/g, ""))).toBe(1);
      }),
    );
  });

  test("has each priority once, because of two equal keys one is read", () => {
    fc.assert(
      fc.property(pools, (all) => {
        const found = expanderPriorities(all).map(({ priority }) => priority);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });

  test("the pattern of l4 does not match groups of l4-spot", () => {
    const spot = groupName("gpu-l4-spot-", `20${"0".repeat(24)}`);
    expect(spot).toMatch(new RegExp(groupPattern("gpu-l4-spot-")));
    expect(spot).not.toMatch(new RegExp(groupPattern("gpu-l4-")));
  });
});

test("seed 004: grows after 30 s, shrinks below half for ten minutes, by priority and then by waste", () => {
  expect(autoscalerFlags(place)).toMatchObject({
    "new-pod-scale-up-delay": "30s",
    "scale-down-unneeded-time": "10m",
    "scale-down-utilization-threshold": "0.5",
    "scale-down-gpu-utilization-threshold": "0.5",
    expander: "priority,least-waste",
    "balance-similar-node-groups": "true",
    "node-group-auto-discovery":
      "asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/framewright-prod",
  });
});

test("nodes with workers can be taken away, though workers have scratch space on them", () => {
  expect(autoscalerFlags(place)).toMatchObject({ "skip-nodes-with-local-storage": "false" });
});

describe("rights", () => {
  test("in AWS: it changes groups of its own cluster only", () => {
    const changing = autoscalerRights(place).filter(({ Action }) =>
      Action.some((action) => !/:(Describe|Get)/.test(action)),
    );
    expect(changing).toEqual([
      {
        Effect: "Allow",
        Action: [
          "autoscaling:SetDesiredCapacity",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ],
        Resource:
          "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/eks-*",
        Condition: {
          StringEquals: {
            "aws:ResourceTag/k8s.io/cluster-autoscaler/framewright-prod": "owned",
          },
        },
      },
    ]);
  });

  test("in AWS: no action is a wildcard, and it may ask for the tags of its node groups", () => {
    const statements = autoscalerRights(place);
    expect(statements.flatMap(({ Action }) => Action).filter((a) => a.includes("*"))).toEqual([]);
    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: ["eks:DescribeNodegroup"],
      Resource: "arn:aws:eks:us-east-1:123456789012:nodegroup/framewright-prod/*/*",
    });
  });

  test("in the cluster: no wildcard, no Secret", () => {
    const text = JSON.stringify([...clusterRules, ...namespaceRules]);
    expect(text).not.toContain("*");
    expect(text).not.toContain("secrets");
  });

  test("in all namespaces: it evicts, taints and reports, and changes nothing else", () => {
    const changes = clusterRules
      .flatMap(({ resources, verbs }) =>
        (verbs as string[]).map((verb) => `${verb} ${(resources as string[]).join()}`),
      )
      .filter((text) => !/^(get|list|watch) /.test(text));
    expect(changes).toEqual([
      "create events",
      "patch events",
      "create pods/eviction",
      "update pods/status",
      "update nodes",
    ]);
  });
});

describe("the pod", () => {
  const spec = autoscalerSpec(place, "1.34");

  test.each([
    ["1.34", "v1.34.4"],
    ["1.35", "v1.35.1"],
    ["1.36", "v1.36.1"],
  ] as const)("is of the cluster's minor version: of %s it is %s", (minor, tag) => {
    const image = `registry.k8s.io/autoscaling/cluster-autoscaler:${tag}`;
    expect(autoscalerImage(minor)).toBe(image);
    expect(JSON.stringify(autoscalerSpec(place, minor))).toContain(image);
  });

  test("there are two, of which one leads", () => {
    expect(spec.replicas).toBe(2);
  });

  test("is hardened, and killed when its loop stands still", () => {
    expect(spec.template).toMatchObject({
      spec: {
        priorityClassName: "system-cluster-critical",
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            env: [{ name: "AWS_REGION", value: "us-east-1" }],
            livenessProbe: { httpGet: { path: "/health-check", port: "metrics" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi" } },
          },
        ],
      },
    });
  });
});
