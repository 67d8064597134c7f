import { generatePassword, type SecretPlace } from "../kit/password.ts";

/** A generated key of an account of the store. */
export function generateKeys(name: string, place: SecretPlace) {
  return {
    accessKeyId: generatePassword(`${name}-access-key`, place, { length: 20, lower: false }),
    secretAccessKey: generatePassword(`${name}-secret-key`, place, { length: 40 }),
  };
}
