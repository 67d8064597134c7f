import type * as pulumi from "@pulumi/pulumi";

/** A value that must not stand in the pod spec; it goes through the workload's Secret. */
export interface SecretValue {
  readonly secret: pulumi.Input<string>;
}

/** A field of the pod itself, e.g. `metadata.name`. */
export interface FieldValue {
  readonly field: string;
}

export type EnvValue = string | number | SecretValue | FieldValue;
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
  return isSecret(value)
    ? { name, valueFrom: { secretKeyRef: { name: secretName, key: name } } }
    : { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
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
