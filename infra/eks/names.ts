/** Names and addresses that follow from region, account and stack alone: known in every preview. */

/** Tag on everything that the stack makes, so that leftovers can be found by it. */
export const stackTag = "framewright:stack";

const partitions = [
  { prefix: "cn-", partition: "aws-cn", domain: "amazonaws.com.cn" },
  { prefix: "us-gov-", partition: "aws-us-gov", domain: "amazonaws.com" },
  { prefix: "", partition: "aws", domain: "amazonaws.com" },
] as const;

/** Which of Amazon's separate clouds a region is in: its part of every ARN, and its domain. */
export function partitionOf(region: string): { partition: string; domain: string } {
  const found = partitions.find(({ prefix }) => region.startsWith(prefix));
  if (found === undefined) throw new RangeError(`no AWS partition has region "${region}"`);
  return { partition: found.partition, domain: found.domain };
}

/** EKS takes letters, digits, hyphens and underscores; stack names may have dots. */
export function clusterNameOf(stack: string): string {
  return `framewright-${stack.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`.slice(0, 100);
}

export interface Place {
  /** The stack, as the tag has it. */
  readonly stack: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Domain of the partition's services. */
  readonly domain: string;
  readonly cluster: string;
  readonly clusterArn: string;
}

/** Where a stack is. */
export function placeOf(stack: string, at: { accountId: string; region: string }): Place {
  const { accountId, region } = at;
  const { partition, domain } = partitionOf(region);
  const cluster = clusterNameOf(stack);
  const clusterArn = `arn:${partition}:eks:${region}:${accountId}:cluster/${cluster}`;
  return { stack, accountId, region, partition, domain, cluster, clusterArn };
}

/** ARN of a policy that AWS maintains. */
export function managedPolicy({ partition }: Pick<Place, "partition">, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}
