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
export type Env = Readonly<Record<string, EnvValue>>;

/** The environment of an app, typed by its own schema: a missing or unknown variable does not compile. */
export type EnvFor<T> = { readonly [Name in keyof T]: EnvValue };

export function secret(value: pulumi.Input<string>): SecretValue {
  return { secret: value };
}

function isSecret(value: EnvValue): value is SecretValue {
  return typeof value === "object" && "secret" in value;
}

/** The variables as a container states them; secret ones point into the Secret of that name. */
export function containerEnv(env: Env, secretName: string) {
  return Object.entries(env).map(([name, value]) => {
    if (typeof value !== "object") return { name, value: String(value) };
    return isSecret(value)
      ? { name, valueFrom: { secretKeyRef: { name: secretName, key: name } } }
      : { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  });
}

/** The secret variables alone, for the Secret. */
export function secretEnv(env: Env): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      isSecret(value) ? [[name, value.secret] as const] : [],
    ),
  );
}
