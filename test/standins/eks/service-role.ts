import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceRoleArgs {
  readonly service: string;
  readonly description: string;
  /** Names of policies that AWS manages. */
  readonly policies: readonly string[];
  readonly partition: pulumi.Input<string>;
  readonly tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The real component names an attachment after the policy's ARN in the partition "aws". */
function digest(policy: string): string {
  const arn = `arn:aws:iam::aws:policy/${policy}`;
  return createHash("sha1").update(arn).digest("hex").slice(0, 8);
}

function trustOf(service: string): string {
  const statement = {
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Effect: "Allow",
    Principal: { Service: [service] },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The role under which a service of AWS acts, with policies of AWS. */
export class ServiceRole extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  /** The role may do its work from here on. */
  readonly attachments: readonly aws.iam.RolePolicyAttachment[];

  constructor(name: string, args: ServiceRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, {}, opts);
    const child = { parent: this };
    const { description, tags } = args;
    this.role = new aws.iam.Role(
      `${name}-role`,
      { description, assumeRolePolicy: trustOf(args.service), tags },
      child,
    );
    this.attachments = args.policies.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${digest(policy)}`,
          {
            policyArn: pulumi.interpolate`arn:${args.partition}:iam::aws:policy/${policy}`,
            role: this.role,
          },
          child,
        ),
    );
    this.registerOutputs({});
  }
}
