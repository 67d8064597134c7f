import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { metadata, type App } from "../app.ts";
import { checksumAnnotation } from "../secrets/checksum.ts";
import { secretNamesOf, secretsOf } from "./pod-secrets.ts";
import { configNameOf, podTemplate, type PodArgs } from "./pod.ts";
import { isStored, type SecretText } from "../secrets/secret-text.ts";
import { storedSecret } from "../secrets/stored-secret.ts";

export interface PodParts {
  readonly template: k8s.types.input.core.v1.PodTemplateSpec;
  /** What must exist before a pod can start. */
  readonly parts: pulumi.Resource[];
}

/** Not `stringData`: server-side apply cannot take back a key that came in through it. */
export function encoded(data: Readonly<Record<string, pulumi.Input<string>>>) {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [
      key,
      pulumi.secret(text).apply((plain) => Buffer.from(plain, "utf8").toString("base64")),
    ]),
  );
}

export interface SecretArgs {
  readonly app: App;
  readonly secretName: string;
  readonly data: Readonly<Record<string, SecretText>>;
}

/** A Secret of Pulumi's or, where its values are in the owner's store, one that the operator makes of them. */
export function keepSecret(
  name: string,
  { app, secretName, data }: SecretArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const rows = Object.entries(data);
  const stored = rows.flatMap(([key, text]) => (isStored(text) ? [[key, text] as const] : []));
  const known = rows.flatMap(([key, text]) => (isStored(text) ? [] : [[key, text] as const]));
  if (stored.length === 0) {
    const inside = {
      metadata: metadata(app, secretName),
      data: encoded(Object.fromEntries(known)),
    };
    return new k8s.core.v1.Secret(name, inside, opts);
  }
  if (known.length > 0) {
    throw new RangeError(`${secretName} is either the operator's or Pulumi's, and not of both`);
  }
  return storedSecret(name, { app, secretName, texts: Object.fromEntries(stored) }, opts);
}

function configMap(name: string, app: App, { config }: PodArgs, parent: pulumi.Resource) {
  return config === undefined
    ? []
    : [
        new k8s.core.v1.ConfigMap(
          `${name}-config`,
          { metadata: metadata(app, configNameOf(app)), data: { ...config.files } },
          { parent },
        ),
      ];
}

/** A pod's account (without token), ConfigMap and Secret, and the template that names them and rolls with them. */
export function podWithSecrets(
  name: string,
  app: App,
  args: PodArgs,
  parent: pulumi.Resource,
): PodParts {
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata: metadata(app), automountServiceAccountToken: false },
    { parent },
  );
  const before = [account, ...configMap(name, app, args, parent)];
  const { known, stored } = secretsOf(args);
  const names = secretNamesOf(app, args);
  const secrets = [
    { as: `${name}-secrets`, secretName: names.known, data: known },
    { as: `${name}-stored-secrets`, secretName: names.stored, data: stored },
  ]
    .filter(({ data }) => Object.keys(data).length > 0)
    .map(({ as, ...kept }) => keepSecret(as, { app, ...kept }, { parent }));
  const notes: Record<string, pulumi.Output<string>> = {};
  if (Object.keys(known).length > 0) {
    notes["framewright.dev/secrets-checksum"] = checksumAnnotation(known);
  }
  return { template: podTemplate(app, args, notes), parts: [...before, ...secrets] };
}
