import { expect, it } from "vitest";
import { nodesMaintained } from "../../../policy/rules/cloud/nodes-maintained.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(nodesMaintained, [
  {
    of: gcp.cluster,
    path: "releaseChannel.channel",
    wrong: ["UNSPECIFIED"],
    says: "follows no release channel",
  },
  {
    of: gcp.nodePool,
    path: "management.autoUpgrade",
    wrong: [false],
    says: "is not upgraded by itself",
  },
  {
    of: gcp.nodePool,
    path: "management.autoRepair",
    wrong: [false],
    says: "is not repaired by itself",
  },
  {
    of: gcp.nodePool,
    path: "nodeConfig.imageType",
    wrong: ["COS", "UBUNTU"],
    says: "has nodes with an image that is not said, or no longer maintained",
  },
  {
    of: aws.nodeGroup,
    path: "amiType",
    wrong: ["AL2_x86_64", "AL2_x86_64_GPU"],
    says: "has nodes with an image that is not said, or no longer maintained",
  },
  {
    of: aws.database,
    path: "autoMinorVersionUpgrade",
    wrong: [false],
    says: "doesn't take the fixes of its version",
  },
]);

it("takes the images that the settings name", () => {
  const path = ["amiType"];
  expect(evaluate(nodesMaintained, withValue(aws.nodeGroup, path, "BOTTLEROCKET_x86_64"))).toEqual(
    [],
  );
  const custom = withValue(aws.nodeGroup, path, "CUSTOM");
  expect(evaluate(nodesMaintained, custom)).toHaveLength(1);
  expect(evaluate(nodesMaintained, custom, { images: ["CUSTOM"] })).toEqual([]);
});

it("puts right what has one right value", async () => {
  const bad = withValue(gcp.nodePool, ["management"], {});
  expect(await remediated(nodesMaintained, bad)).toEqual(gcp.nodePool.props);
});
