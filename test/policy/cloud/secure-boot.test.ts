import { expect, it } from "vitest";
import { secureBoot } from "../../../policy/rules/cloud/secure-boot.ts";
import { evaluate, remediated } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(secureBoot, [
  {
    of: gcp.cluster,
    path: "nodeConfig.shieldedInstanceConfig.enableSecureBoot",
    wrong: [false],
    says: "boots whatever is on its disk",
  },
  {
    of: gcp.cluster,
    path: "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring",
    wrong: [false],
    says: "doesn't tell what it booted",
  },

  {
    of: gcp.nodePool,
    path: "nodeConfig.shieldedInstanceConfig.enableSecureBoot",
    wrong: [false],
    says: "boots whatever is on its disk",
  },
  {
    of: gcp.nodePool,
    path: "nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring",
    wrong: [false],
    says: "doesn't tell what it booted",
  },

  {
    of: gcp.cluster,
    path: "enableShieldedNodes",
    wrong: [false],
    says: "lets anything call itself a node",
  },
]);

it.each([
  "gcp:compute/instance:Instance",
  "gcp:compute/instanceTemplate:InstanceTemplate",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
])("judges %s too, and puts it right", async (type) => {
  const right = {
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  };
  expect(evaluate(secureBoot, aws.resource(type, right))).toEqual([]);
  const wrong = aws.resource(type, {});
  expect(evaluate(secureBoot, wrong)).toHaveLength(2);
  expect(await remediated(secureBoot, wrong)).toEqual(right);
});

it("asks nothing of nodes that Google makes by itself", () => {
  const autopilot = { ...gcp.cluster, props: { enableAutopilot: true } };
  expect(evaluate(secureBoot, autopilot)).toEqual([]);
});
