import { expect, it } from "vitest";
import { workloadIdentity } from "../../../policy/rules/cloud/workload-identity.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated } from "../kit/evaluate.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(workloadIdentity, [
  {
    of: gcp.cluster,
    path: "nodeConfig.workloadMetadataConfig.mode",
    wrong: ["GCE_METADATA"],
    says: "shows pods the identity of their node",
  },
  {
    of: gcp.cluster,
    path: "nodeConfig.metadata.disable-legacy-endpoints",
    wrong: ["false"],
    says: "answers requests for metadata that a page can be talked into",
  },
  {
    of: gcp.cluster,
    path: "nodeConfig.serviceAccount",
    wrong: ["", "default", "123-compute@developer.gserviceaccount.com"],
    says: "gives its nodes Google's default account",
    mayBeUnknown: true,
  },

  {
    of: gcp.nodePool,
    path: "nodeConfig.workloadMetadataConfig.mode",
    wrong: ["GCE_METADATA"],
    says: "shows pods the identity of their node",
  },
  {
    of: gcp.nodePool,
    path: "nodeConfig.metadata.disable-legacy-endpoints",
    wrong: ["false"],
    says: "answers requests for metadata that a page can be talked into",
  },
  {
    of: gcp.nodePool,
    path: "nodeConfig.serviceAccount",
    wrong: ["", "default", "123-compute@developer.gserviceaccount.com"],
    says: "gives its nodes Google's default account",
    mayBeUnknown: true,
  },

  {
    of: gcp.cluster,
    path: "workloadIdentityConfig.workloadPool",
    wrong: [""],
    says: "gives its pods no identities",
    mayBeUnknown: true,
  },
]);

it("puts right what has one right value", async () => {
  const bad = withValue(gcp.nodePool, ["nodeConfig", "workloadMetadataConfig"], undefined);
  expect(await remediated(workloadIdentity, bad)).toEqual(gcp.nodePool.props);
});

it("asks nothing of nodes that Google makes by itself", () => {
  const autopilot = { ...gcp.cluster, props: { enableAutopilot: true } };
  expect(evaluate(workloadIdentity, autopilot)).toEqual([]);
});
