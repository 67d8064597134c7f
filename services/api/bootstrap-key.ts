import { clientKeyKind, completeKey, entropyLength } from "@framewright/contracts/api-key.ts";
import { generateSeed, type SecretPlace } from "../kit/secrets/password.ts";
import { storedText, type SecretText } from "../kit/secrets/secret-text.ts";

/** The first key of a client, which may make others. It ends in a checksum, which the migration looks at. */
export function bootstrapKey(name: string, { parent, cluster }: SecretPlace): SecretText {
  if (cluster.secretStore !== undefined) {
    return storedText(cluster.secretStore, name, {
      pattern: `${clientKeyKind}[0-9A-Za-z]{36}`,
      words: "a key of a client, as `npm run new-key` prints one",
    });
  }
  const entropy = generateSeed(name, parent, { length: entropyLength });
  return entropy.apply((text) => completeKey(clientKeyKind, text));
}
