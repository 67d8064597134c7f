import { AwsAccount } from "../../standins/accounts/aws-account.ts";
import { GoogleProject } from "../../standins/accounts/google-project.ts";
import type { ConfigValue, StackFile } from "./stack-file.ts";

/** What answers commands that ask the account before they make anything. */
export interface Account {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

function text(value: ConfigValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TypeError(`expected text in the stack file, got ${JSON.stringify(value)}`);
}

/** The account that a stack file names, with room for everything. */
export function startAccount(cloud: "gke" | "eks", file: StackFile): Promise<Account> {
  const section = file.section(cloud);
  const region = text(section["region"]);
  return cloud === "eks"
    ? AwsAccount.start({ id: text(section["accountId"]), region })
    : GoogleProject.start({ project: text(section["project"]), region });
}
