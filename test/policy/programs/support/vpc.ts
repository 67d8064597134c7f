import * as aws from "@pulumi/aws";
import { onAws } from "./aws.ts";

/** A network on AWS that every rule accepts, its default security group closed or not. */
export function vpc({ closed = true } = {}): aws.ec2.Vpc {
  const made = new aws.ec2.Vpc("shop", { cidrBlock: "10.0.0.0/16" }, onAws);
  const { arn: logDestination } = new aws.cloudwatch.LogGroup(
    "rejected",
    { retentionInDays: 30 },
    onAws,
  );
  new aws.ec2.FlowLog(
    "rejected",
    {
      vpcId: made.id,
      trafficType: "REJECT",
      logDestination,
      iamRoleArn: "arn:aws:iam::123456789012:role/flow-logs",
    },
    onAws,
  );
  if (closed) {
    new aws.ec2.DefaultSecurityGroup("shop", { vpcId: made.id, ingress: [], egress: [] }, onAws);
  }
  return made;
}
