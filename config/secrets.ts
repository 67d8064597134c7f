import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { passphraseSources, type PassphraseSources } from "./env.ts";

/** Who can read the secrets in a stack's state. */
export type SecretsProtection =
  /** A key service of a cloud. */
  | { readonly kind: "key-service"; readonly url: string }
  | { readonly kind: "passphrase" }
  /** Anybody who can read the state. */
  | { readonly kind: "empty-passphrase" }
  /** The stack file says nothing: Pulumi Cloud holds the key, or the file lies elsewhere. */
  | { readonly kind: "unstated" };

/** Iterations and key length of Pulumi's passphrase secrets (pulumi sdk/go/common/resource/config/crypt.go). */
const iterations = 1_000_000;
const keyBytes = 32;
const tagBytes = 16;

/**
 * Whether a passphrase belongs to the salt of a stack file: `v1:<salt>:v1:<nonce>:<the word "pulumi", sealed>`.
 * Unlike the environment, the salt shows which passphrase the secrets are sealed with.
 */
export function opens(encryptionSalt: string, passphrase: string): boolean {
  const [, salt, , nonce, sealed] = encryptionSalt.split(":");
  if (salt === undefined || nonce === undefined || sealed === undefined) return false;
  const bytes = Buffer.from(sealed, "base64");
  const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), iterations, keyBytes, "sha256");
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  try {
    cipher.setAuthTag(bytes.subarray(-tagBytes));
    const text = Buffer.concat([cipher.update(bytes.subarray(0, -tagBytes)), cipher.final()]);
    return text.toString("utf8") === "pulumi";
  } catch {
    // GCM refuses what another key sealed; that is the answer, not a fault.
    return false;
  }
}

/** A scalar at the top of a stack file, which Pulumi itself writes there. */
function topLevel(text: string, key: string): string | undefined {
  return new RegExp(`^${key}:[ \\t]*["']?([^"'\\s#]+)`, "m").exec(text)?.[1];
}

const keyService = /^(awskms|gcpkms|azurekeyvault|hashivault):\/\//;

/** How the secrets of a stack are protected, by the text of its stack file. */
export function protectionOf(text: string, sources: PassphraseSources): SecretsProtection {
  const url = topLevel(text, "secretsprovider");
  if (url !== undefined && keyService.test(url)) return { kind: "key-service", url };
  const salt = topLevel(text, "encryptionsalt");
  if (salt !== undefined) {
    return { kind: opens(salt, "") ? "empty-passphrase" : "passphrase" };
  }
  // No salt yet: Pulumi is about to make one of the passphrase that it is given.
  const given = sources.passphrase ?? contentOf(sources.passphraseFile);
  if (given === undefined) return { kind: "unstated" };
  return { kind: given === "" ? "empty-passphrase" : "passphrase" };
}

function contentOf(file: string | undefined): string | undefined {
  return file !== undefined && existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** How the secrets of a stack are protected; the stack file lies at the project's root. */
export function findProtection(root: string, file: string): SecretsProtection {
  return protectionOf(contentOf(join(root, file)) ?? "", passphraseSources());
}
