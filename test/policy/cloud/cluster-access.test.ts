import { expect, it } from "vitest";
import { clusterAccess } from "../../../policy/rules/cloud/cluster-access.ts";
import { withValue } from "../kit/change.ts";
import { remediated } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(clusterAccess, [
  {
    of: aws.component,
    path: "authenticationMode",
    wrong: ["CONFIG_MAP", "API_AND_CONFIG_MAP"],
    says: "also takes administrators from a ConfigMap",
  },
  {
    of: aws.cluster,
    path: "accessConfig.authenticationMode",
    wrong: ["CONFIG_MAP", "API_AND_CONFIG_MAP"],
    says: "also takes administrators from a ConfigMap",
  },
  {
    of: gcp.cluster,
    path: "enableLegacyAbac",
    wrong: [true],
    says: "may grant rights without RBAC",
  },
  {
    of: gcp.cluster,
    path: "masterAuth.clientCertificateConfig.issueClientCertificate",
    wrong: [true],
    says: "gives out client certificates",
  },
  {
    of: gcp.cluster,
    path: "anonymousAuthenticationConfig.mode",
    wrong: ["ENABLED"],
    says: "answers whoever gives no name",
  },
  {
    of: gcp.cluster,
    path: "rbacBindingConfig.enableInsecureBindingSystemAuthenticated",
    wrong: [true],
    says: "lets roles be bound to every account of Google",
  },
  {
    of: gcp.cluster,
    path: "rbacBindingConfig.enableInsecureBindingSystemUnauthenticated",
    wrong: [true],
    says: "lets roles be bound to everybody",
  },
]);

it("puts it right, where nothing was said as well", async () => {
  const bad = withValue(gcp.cluster, ["rbacBindingConfig"], undefined);
  expect(await remediated(clusterAccess, bad)).toEqual(gcp.cluster.props);
  expect(await remediated(clusterAccess, gcp.cluster)).toBeUndefined();
});
