import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { stateFolder } from "../../../tools/node/addresses.ts";
import { logFolder } from "../../../tools/paths.ts";
import { pulumi, stackName } from "../../../tools/stack.ts";

/** A text in which secrets are looked for. */
export interface Haystack {
  readonly name: string;
  readonly text: string;
}

export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Pulumi's mark of a secret value in an export. */
const Encrypted = Type.Object({
  "4dabf18193072939515e22adb298388d": Type.Literal("1b47061264138c4ac30d75fd1eb44270"),
  plaintext: Type.String(),
});

const Export = Type.Object({
  deployment: Type.Object({
    resources: Type.Array(
      Type.Object({
        type: Type.String(),
        urn: Type.String(),
        outputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
    ),
  }),
});

export function exportedState(...flags: readonly string[]): Promise<string> {
  return pulumi(["stack", "export", "--stack", stackName, ...flags]);
}

/** Of a kubeconfig the certificates are no secret; its key is. */
function secretPart(text: string): string {
  return /client-key-data"?: "?([\w+/=]+)/.exec(text)?.[1] ?? text;
}

/** What grants access: passwords and keys. Salts and hashes, which are secret outputs as well, do not. */
const granting: Readonly<Record<string, readonly string[] | undefined>> = {
  "random:index/randomPassword:RandomPassword": ["result"],
  "pulumi:pulumi:Stack": ["bootstrapApiKey", "kubeconfig", "workerAdminSecret"],
};

/** Every secret that the stack generated, in the clear, from an export with `--show-secrets`. */
export function generatedSecrets(clearExport: string): Secret[] {
  const { deployment } = Value.Parse(Export, JSON.parse(clearExport));
  return deployment.resources.flatMap(({ type, urn, outputs = {} }) =>
    (granting[type] ?? []).map((key) => {
      const { plaintext } = Value.Parse(Encrypted, outputs[key]);
      const text = Value.Parse(Type.String(), JSON.parse(plaintext));
      return { name: `${urn.split("::").at(-1) ?? ""}.${key}`, value: secretPart(text) };
    }),
  );
}

/**
 * The ways in which a text can stand in base64, alone or in the middle of a longer one: the letters that do
 * not depend on its neighbours, for each of the three positions that it may have in a group of three bytes.
 */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const letters = Buffer.from("\0".repeat(offset) + text).toString("base64url");
    const firstOwn = Math.ceil((offset * 8) / 6);
    const lastOwn = Math.floor(((offset + Buffer.byteLength(text)) * 8) / 6);
    return letters.slice(firstOwn, lastOwn);
  });
}

/** A secret as it may be written: plain, in base64 of both alphabets, or escaped in a URL. */
function formsOf({ value }: Secret): string[] {
  const plain = base64Forms(value);
  const standard = plain.map((form) => form.replaceAll("-", "+").replaceAll("_", "/"));
  return [...new Set([value, encodeURIComponent(value), ...plain, ...standard])];
}

/** Where a secret stands, as lines that name both and do not show it. */
export function findSecrets(secrets: readonly Secret[], haystacks: readonly Haystack[]): string[] {
  return secrets.flatMap((secret) => {
    const forms = formsOf(secret);
    return haystacks
      .filter(({ text }) => forms.some((form) => text.includes(form)))
      .map(({ name }) => `${secret.name} in ${name}`);
  });
}

/** What opens a door although no generator made it: keys that the API issued, and presigned URLs. */
const bearers = {
  "an API key": /fw_(live|wkr)_[0-9A-Za-z]{36}/,
  "a presigned URL": /X-Amz-Signature=[0-9a-f]{64}/,
  "a playback URL": /\/playback\/[\w-]{50}\//,
};

export function findBearers(haystacks: readonly Haystack[]): string[] {
  return haystacks.flatMap(({ name, text }) =>
    Object.entries(bearers)
      .filter(([, pattern]) => pattern.test(text))
      .map(([what]) => `${what} in ${name}`),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

/** The logs of every container that the node still has, and those of the node and of the tools. */
export function allLogs(): Haystack[] {
  return [join(stateFolder, "pod-logs"), logFolder]
    .flatMap(filesBelow)
    .map((name) => ({ name, text: readFileSync(name, "latin1") }));
}
