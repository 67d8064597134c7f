import { randomInt } from "node:crypto";
import { clientKeyKind, completeKey, entropyLength } from "@framewright/contracts/api-key.ts";

export const usage = `npm run --silent new-key

Prints a new key of a client, of 178 random bits and a checksum: what \`api-bootstrap-key\` has to be in a store of yours
(secrets.source external-secrets, docs/secrets.md). Nothing else knows it until you put it there.`;

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function newKey(): string {
  const entropy = Array.from({ length: entropyLength }, () => letters[randomInt(letters.length)]);
  return completeKey(clientKeyKind, entropy.join(""));
}

export function run(): void {
  console.log(newKey());
}
