import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels, metadata, type App } from "../app.ts";
import { checksum } from "./checksum.ts";
import type { StoredText, StoredValue } from "./secret-text.ts";

/** Texts with values of the owner's store, by their keys in a Secret. */
export type StoredTexts = Readonly<Record<string, StoredText>>;

function isValue(part: string | StoredValue): part is StoredValue {
  return typeof part !== "string";
}

/** Each value once, in a fixed order. */
function valuesIn(texts: readonly StoredText[]): StoredValue[] {
  const all = texts.flatMap(({ parts }) => parts.filter(isValue));
  const byName = new Map(all.map((value) => [value.name, value]));
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Templates name a value as Go names a field. */
function fieldOf({ name }: StoredValue): string {
  return name.replaceAll("-", "_");
}

function keyOf({ name, store }: StoredValue): string {
  return `${store.prefix}${name}`;
}

/** A value that URLs and settings would have to escape, or that ends with a line, is refused by its name. */
function refusalOf(value: StoredValue): string {
  const { pattern, words } = value.form;
  const told = JSON.stringify(`the value ${keyOf(value)} must be ${words}`);
  return `{{ if not (regexMatch "^${pattern}$" .${fieldOf(value)}) }}{{ fail ${told} }}{{ end }}`;
}

/** https://external-secrets.io/latest/guides/templating/, which are Go's own with the functions of sprig. */
export function templateOf(text: StoredText): string {
  const refusals = valuesIn([text]).map(refusalOf);
  const parts = text.parts.map((part) =>
    isValue(part) ? `{{ .${fieldOf(part)} }}` : part.replaceAll("{{", '{{ "{{" }}'),
  );
  return [...refusals, ...parts].join("");
}

/** Another one for other templates, other generations of values, and another revision. */
export function storedDigest(texts: StoredTexts): string {
  const templates = Object.entries(texts).map(([key, text]) => [key, templateOf(text)] as const);
  const values = valuesIn(Object.values(texts)).map(
    (value) =>
      [
        `of ${keyOf(value)}`,
        `${value.generation} ${value.store.revision} ${value.store.name}`,
      ] as const,
  );
  return checksum(Object.fromEntries([...templates, ...values]));
}

/** https://external-secrets.io/latest/api/externalsecret/ */
function externalSecretSpec(app: App, secretName: string, texts: StoredTexts) {
  const values = valuesIn(Object.values(texts));
  const templates = Object.entries(texts).map(([key, text]) => [key, templateOf(text)] as const);
  return {
    // The store is asked again when this object changes, and never by itself: programs that share a value must change together.
    refreshPolicy: "OnChange",
    secretStoreRef: { kind: "ClusterSecretStore", name: values[0]?.store.name },
    target: {
      name: secretName,
      creationPolicy: "Owner",
      deletionPolicy: "Retain",
      template: {
        engineVersion: "v2",
        metadata: { labels: labels(app) },
        data: Object.fromEntries(templates),
      },
    },
    data: values.map((value) => ({
      secretKey: fieldOf(value),
      remoteRef: { key: keyOf(value) },
    })),
  };
}

export interface StoredSecretArgs {
  readonly app: App;
  readonly secretName: string;
  readonly texts: StoredTexts;
}

/** A Secret that the External Secrets Operator makes; `up` waits until it is there, or says that it is not. */
export function storedSecret(
  name: string,
  { app, secretName, texts }: StoredSecretArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: {
        ...metadata(app, secretName),
        annotations: {
          "framewright.dev/secrets-checksum": storedDigest(texts),
          "pulumi.com/waitFor": "condition=Ready",
          "pulumi.com/timeoutSeconds": "180",
        },
      },
      spec: externalSecretSpec(app, secretName, texts),
    },
    opts,
  );
}
