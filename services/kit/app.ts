/** Who a pod is: the one identity that names, labels, selectors and network rules come from. */
export interface App {
  /** Also the name of its main Service and of its workload. */
  readonly name: string;
  readonly namespace: string;
  /** What it is to the platform, e.g. `database`. */
  readonly component: string;
}

/** What selects the pods of an app. Immutable on a workload, so never more than this. */
export function selectorLabels({ name }: App) {
  return { "app.kubernetes.io/name": name };
}

export function labels(app: App) {
  return {
    ...selectorLabels(app),
    "app.kubernetes.io/component": app.component,
    "app.kubernetes.io/part-of": "framewright",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

export function metadata(app: App, name = app.name) {
  return { name, namespace: app.namespace, labels: labels(app) };
}

/** An app's port, as other pods of the cluster reach it. */
export interface Endpoint {
  readonly app: App;
  readonly port: number;
  readonly host: string;
}

/** @param service defaults to the app's main Service. */
export function endpoint(app: App, port: number, service = app.name): Endpoint {
  return { app, port, host: `${service}.${app.namespace}.svc.cluster.local` };
}
