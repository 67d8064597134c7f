import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "./iam.ts";
import type { Place } from "./names.ts";

export interface FlowLogArgs {
  readonly place: Place;
  readonly vpcId: pulumi.Input<string>;
}

/** Keeps for 30 days what the VPC refused: small, and the first thing one asks when a connection hangs. */
export function recordRejected(
  name: string,
  { place, vpcId }: FlowLogArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-rejected`,
    { name: `/framewright/${place.cluster}/rejected`, retentionInDays: 30 },
    opts,
  );
  const role = new aws.iam.Role(
    `${name}-flow-log`,
    {
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com"),
      description: `Writes the flow logs of ${place.cluster}`,
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-flow-log-policy`,
    {
      role: role.name,
      policy: group.arn.apply((arn) =>
        policyDocument([
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: `${arn}:*`,
          },
        ]),
      ),
    },
    opts,
  );
  new aws.ec2.FlowLog(
    `${name}-flow-log-rejected`,
    {
      vpcId,
      trafficType: "REJECT",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
    },
    { ...opts, dependsOn: [policy] },
  );
}
