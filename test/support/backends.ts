import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../../infra/cluster.ts";
import type { ApiDependencies } from "../../services/api/dependencies.ts";
import { endpoint, type App } from "../../services/kit/app.ts";
import { urlAsAnother } from "../../services/kit/backends/database.ts";

function backend(name: string, port: number) {
  const app: App = { name, namespace: namespaces.data, component: "test" };
  const url = pulumi.secret(`${name}://user:password-of-${name}@host:${port}`);
  return { endpoint: endpoint(app, port), url };
}

/** What the API and the workers call, without the services themselves. */
export function backends(): ApiDependencies {
  const database = backend("postgres", 5432);
  return {
    database: { ...database, urlAs: urlAsAnother(database.url) },
    broker: backend("rabbitmq", 5672),
    cache: backend("redis", 6379),
    mediaStore: {
      ...backend("object-store", 7070),
      insideUrl: "http://object-store.test:7070",
      publicUrl: "http://127.0.0.1:30070",
      region: "us-east-1",
      writeOnce: "if-none-match",
      bucket: "framewright",
      credentials: {
        kind: "keys",
        accessKeyId: pulumi.secret("key-id"),
        secretAccessKey: pulumi.secret("key-secret"),
      },
    },
  };
}
