import { Type } from "typebox";
import { cisAws, cisEks } from "../../kit/frameworks.ts";
import type { Settings } from "../../kit/rule.ts";
import { type Demand, exactly, onEach } from "./demands.ts";
import { guardRule } from "./guards.ts";

const template = "aws:ec2/launchTemplate:LaunchTemplate";

const config = Type.Object({
  hops: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 64,
    description: "Hops that an answer of the metadata service may go: with one, pods get none.",
  }),
});
type Config = (typeof config)["properties"];

/** Of Karpenter, which asks for tokens and answers nodes alone where nothing is said. */
const nodeClasses = ["v1", "v1beta1"].map(
  (version) => `kubernetes:karpenter.k8s.aws/${version}:EC2NodeClass`,
);

const ofNodeClasses: readonly Demand<Config>[] = [
  {
    path: "spec.metadataOptions.httpTokens",
    holds: (value) => value !== "optional",
    problem: "gives metadata without a token",
  },
  {
    path: "spec.metadataOptions.httpPutResponseHopLimit",
    holds: (value: unknown, { hops }: Settings<Config>) =>
      value === undefined || (typeof value === "number" && value <= hops),
    problem: "lets answers of the metadata service go further than the node",
  },
];

const demands: readonly Demand<Config>[] = [
  exactly("metadataOptions.httpTokens", "required", "gives metadata without a token"),
  {
    path: "metadataOptions.httpPutResponseHopLimit",
    holds: (value: unknown, { hops }: Settings<Config>) =>
      typeof value === "number" && value <= hops,
    problem: "lets answers of the metadata service go further than the node",
  },
];

export const imdsV2 = guardRule<Config>({
  name: "imds-v2",
  title: "The metadata service of AWS asks for a token, and answers nodes alone",
  why: "A pod, or a request that a server was talked into, reads the credentials of the whole node at that address.",
  fix: "set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1 in a LaunchTemplate of the program, and give node groups that template",
  severity: "critical",
  frameworks: [
    cisAws("EC2 Metadata Service only allows IMDSv2"),
    cisEks("Restrict access to the instance metadata"),
  ],
  config,
  demands: {
    ...onEach(
      [
        template,
        "aws:ec2/instance:Instance",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
      ],
      demands,
    ),
    ...onEach(nodeClasses, ofNodeClasses),
  },
  guards: [
    {
      of: ["aws:eks/nodeGroup:NodeGroup"],
      by: [template],
      property: "launchTemplate",
      saidBy: "the guarded",
      problem: "is made by no LaunchTemplate of this program",
    },
  ],
});
