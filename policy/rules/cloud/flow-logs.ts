import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isPresent, numberAt, textAt } from "../../kit/json.ts";
import { oneOf } from "./demands.ts";
import { guardRule } from "./guards.ts";

const flowLog = "aws:ec2/flowLog:FlowLog";

function isForProxies(subnetwork: unknown): boolean {
  return /PROXY/.test(textAt(subnetwork, "purpose") ?? "");
}

/** Google takes half of all where there is a logConfig that says nothing. */
function sampling(subnetwork: unknown): number {
  const isLogged = isPresent(subnetwork, "logConfig");
  return isLogged ? (numberAt(subnetwork, "logConfig", "flowSampling") ?? 0.5) : 0;
}

export const flowLogs = guardRule({
  name: "flow-logs",
  title: "Networks write down who talked to whom, at least what they refused",
  why: "Somebody who feels a way through the network leaves no other trace.",
  fix: "give each Vpc a FlowLog with trafficType REJECT or ALL, and each Subnetwork a logConfig with a flowSampling above 0",
  severity: "medium",
  frameworks: [
    cisAws("VPC flow logging"),
    cisGcp("VPC Flow Logs enabled for every subnet in a VPC network"),
  ],
  demands: {
    [flowLog]: [oneOf("trafficType", ["REJECT", "ALL"], "doesn't write down what was refused")],
    "gcp:compute/subnetwork:Subnetwork": [
      {
        path: "",
        holds: (subnetwork) =>
          // Those of a load balancer take no logs.
          isForProxies(subnetwork) || sampling(subnetwork) > 0,
        problem: "writes nothing down",
      },
    ],
  },
  guards: [
    {
      of: ["aws:ec2/vpc:Vpc"],
      by: [flowLog],
      property: "vpcId",
      saidBy: "the guard",
      problem: "has no FlowLog",
    },
  ],
});
