import { basename } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { metadata, type App } from "./app.ts";
import { checksumAnnotation } from "./checksum.ts";
import { secretEnv } from "./env.ts";
import { configNameOf, podTemplate, secretNameOf, type PodArgs } from "./pod.ts";

export interface PodParts {
  readonly template: k8s.types.input.core.v1.PodTemplateSpec;
  /** What must exist before a pod can start. */
  readonly parts: pulumi.Resource[];
}

function secretData({ env, files, first, beside }: PodArgs): Record<string, pulumi.Input<string>> {
  const named = Object.entries(files ?? {}).map(([path, text]) => [basename(path), text] as const);
  return { ...secretEnv({ ...first?.env, ...beside?.env, ...env }), ...Object.fromEntries(named) };
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
  const data = secretData(args);
  if (Object.keys(data).length === 0) {
    return { template: podTemplate(app, args), parts: before };
  }
  const secrets = new k8s.core.v1.Secret(
    `${name}-secrets`,
    { metadata: metadata(app, secretNameOf(app)), data: encoded(data) },
    { parent },
  );
  const checksum = { "framewright.dev/secrets-checksum": checksumAnnotation(data) };
  return {
    template: podTemplate(app, args, checksum),
    parts: [...before, secrets],
  };
}
