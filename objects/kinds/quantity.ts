import { quantityOf } from "@framewright/contracts/quantity.ts";

/** A size as Kubernetes writes it, like 20Gi. */
export function bytesOf(size: string): number {
  const bytes = quantityOf(size);
  if (bytes === undefined) throw new RangeError(`"${size}" is not a size as Kubernetes writes it`);
  return bytes;
}
