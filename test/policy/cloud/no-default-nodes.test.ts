import { expect, it } from "vitest";
import { noDefaultNodes } from "../../../policy/rules/cloud/no-default-nodes.ts";
import { withValue } from "../kit/change.ts";
import { evaluate } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(noDefaultNodes, [
  {
    of: aws.component,
    path: "skipDefaultNodeGroup",
    wrong: [false],
    says: "makes a node group of its own choice",
  },
  {
    of: gcp.cluster,
    path: "removeDefaultNodePool",
    wrong: [false],
    says: "keeps the pool that Google makes",
  },
]);

it("has nothing to say where Google makes all nodes", () => {
  const autopilot = withValue(gcp.cluster, ["removeDefaultNodePool"], undefined);
  expect(evaluate(noDefaultNodes, withValue(autopilot, ["enableAutopilot"], true))).toEqual([]);
});
