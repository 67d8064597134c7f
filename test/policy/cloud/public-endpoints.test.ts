import { expect, it } from "vitest";
import { publicEndpoints } from "../../../policy/rules/cloud/public-endpoints.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(publicEndpoints, [
  {
    of: aws.component,
    path: "publicAccessCidrs",
    wrong: [[], ["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["::/0"], ["everybody"]],
    says: "can be reached from anywhere",
  },
  {
    of: aws.component,
    path: "endpointPrivateAccess",
    wrong: [false],
    says: "makes its own nodes go through the internet",
  },
  {
    of: aws.cluster,
    path: "vpcConfig.publicAccessCidrs",
    wrong: [[], ["0.0.0.0/0"]],
    says: "can be reached from anywhere",
  },
  {
    of: aws.cluster,
    path: "vpcConfig.endpointPrivateAccess",
    wrong: [false],
    says: "makes its own nodes go through the internet",
  },
  {
    of: gcp.cluster,
    path: "masterAuthorizedNetworksConfig.cidrBlocks",
    wrong: [[], [{ cidrBlock: "0.0.0.0/0" }], [{ displayName: "all" }]],
    says: "can be reached from anywhere",
  },
  {
    of: gcp.cluster,
    path: "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled",
    wrong: [true],
    says: "can be reached from every machine of every customer of Google",
  },
  {
    of: gcp.cluster,
    path: "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic",
    wrong: [true],
    says: "has a second way in by name",
  },
]);

it("asks for no ranges where nobody gets in from outside", () => {
  const eks = withValue(aws.component, ["endpointPublicAccess"], false);
  expect(evaluate(publicEndpoints, withValue(eks, ["publicAccessCidrs"], undefined))).toEqual([]);
  const gke = withValue(gcp.cluster, ["privateClusterConfig", "enablePrivateEndpoint"], true);
  const path = ["masterAuthorizedNetworksConfig", "cidrBlocks"];
  expect(evaluate(publicEndpoints, withValue(gke, path, []))).toEqual([]);
  expect(
    evaluate(publicEndpoints, withValue(gke, path, [{ cidrBlock: "0.0.0.0/0" }])),
  ).toHaveLength(1);
});

it("reports a cluster on GKE that has no list at all", () => {
  const open = withValue(gcp.cluster, ["masterAuthorizedNetworksConfig"], undefined);
  expect(evaluate(publicEndpoints, open)).toHaveLength(2);
});

it("lets the settings say how wide a range may be", () => {
  expect(evaluate(publicEndpoints, aws.component, { widest: 28 })).toHaveLength(1);
  expect(evaluate(publicEndpoints, gcp.cluster, { widest: 28 })).toHaveLength(1);
});

it.each([{}, { core: {}, kubeconfig: unknown }])(
  "says nothing of a component that shows %j and no inputs: its parts are judged",
  (props) => {
    expect(evaluate(publicEndpoints, aws.resource("eks:index:Cluster", props))).toEqual([]);
  },
);

it("puts right what has one right value", async () => {
  const bad = withValue(aws.component, ["endpointPrivateAccess"], false);
  expect(await remediated(publicEndpoints, bad)).toEqual(aws.component.props);
});
