import { basename } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { App } from "../app.ts";
import { secretEnv, type Env, type SecretNames } from "./env.ts";
import { isStored, type SecretText } from "../secrets/secret-text.ts";
import { storedDigest, type StoredTexts } from "../secrets/stored-secret.ts";

/** What a pod has of secrets. */
interface WithSecrets {
  readonly env: Env;
  readonly files?: Readonly<Record<string, SecretText>> | undefined;
  readonly first?: { readonly env: Env } | undefined;
  readonly beside?: { readonly env: Env } | undefined;
}

const makers = ["known", "stored"] as const satisfies readonly (keyof SecretNames)[];
const fileVolumes = { known: "files", stored: "stored-files" } as const;

function makerOf(text: SecretText): keyof SecretNames {
  return isStored(text) ? "stored" : "known";
}

/** The volume that has a secret file. */
export function fileVolumeOf(text: SecretText): string {
  return fileVolumes[makerOf(text)];
}

/** One for the files of each maker, where there are any. */
export function secretVolumes(
  { files = {}, fileMode }: Pick<WithSecrets, "files"> & { readonly fileMode?: number },
  secrets: SecretNames,
) {
  return makers.flatMap((maker) => {
    const own = Object.entries(files).filter(([, text]) => makerOf(text) === maker);
    if (own.length === 0) return [];
    const items = own.map(([path]) => ({ key: basename(path), path: basename(path) }));
    const mode = fileMode !== undefined && { defaultMode: fileMode };
    return [{ name: fileVolumes[maker], secret: { secretName: secrets[maker], ...mode, items } }];
  });
}

export interface SecretsOfPod {
  readonly known: Readonly<Record<string, pulumi.Input<string>>>;
  readonly stored: StoredTexts;
}

/** Its secret variables and files, by who makes them. */
export function secretsOf({ env, files = {}, first, beside }: WithSecrets): SecretsOfPod {
  const named = Object.entries(files).map(([path, text]) => [basename(path), text] as const);
  const all = [...Object.entries(secretEnv({ ...first?.env, ...beside?.env, ...env })), ...named];
  return {
    known: Object.fromEntries(
      all.flatMap(([key, text]) => (isStored(text) ? [] : [[key, text] as const])),
    ),
    stored: Object.fromEntries(
      all.flatMap(([key, text]) => (isStored(text) ? [[key, text] as const] : [])),
    ),
  };
}

/**
 * The Secrets with an app's secret variables and files. That of the owner's values has another name whenever it may have another content:
 * pods of before keep theirs until they are gone, and a new pod waits until its own is there.
 */
export function secretNamesOf(app: App, args: WithSecrets): SecretNames {
  const known = `${app.name}-secrets`;
  return { known, stored: `${known}-${storedDigest(secretsOf(args).stored)}` };
}
