import { awsRules } from "./aws.ts";
import { gcpRules } from "./gcp.ts";
import { kubernetesRules } from "./kubernetes.ts";
import type { Judged, SecurityRule } from "./rule.ts";

/** By whose resources they look at. */
const rules: Readonly<Record<string, readonly SecurityRule[]>> = {
  aws: awsRules,
  eks: awsRules,
  gcp: gcpRules,
  kubernetes: kubernetesRules,
};

/** `aws:s3/bucket:Bucket` and `pulumi:providers:aws` are of aws. */
export function cloudOf(type: string): string {
  const [first = "", , last = ""] = type.split(":");
  return first === "pulumi" ? last : first;
}

function complaintsOf(owned: readonly SecurityRule[], stack: Judged): string[] {
  return owned.flatMap((rule) => rule(stack));
}

/** Everything that is not safe about a stack, as rules that know nothing of golden files. */
export function insecurities(stack: Judged): string[] {
  return complaintsOf([...awsRules, ...gcpRules, ...kubernetesRules], stack);
}

/** The same of what one resource may have changed: the rules of its cloud. */
export function insecuritiesAround(type: string, stack: Judged): string[] {
  return complaintsOf(rules[cloudOf(type)] ?? [], stack);
}
