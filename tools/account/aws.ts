import { numberAt, textAt, type Json } from "../plugins/kit/json.ts";
import type { Answer, QuotaNeed } from "./account.ts";
import { AwsClient, items } from "./aws-client.ts";
import type { PoolNeed, StackNeed } from "../../config/account-need.ts";

/** Tag of everything that a stack makes (infra/eks/names.ts). */
const stackTag = "framewright:stack";

/**
 * Quotas of running instances are counted in vCPUs of families together (Amazon EC2 User Guide, "Amazon EC2 instance type
 * quotas"; the codes are those of `aws service-quotas list-service-quotas --service-code ec2`).
 */
const families = {
  standard: {
    what: "vCPUs of standard instances",
    onDemand: "L-1216C47A",
    spot: "L-34B43A08",
  },
  g: { what: "vCPUs of G and VT instances", onDemand: "L-DB2E81BA", spot: "L-3819A6DF" },
  p: { what: "vCPUs of P instances", onDemand: "L-417A185B", spot: "L-7212CCBC" },
} as const;

type Family = keyof typeof families;

function familyOf(machine: string): Family {
  if (/^(g|vt)\d/.test(machine)) return "g";
  return /^p\d/.test(machine) ? "p" : "standard";
}

/** EC2 takes lists as numbered parameters. */
function filter(name: string, values: readonly string[]): Record<string, string> {
  const numbered = values.map((value, index) => [`Filter.1.Value.${index + 1}`, value] as const);
  return { "Filter.1.Name": name, ...Object.fromEntries(numbered) };
}

function tagsOf(item: Json): Map<string, string> {
  const tags = items([item], "tagSet");
  return new Map(tags.map((tag) => [textAt(tag, "key") ?? "", textAt(tag, "value") ?? ""]));
}

/** What the stack itself has is no obstacle to it. */
function ofOthers(found: readonly Json[], stack: string): Json[] {
  return found.filter((item) => tagsOf(item).get(stackTag) !== stack);
}

interface Instance {
  readonly family: Family;
  readonly spot: boolean;
  readonly vcpus: number;
}

