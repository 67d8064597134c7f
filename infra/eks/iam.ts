import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Place } from "./names.ts";

/** One statement of an IAM policy. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  /** Whom it is about; only a policy on the resource itself says it. */
  readonly Principal?: "*";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets a service of AWS take on a role. */
export function serviceTrust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole"] }],
  });
}

/** A service account of the cluster. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Lets one service account of this cluster take on a role, by the tags that Pod Identity gives its sessions. */
export function podTrust({ clusterArn }: Pick<Place, "clusterArn">, account: Account): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": clusterArn,
            "aws:RequestTag/kubernetes-namespace": account.namespace,
            "aws:RequestTag/kubernetes-service-account": account.name,
          },
        },
      },
    ],
  });
}

export interface RoleArgs {
  readonly trust: string;
  readonly description: string;
  /** ARNs of policies that AWS maintains. */
  readonly managed: readonly string[];
}

/** A role with its policies; what uses it depends on the attachments, not on the role alone. */
export interface RoleWithPolicies {
  readonly role: aws.iam.Role;
  readonly attachments: readonly aws.iam.RolePolicyAttachment[];
}

export function roleWithPolicies(
  name: string,
  args: RoleArgs,
  opts: pulumi.CustomResourceOptions,
): RoleWithPolicies {
  const role = new aws.iam.Role(
    name,
    { assumeRolePolicy: args.trust, description: args.description },
    opts,
  );
  const attachments = args.managed.map(
    (policyArn) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${policyArn.split("/").at(-1) ?? policyArn}`,
        { role: role.name, policyArn },
        opts,
      ),
  );
  return { role, attachments };
}
