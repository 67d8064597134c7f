import { isStored, type SecretText } from "../secrets/secret-text.ts";

/** A value that must not stand in the pod spec; it goes through the workload's Secret. */
export interface SecretValue {
  readonly secret: SecretText;
}

/** A field of the pod itself, e.g. `metadata.name`. */
export interface FieldValue {
  readonly field: string;
}

/** A key of another Secret, as it is when the container starts; no pod is rolled when it changes. */
export interface SharedSecretValue {
  readonly secretName: string;
  readonly key: string;
}

export type EnvValue = string | number | SecretValue | FieldValue | SharedSecretValue;
/** Undefined: the container does not have it. */
export type Env = Readonly<Record<string, EnvValue | undefined>>;

/** The environment of an app, typed by its own schema: a missing or unknown variable does not compile. */
export type EnvFor<T> = { readonly [Name in keyof T]: EnvValue };

export function secret(value: SecretText): SecretValue {
  return { secret: value };
}

function isSecret(value: EnvValue): value is SecretValue {
  return typeof value === "object" && "secret" in value;
}

/** The Secrets of a pod: with what Pulumi knows, and with what only the owner's store has. */
export interface SecretNames {
  readonly known: string;
  readonly stored: string;
}

function variable(name: string, value: EnvValue, secrets: SecretNames) {
  if (typeof value !== "object") return { name, value: String(value) };
  if ("field" in value) return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  const from = isSecret(value)
    ? { name: isStored(value.secret) ? secrets.stored : secrets.known, key: name }
    : { name: value.secretName, key: value.key };
  return { name, valueFrom: { secretKeyRef: from } };
}

/** The variables as a container states them; secret ones point into one of these Secrets. */
export function containerEnv(env: Env, secrets: SecretNames) {
  return Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [variable(name, value, secrets)],
  );
}

/** The secret variables alone, for the Secrets. */
export function secretEnv(env: Env): Record<string, SecretText> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isSecret(value) ? [[name, value.secret] as const] : [],
    ),
  );
}