function instanceOf(item: Json): Instance {
  const cores = Number(textAt(item, "cpuOptions", "coreCount") ?? 0);
  return {
    family: familyOf(textAt(item, "instanceType") ?? ""),
    spot: textAt(item, "instanceLifecycle") === "spot",
    vcpus: cores * Number(textAt(item, "cpuOptions", "threadsPerCore") ?? 1),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

async function limitOf(client: AwsClient, service: string, code: string): Promise<number> {
  const quota = { service, code };
  const own = await client.quota("GetServiceQuota", quota);
  const found = own ?? (await client.quota("GetAWSDefaultServiceQuota", quota));
  return numberAt(found, "Quota", "Value") ?? 0;
}

function asking(region: string, service: string, code: string) {
  return (limit: number) =>
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${limit}`;
}

interface Wanted {
  readonly service: string;
  readonly code: string;
  readonly what: string;
  readonly start: number;
  readonly most: number;
  readonly used: number;
}

async function quotaOf(client: AwsClient, region: string, wanted: Wanted): Promise<QuotaNeed> {
  const { service, code, what, start, most, used } = wanted;
  const room = { limit: await limitOf(client, service, code), used };
  return { id: `${service} ${code}`, what, start, most, room, ask: asking(region, service, code) };
}

/** The quota of vCPUs that pools of one family and market share. */
function vcpuNeed(
  [family, spot]: readonly [Family, boolean],
  pools: readonly (PoolNeed & { readonly vcpus: number })[],
  instances: readonly Instance[],
): Wanted | undefined {
  const own = pools.filter((pool) => familyOf(pool.machine) === family && pool.spot === spot);
  if (own.length === 0) return undefined;
  const { what, onDemand, spot: spotCode } = families[family];
  return {
    service: "ec2",
    code: spot ? spotCode : onDemand,
    what: `${what}, ${spot ? "spot" : "on demand"}`,
    start: sum(own.map(({ start, vcpus }) => start * vcpus)),
    most: sum(own.map(({ most, vcpus }) => most * vcpus)),
    used: sum(
      instances.filter((it) => it.family === family && it.spot === spot).map(({ vcpus }) => vcpus),
    ),
  };
}

const markets = (["standard", "g", "p"] as const).flatMap((family) =>
  [false, true].map((spot) => [family, spot] as const),
);

async function soldIn(client: AwsClient, pools: readonly PoolNeed[]): Promise<Answer["sold"]> {
  const machines = [...new Set(pools.map(({ machine }) => machine))];
  const pages = await client.query("ec2", "DescribeInstanceTypeOfferings", {
    LocationType: "availability-zone-id",
    ...filter("instance-type", machines),
  });
  const offers = items(pages, "instanceTypeOfferingSet");
  const zonesOf = (machine: string) =>
    offers
      .filter((offer) => textAt(offer, "instanceType") === machine)
      .map((offer) => textAt(offer, "location") ?? "")
      .toSorted();
  return new Map(pools.map(({ pool, machine }) => [pool, zonesOf(machine)]));
}

async function vcpusOf(
  client: AwsClient,
  pools: readonly PoolNeed[],
): Promise<Map<string, number>> {
  const machines = [...new Set(pools.map(({ machine }) => machine))];
  const pages = await client.query(
    "ec2",
    "DescribeInstanceTypes",
    filter("instance-type", machines),
  );
  return new Map(
    items(pages, "instanceTypeSet").map((type) => [
      textAt(type, "instanceType") ?? "",
      Number(textAt(type, "vCpuInfo", "defaultVCpus") ?? 0),
    ]),
  );
}

/** A stack file names its account, so that credentials of another one make nothing by mistake. */
async function checkAccount(client: AwsClient, owner: string): Promise<void> {
  const [page] = await client.query("sts", "GetCallerIdentity");
  const account = textAt(page, "GetCallerIdentityResult", "Account") ?? "";
  if (account === owner) return;
  throw new Error(
    `the credentials are of account ${account}, and eks.accountId is ${owner}: use those of that account`,
  );
}

/** What is made once for each zone, or once. */
function networkNeeds(zones: number, used: { addresses: number; vpcs: number }): Wanted[] {
  const once = { start: 1, most: 1, used: used.vpcs };
  return [
    {
      service: "ec2",
      code: "L-0263D0A3",
      what: "Elastic IP addresses, one for the NAT of each zone",
      start: zones,
      most: zones,
      used: used.addresses,
    },
    { service: "vpc", code: "L-F678F1CE", what: "VPCs", ...once },
  ];
}

export async function askAws(need: StackNeed): Promise<Answer> {
  const { region, stack, pools } = need;
  const client = new AwsClient(region);
  await checkAccount(client, need.owner);
  const [zones, sold, vcpus, running, addresses, vpcs] = await Promise.all([
    client.query("ec2", "DescribeAvailabilityZones", filter("zone-type", ["availability-zone"])),
    soldIn(client, pools),
    vcpusOf(client, pools),
    client.query("ec2", "DescribeInstances", filter("instance-state-name", ["pending", "running"])),
    client.query("ec2", "DescribeAddresses"),
    client.query("ec2", "DescribeVpcs"),
  ]);
  const reservations = items(running, "reservationSet");
  const instances = items(reservations, "instancesSet");
  const others = ofOthers(instances, stack).map(instanceOf);
  const sized = pools.map((pool) => ({ ...pool, vcpus: vcpus.get(pool.machine) ?? 0 }));
  const wanted = [
    ...markets.flatMap((market) => vcpuNeed(market, sized, others) ?? []),
    ...networkNeeds(need.zones.length, {
      addresses: ofOthers(items(addresses, "addressesSet"), stack).length,
      vpcs: ofOthers(items(vpcs, "vpcSet"), stack).length,
    }),
  ];
  const quotas: QuotaNeed[] = [];
  // Service Quotas answers five requests a second (its own quotas); one after the other stays below.
  for (const each of wanted) quotas.push(await quotaOf(client, region, each));
  return {
    zones: items(zones, "availabilityZoneInfo").map((zone) => textAt(zone, "zoneId") ?? ""),
    sold,
    quotas,
  };
}
