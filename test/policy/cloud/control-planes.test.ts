import {
  clusterAccess,
  controlPlaneLogs,
  publicEndpoints,
  secretsEncrypted,
} from "../../../policy/rules/cloud/control-planes.ts";
import { withFields } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, programWith, programWithout, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const anywhere = "can be reached from anywhere";
const networks = "masterAuthorizedNetworksConfig";
const closed = { endpointPublicAccess: false, publicAccessCidrs: undefined };
const hidden = { "privateClusterConfig.enablePrivateEndpoint": true };
const named = "controlPlaneEndpointsConfig.dnsEndpointConfig";
const byName = {
  ...hidden,
  [`${networks}.cidrBlocks`]: [],
  [`${named}.allowExternalTraffic`]: true,
};
const secondWay = "has a second way in by name";

describeRule(publicEndpoints, {
  passes: [
    accepted,
    ["no way in from outside to EKS", withFields(aws.component, closed)],
    ["no way in from", withFields(gcp.cluster, { ...hidden, [`${networks}.cidrBlocks`]: [] })],
    ["a name that IAM guards as the only way in", withFields(gcp.cluster, byName)],
    ["a component without inputs", aws.resource("eks:index:Cluster", {})],
    ["a component with outputs", aws.resource("eks:index:Cluster", { core: {}, x: unknown })],
  ],
  fails: [
    ...wrong(aws.component, "publicAccessCidrs", [["::/0"], ["all"], unknown], anywhere),
    ...wrong(aws.cluster, "vpcConfig.publicAccessCidrs", [[], ["0.0.0.0/0"]], anywhere),
    ...wrong(aws.cluster, "vpcConfig.endpointPrivateAccess", [false]),
    ...wrong(
      gcp.cluster,
      `${networks}.cidrBlocks`,
      [[{ cidrBlock: "0.0.0.0/0" }], [{ displayName: "all" }]],
      anywhere,
    ),
    ...wrong(gcp.cluster, `${named}.allowExternalTraffic`, [true, undefined], secondWay),
    [
      "a name beside networks that are let in",
      withFields(gcp.cluster, { ...hidden, [`${named}.allowExternalTraffic`]: true }),
      secondWay,
    ],
    [
      "a name that takes tokens of the cluster",
      withFields(gcp.cluster, { ...byName, [`${named}.enableK8sTokensViaDns`]: true }),
      "takes tokens of the cluster or certificates by name",
    ],
    [
      "a name that takes certificates",
      withFields(gcp.cluster, { ...byName, [`${named}.enableK8sCertsViaDns`]: true }),
      "takes tokens of the cluster or certificates by name",
    ],
    [
      "a cluster on GKE without a list",
      withFields(gcp.cluster, { [networks]: undefined }),
      [anywhere, "gcpPublicCidrsAccessEnabled must be false"],
    ],
  ],
});

describeRule(clusterAccess, {
  passes: [accepted],
  fails: wrong(aws.cluster, "accessConfig.authenticationMode", [undefined, "CONFIG_MAP"]),
});

const unsealed = "doesn't encrypt Secrets with a key";
const noKey = "encrypts Secrets with a key that this program doesn't make";

describeRule(secretsEncrypted, {
  passes: [accepted, ...right(aws.component, "encryptionConfigKeyArn", [unknown])],
  fails: [
    ...wrong(aws.cluster, "encryptionConfig.provider.keyArn", [undefined, ""], unsealed),
    ["no key of the program on AWS", programWithout(aws.key), [noKey, noKey]],
    ["no key of the program on Google Cloud", programWithout(gcp.key), noKey],
    ["somebody else's key", programWith({ ...gcp.cluster, madeFrom: {} }), noKey],
  ],
});

const noLogs = "doesn't keep the logs that tell who did what";

describeRule(controlPlaneLogs, {
  passes: [accepted],
  fails: [
    ...wrong(aws.component, "enabledClusterLogTypes", [["api"]], noLogs),
    ...wrong(aws.cluster, "enabledClusterLogTypes", [[], ["scheduler"]], noLogs),
  ],
});
