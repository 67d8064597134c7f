import { cisAws } from "../../kit/frameworks.ts";
import { guardRule } from "./guards.ts";

const group = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

function nothing(path: string) {
  return {
    path,
    holds: (rules: unknown) => Array.isArray(rules) && rules.length === 0,
    problem: `doesn't say that it lets nothing through (${path})`,
  };
}

export const defaultSecurityGroups = guardRule({
  name: "default-security-groups",
  title: "The default security group of each VPC lets nothing in or out",
  why: "Whatever names no security group gets this one, and by itself it lets all its members talk to each other and to the internet.",
  fix: "give each Vpc a DefaultSecurityGroup with ingress [] and egress []",
  severity: "medium",
  frameworks: [cisAws("The default security group of every VPC restricts all traffic")],
  demands: { [group]: [nothing("ingress"), nothing("egress")] },
  guards: [
    {
      of: ["aws:ec2/vpc:Vpc"],
      by: [group],
      property: "vpcId",
      saidBy: "the guard",
      problem: "has a default security group that nobody closes",
    },
  ],
});
