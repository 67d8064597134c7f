import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** @default 32 characters, of all letters. */
export interface PasswordShape {
  readonly length?: number;
  readonly lower?: boolean;
}

/** A generated secret of letters and digits, which URLs and settings need not escape. */
export function generatePassword(
  name: string,
  parent: pulumi.Resource,
  shape: PasswordShape = {},
): pulumi.Output<string> {
  const args = { length: 32, ...shape, special: false };
  return new random.RandomPassword(name, args, { parent }).result;
}
