import type * as pulumi from "@pulumi/pulumi";
import { generatePassword } from "../kit/password.ts";

/** A generated key of an account of the store. */
export function generateKeys(name: string, parent: pulumi.Resource) {
  return {
    accessKeyId: generatePassword(`${name}-access-key`, parent, { length: 20, lower: false }),
    secretAccessKey: generatePassword(`${name}-secret-key`, parent, { length: 40 }),
  };
}
