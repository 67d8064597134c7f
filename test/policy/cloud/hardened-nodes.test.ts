import {
  imdsV2,
  secureBoot,
  workloadIdentity,
} from "../../../policy/rules/cloud/hardened-nodes.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWith, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const shielded = "nodeConfig.shieldedInstanceConfig";

describeRule(secureBoot, {
  passes: [accepted],
  fails: [gcp.cluster, gcp.nodePool].flatMap((of) => [
    ...wrong(of, `${shielded}.enableSecureBoot`, [undefined, false, unknown]),
    ...wrong(of, `${shielded}.enableIntegrityMonitoring`, [undefined, false]),
  ]),
});

describeRule(imdsV2, {
  passes: [accepted],
  fails: [["no template", programWith({ ...aws.nodeGroup, madeFrom: {} }), "is made by no"]],
});

const account = "nodeConfig.serviceAccount";

describeRule(workloadIdentity, {
  passes: [
    accepted,
    ...right(gcp.nodePool, account, [unknown]),
    ...right(gcp.cluster, "workloadIdentityConfig.workloadPool", [unknown]),
  ],
  fails: [
    ...wrong(
      gcp.cluster,
      "workloadIdentityConfig",
      [{ workloadPool: "shop" }],
      "gives its pods no identities",
    ),
    ...[gcp.cluster, gcp.nodePool].flatMap((of) => [
      ...wrong(of, "nodeConfig.workloadMetadataConfig.mode", [undefined, "GCE_METADATA"]),
      ...wrong(of, "nodeConfig.metadata.disable-legacy-endpoints", [undefined, "false"]),
      ...wrong(
        of,
        account,
        [undefined, "", "default", "1-compute@developer.gserviceaccount.com"],
        "gives its nodes Google's default account",
      ),
    ]),
  ],
});
