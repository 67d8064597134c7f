import * as pulumi from "@pulumi/pulumi";
import { makeSdkCheap } from "./cheap-sdk.ts";
import { cloudAnswers, cloudState } from "./cloud-state.ts";

/** One resource as the program registered it, with secrets unwrapped and marked. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The explicit provider that makes it, as `<type>::<name>`; empty for the default one, which asks the environment. */
  readonly provider: string;
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>::<id>` → `<type>::<name>`. */
function providerOf(reference: string | undefined): string {
  const [, , types, name] = (reference ?? "").split("::");
  return types === undefined ? "" : `${types.split("$").at(-1) ?? ""}::${name ?? ""}`;
}

export const secretMark = "<secret>";
const secretSignature = "4dabf18193072939515e22adb298388d";

/** Random resources get results that differ by name, and have the length that was asked for. */
function randomText(name: string, length: number): string {
  const letters = name.replace(/[^A-Za-z0-9]/g, "");
  return letters.repeat(Math.ceil(length / letters.length)).slice(0, length);
}

const results: Readonly<
  Record<string, (name: string, inputs: { length: number }) => Record<string, unknown>>
> = {
  "random:index/randomPassword:RandomPassword": (name, { length }) => ({
    result: {
      [secretSignature]: "1b47061264138c4ac30d75fd1eb44270",
      value: randomText(name, length),
    },
  }),
  "random:index/randomBytes:RandomBytes": (name, { length }) => ({
    base64: Buffer.from(randomText(name, length)).toString("base64"),
    hex: Buffer.from(randomText(name, length)).toString("hex"),
  }),
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function maskLeaves(value: unknown): unknown {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskLeaves(inner)]))
    : secretMark;
}

/** Whether Pulumi would store it encrypted. */
export function isSecret(value: unknown): boolean {
  return isRecord(value) && secretSignature in value;
}

/** Replaces what Pulumi would store encrypted. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (!isRecord(value)) return value;
  if (isSecret(value)) return maskLeaves(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner)]));
}

/** Records what a program registers; call before the program's modules are imported. */
export function recordResources(project = "framewright", stack = "local"): Registration[] {
  const seen: Registration[] = [];
  makeSdkCheap();
  void pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        const known = inputs as Registration["inputs"] & { length: number };
        seen.push({ type, name, inputs: known, provider: providerOf(provider) });
        const made = { ...cloudState(type, name, known), ...results[type]?.(name, known) };
        return { id: `${name}-id`, state: { ...known, ...made } };
      },
      call: ({ token, inputs }) => {
        const answer = cloudAnswers[token];
        if (answer !== undefined) return answer(inputs as Readonly<Record<string, unknown>>);
        throw new Error(`the program calls ${token}: it must not ask a cloud during a preview`);
      },
    },
    project,
    stack,
  );
  return seen;
}
