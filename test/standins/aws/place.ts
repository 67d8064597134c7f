import { randomBytes, randomUUID } from "node:crypto";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft } from "../kit/row.ts";

/** Where a resource lies; both are parts of its ARN. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** An account's number in AWS's own documentation, for programs that pin none. */
const exampleAccount = "123456789012";

export function regionOf(inputs: JsonObject, config: JsonObject): string {
  const region = textAt(inputs, "region") ?? textAt(config, "region");
  if (region === undefined) throw new Error("Missing region configuration: set aws:region");
  return region;
}

/** The credentials of the simulated cloud are always those of the account that the provider is pinned to. */
export function accountOf(config: JsonObject): string {
  return textAt(config, "allowedAccountIds", 0) ?? exampleAccount;
}

export function placeOf({ inputs, config }: Pick<Draft, "inputs" | "config">): Place {
  return { account: accountOf(config), region: regionOf(inputs, config) };
}

export function arn(place: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
}

/** ARN of something that has no region. */
export function globalArn({ account }: Place, service: string, resource: string): string {
  return `arn:aws:${service}::${account}:${resource}`;
}

/** Lowercase hexadecimal digits, as many as asked for. */
export function hex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);
}

/** "vpc-0f3b…": EC2's ids have 17 digits, the first of which has been 0 so far. */
export function ec2Id(prefix: string): string {
  return `${prefix}-0${hex(16)}`;
}

/** "AROA…": IAM's ids are 21 capitals and digits. */
export function iamId(prefix: string): string {
  const digits = randomUUID().replaceAll("-", "") + randomUUID().replaceAll("-", "");
  return prefix + digits.toUpperCase().slice(0, 17);
}

/** What the bridged Terraform provider appends to a name prefix: the time, then a counter. */
export function uniqueSuffix(): string {
  const time = new Date().toISOString().replaceAll(/[^0-9]/g, "");
  return `${time}${hex(9)}`;
}
