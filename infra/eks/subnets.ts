import type { KubernetesApi } from "../cluster.ts";

/** The subnets of one zone, in CIDR notation. */
export interface ZoneSubnets {
  readonly zone: string;
  /** Nodes, pods, load balancers inside, database: a quarter of the VPC. */
  readonly private: string;
  /** NAT and load balancers outside: a sixteenth of the VPC. */
  readonly public: string;
}

interface Block {
  readonly base: number;
  readonly bits: number;
}

function parseBlock(cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const parts = match?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = parts;
  if (Math.max(a, b, c, d) > 255 || bits > 32) {
    throw new RangeError(`"${cidr}" is not a network in CIDR notation`);
  }
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return { base: address - (address % 2 ** (32 - bits)), bits };
}

function formatBlock({ base, bits }: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join(".")}/${bits}`;
}

/** The nth of the equal parts that a block has when its prefix grows by that many bits. */
function part({ base, bits }: Block, grow: number, index: number): Block {
  return { base: base + index * 2 ** (32 - bits - grow), bits: bits + grow };
}

/** The first address of a block after its own, which is the one of Service `kubernetes` in a range of Services. */
function firstAddress(cidr: string): string {
  const { base } = parseBlock(cidr);
  return formatBlock({ base: base + 1, bits: 32 });
}

/**
 * Its network interfaces are in the private subnets. The VPC CNI checks packets before they get from the Service's address
 * to theirs: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
 */
export function kubernetesApi(
  { vpc, services }: { readonly vpc: string; readonly services: string },
  zones: readonly string[],
): KubernetesApi {
  const own = planSubnets(vpc, zones).map((zone) => ({ cidr: zone.private, except: [] }));
  return {
    blocks: [{ cidr: firstAddress(services), except: [] }, ...own],
    port: 443,
    callers: own,
  };
}

/**
 * Three quarters of the VPC are private subnets, because pods have addresses of it (prefix delegation takes them
 * sixteen at a time); public ones share the last quarter. A zone's subnets depend on its place in the list alone,
 * so that a third zone, added later, moves nothing.
 */
export function planSubnets(vpcCidr: string, zones: readonly string[]): ZoneSubnets[] {
  if (zones.length > 3) throw new RangeError(`${zones.length} zones; the VPC has room for three`);
  const vpc = parseBlock(vpcCidr);
  const last = part(vpc, 2, 3);
  return zones.map((zone, index) => ({
    zone,
    private: formatBlock(part(vpc, 2, index)),
    public: formatBlock(part(last, 2, index)),
  }));
}
