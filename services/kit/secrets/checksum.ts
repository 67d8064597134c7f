import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** SHA-256 over names and values in a fixed order, as 16 hex digits. */
export function checksum(values: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

/**
 * Makes pods roll when a secret they read changes. Not secret itself: its inputs are generated with at
 * least 128 bits, so a digest gives nothing away, and a plain annotation keeps the pod spec readable.
 */
export function checksumAnnotation(
  values: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.all(values).apply(checksum));
}
