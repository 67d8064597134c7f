import type { Leftover } from "./leftover.ts";

interface Kind {
  readonly kind: string;
  /** The command that deletes it, without place and output. */
  readonly remedy: (name: string, arn: string) => string;
  readonly kept?: boolean;
}

/** By service and type as ARNs have them; the type is empty where an ARN has none. */
const kinds: Readonly<Record<string, Kind>> = {
  "eks:cluster": {
    kind: "cluster",
    remedy: (name) => `aws eks delete-cluster --name ${name}`,
  },
  "eks:nodegroup": {
    kind: "node group",
    remedy: () => "goes with its cluster: aws eks delete-nodegroup",
  },
  "elasticloadbalancing:loadbalancer": {
    kind: "load balancer",
    remedy: (_, arn) => `aws elbv2 delete-load-balancer --load-balancer-arn ${arn}`,
  },
  "elasticloadbalancing:targetgroup": {
    kind: "target group",
    remedy: (_, arn) => `aws elbv2 delete-target-group --target-group-arn ${arn}`,
  },
  "autoscaling:autoScalingGroup": {
    kind: "autoscaling group",
    remedy: () => "goes with its node group",
  },
  "ec2:network-interface": {
    kind: "network interface",
    remedy: (id) => `aws ec2 delete-network-interface --network-interface-id ${id}`,
  },
  "ec2:security-group": {
    kind: "security group",
    remedy: (id) => `aws ec2 delete-security-group --group-id ${id}`,
  },
  "ec2:vpc": { kind: "VPC", remedy: (id) => `last: aws ec2 delete-vpc --vpc-id ${id}` },
  "ec2:subnet": { kind: "subnet", remedy: (id) => `aws ec2 delete-subnet --subnet-id ${id}` },
  "ec2:route-table": {
    kind: "route table",
    remedy: (id) => `aws ec2 delete-route-table --route-table-id ${id}`,
  },
  "ec2:internet-gateway": {
    kind: "internet gateway",
    remedy: (id) => `once detached: aws ec2 delete-internet-gateway --internet-gateway-id ${id}`,
  },
  "ec2:vpc-endpoint": {
    kind: "VPC endpoint",
    remedy: (id) => `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
  },
  "ec2:launch-template": {
    kind: "launch template",
    remedy: (id) => `aws ec2 delete-launch-template --launch-template-id ${id}`,
  },
  "ec2:natgateway": {
    kind: "NAT gateway",
    remedy: (id) => `aws ec2 delete-nat-gateway --nat-gateway-id ${id}`,
  },
  "ec2:elastic-ip": {
    kind: "address",
    remedy: (id) => `aws ec2 release-address --allocation-id ${id}`,
  },
  "ec2:instance": {
    kind: "machine",
    remedy: (id) => `aws ec2 terminate-instances --instance-ids ${id}`,
  },
  "ec2:volume": {
    kind: "volume",
    remedy: (id) => `aws ec2 delete-volume --volume-id ${id}`,
  },
  "ec2:snapshot": {
    kind: "snapshot",
    remedy: (id) => `aws ec2 delete-snapshot --snapshot-id ${id}`,
  },
  "s3:": {
    kind: "bucket",
    remedy: (id) => `with all its media: aws s3 rb s3://${id} --force`,
  },
  "ecr:repository": {
    kind: "image registry",
    remedy: (name) => `aws ecr delete-repository --force --repository-name ${name}`,
  },
  "rds:db": {
    kind: "database",
    remedy: (id) => `with all its data: aws rds delete-db-instance --db-instance-identifier ${id}`,
  },
  "rds:snapshot": {
    kind: "database snapshot",
    remedy: (id) => `aws rds delete-db-snapshot --db-snapshot-identifier ${id}`,
    kept: true,
  },
  "rds:auto-backup": {
    kind: "database backups",
    remedy: () => "aws rds describe-db-instance-automated-backups names them",
    kept: true,
  },
  "kms:key": {
    kind: "key",
    // A key is never deleted at once: KMS keeps it for 7 to 30 days, tags and all.
    remedy: (id) => `goes by itself: aws kms describe-key --key-id ${id} says when`,
    kept: true,
  },
  "logs:log-group": {
    kind: "log group",
    remedy: (name) => `aws logs delete-log-group --log-group-name ${name}`,
  },
};

/** What an ARN has behind the account: `volume/vol-1`, or a bucket's name alone. */
function resourceOf(arn: string): { service: string; resource: string } {
  const [, , service = "", , , ...resource] = arn.split(":");
  return { service, resource: resource.join(":") };
}

/** `arn:aws:ec2:us-east-1:123456789012:volume/vol-1` → `ec2:volume`; `arn:aws:s3:::media` → `s3:`. */
export function kindOf(arn: string): string {
  const { service, resource } = resourceOf(arn);
  return `${service}:${/^([^/:]+)[/:]/.exec(resource)?.[1] ?? ""}`;
}

/** Everything behind the type: names of repositories have slashes of their own. */
function nameOf(arn: string): string {
  return resourceOf(arn).resource.replace(/^[^/:]+[/:]/, "");
}

/** Something of a kind that the table has. */
export function known(key: string, name: string, arn = name): Leftover {
  const row = kinds[key];
  if (row === undefined) throw new RangeError(`no kind "${key}"`);
  return { kind: row.kind, name, remedy: row.remedy(name, arn), kept: row.kept ?? false };
}

export function leftoverOf(arn: string): Leftover {
  const key = kindOf(arn);
  return key in kinds
    ? known(key, nameOf(arn), arn)
    : { kind: key, name: arn, remedy: "look at it in the console", kept: false };
}
