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

describeRule(publicEndpoints, {
  passes: [
    accepted,
    ["no way in from outside to EKS", withFields(aws.component, closed)],
    ["no way in from", withFields(gcp.cluster, { ...hidden, [`${networks}.cidrBlocks`]: [] })],
    ["a component without inputs", aws.resource("eks:index:Cluster", {})],
    ["a component with outputs", aws.resource("eks:index:Cluster", { core: {}, x: unknown })],
  ],
  fails: [
    ...wrong(
      aws.component,
      "publicAccessCidrs",
      [undefined, [], ["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["::/0"], ["all"], unknown],
      anywhere,
    ),
    ...wrong(aws.cluster, "vpcConfig.publicAccessCidrs", [[], ["0.0.0.0/0"]], anywhere),
    ...wrong(aws.component, "endpointPrivateAccess", [undefined, false], "makes its own nodes"),
    ...wrong(aws.cluster, "vpcConfig.endpointPrivateAccess", [false], "makes its own nodes"),
    ...wrong(
      gcp.cluster,
      `${networks}.cidrBlocks`,
      [undefined, [], [{ cidrBlock: "0.0.0.0/0" }], [{ displayName: "all" }]],
      anywhere,
    ),
    ...wrong(
      gcp.cluster,
      `${networks}.gcpPublicCidrsAccessEnabled`,
      [undefined, true],
      "can be reached from every machine of every customer of Google",
    ),
    ...wrong(
      gcp.cluster,
      "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic",
      [undefined, true],
      "has a second way in by name",
    ),
    [
      "a cluster on GKE without a list",
      withFields(gcp.cluster, { [networks]: undefined }),
      [anywhere, "every customer of Google"],
    ],
  ],
});

const byConfigMap = "also takes administrators from a ConfigMap";
const bindings = "rbacBindingConfig.enableInsecureBindingSystem";

describeRule(clusterAccess, {
  passes: [accepted],
  fails: [
    ...wrong(
      aws.component,
      "authenticationMode",
      [undefined, "CONFIG_MAP", "API_AND_CONFIG_MAP"],
      byConfigMap,
    ),
    ...wrong(
      aws.cluster,
      "accessConfig.authenticationMode",
      [undefined, "CONFIG_MAP"],
      byConfigMap,
    ),
    ...wrong(gcp.cluster, "enableLegacyAbac", [undefined, true], "may grant rights without RBAC"),
    ...wrong(
      gcp.cluster,
      "masterAuth.clientCertificateConfig.issueClientCertificate",
      [undefined, true],
      "gives out client certificates",
    ),
    ...wrong(
      gcp.cluster,
      "anonymousAuthenticationConfig.mode",
      [undefined, "ENABLED"],
      "answers whoever gives no name",
    ),
    ...wrong(gcp.cluster, `${bindings}Authenticated`, [undefined, true], "lets roles be bound to"),
    ...wrong(gcp.cluster, `${bindings}Unauthenticated`, [true], "lets roles be bound to everybody"),
  ],
});

const unsealed = "doesn't encrypt Secrets with a key";
const noKey = "encrypts Secrets with a key that this program doesn't make";

describeRule(secretsEncrypted, {
  passes: [accepted, ...right(aws.component, "encryptionConfigKeyArn", [unknown])],
  fails: [
    ...wrong(aws.component, "encryptionConfigKeyArn", [undefined, ""], unsealed),
    ...wrong(aws.cluster, "encryptionConfig.provider.keyArn", [undefined, ""], unsealed),
    ...wrong(gcp.cluster, "databaseEncryption.state", [undefined, "DECRYPTED"], "doesn't encrypt"),
    ...wrong(gcp.cluster, "databaseEncryption.keyName", [undefined, ""], unsealed),
    ["no key of the program on AWS", programWithout(aws.key), [noKey, noKey]],
    ["no key of the program on Google Cloud", programWithout(gcp.key), noKey],
    ["somebody else's key", programWith({ ...gcp.cluster, madeFrom: {} }), noKey],
  ],
});

const noLogs = "doesn't keep the logs that tell who did what";

describeRule(controlPlaneLogs, {
  passes: [accepted],
  fails: [
    ...wrong(aws.component, "enabledClusterLogTypes", [undefined, [], ["api"]], noLogs),
    ...wrong(aws.cluster, "enabledClusterLogTypes", [[], ["scheduler"]], noLogs),
    ...wrong(gcp.cluster, "loggingConfig.enableComponents", [[], ["WORKLOADS"]], noLogs),
    ...wrong(gcp.cluster, "securityPostureConfig.mode", [undefined, "DISABLED"], "doesn't look"),
  ],
});
