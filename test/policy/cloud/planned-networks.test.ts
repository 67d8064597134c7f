import { expect, it } from "vitest";
import { plannedNetworks } from "../../../policy/rules/cloud/planned-networks.ts";
import { withValue } from "../kit/change.ts";
import { remediated } from "../kit/evaluate.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(plannedNetworks, [
  {
    of: gcp.network,
    path: "autoCreateSubnetworks",
    wrong: [true],
    says: "makes subnetworks by itself",
  },
  {
    of: gcp.subnetwork,
    path: "privateIpGoogleAccess",
    wrong: [false],
    says: "reaches Google by public addresses alone",
  },
]);

it("puts it right", async () => {
  const bad = withValue(gcp.network, ["autoCreateSubnetworks"], true);
  expect(await remediated(plannedNetworks, bad)).toEqual(gcp.network.props);
});
