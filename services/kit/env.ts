import type * as pulumi from "@pulumi/pulumi";

/** A value that must not stand in the pod spec; it goes through the workload's Secret. */
export interface SecretValue {
  readonly secret: pulumi.Input<string>;
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

export function secret(value: pulumi.Input<string>): SecretValue {
  return { secret: value };
}

function isSecret(value: EnvValue): value is SecretValue {
  return typeof value === "object" && "secret" in value;
}

function variable(name: string, value: EnvValue, secretName: string) {
  if (typeof value !== "object") return { name, value: String(value) };
  if ("field" in value) return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  const from = isSecret(value)
    ? { name: secretName, key: name }
    : { name: value.secretName, key: value.key };
  return { name, valueFrom: { secretKeyRef: from } };
}

/** The variables as a container states them; secret ones point into the Secret of that name. */
export function containerEnv(env: Env, secretName: string) {
  return Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [variable(name, value, secretName)],
  );
}

/** The secret variables alone, for the Secret. */
export function secretEnv(env: Env): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isSecret(value) ? [[name, value.secret] as const] : [],
    ),
  );
}
