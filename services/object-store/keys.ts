import { secret } from "../kit/pods/env.ts";
import { generatePassword, type SecretPlace } from "../kit/secrets/password.ts";

/** A generated key of an account of the store. */
function generateKeys(name: string, place: SecretPlace) {
  return {
    accessKeyId: generatePassword(`${name}-access-key`, place, { length: 20, lower: false }),
    secretAccessKey: generatePassword(`${name}-secret-key`, place, { length: 40 }),
  };
}

/** The accounts of a store as its program reads them: the root key stays with it, and the owner has this one bucket. */
export function generateAccounts(name: string, bucket: string, place: SecretPlace) {
  const root = generateKeys(name, place);
  const owner = generateKeys(`${name}-owner`, place);
  const env = {
    ROOT_ACCESS_KEY: secret(root.accessKeyId),
    ROOT_SECRET_KEY: secret(root.secretAccessKey),
    OWNER_ACCESS_KEY: secret(owner.accessKeyId),
    OWNER_SECRET_KEY: secret(owner.secretAccessKey),
    BUCKET: bucket,
  };
  return { owner, env };
}
