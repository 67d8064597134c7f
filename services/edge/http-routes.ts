import type { OwnersGateway } from "../../infra/cluster.ts";
import type { Endpoint } from "../kit/app.ts";
import type { PublicUrls } from "../kit/network/exposure.ts";
import { openRoutes, sites, type Route, type Site } from "./routes.ts";
import type { Targets } from "./settings.ts";

/** The part of an HTTPRoute's spec that is used here: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec */
export interface HttpRouteSpec {
  readonly parentRefs: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly sectionName?: string;
  }[];
  readonly hostnames: readonly string[];
  readonly rules: readonly HttpRouteRule[];
}

interface HttpRouteRule {
  readonly matches: readonly {
    readonly path: { readonly type: "PathPrefix"; readonly value: string };
  }[];
  readonly backendRefs: readonly { readonly name: string; readonly port: number }[];
  readonly timeouts?: { readonly request: "0s" };
}

/** Routes of one site to Services of one namespace: a route needs a grant for Services of another. */
export interface HttpRoute {
  readonly name: string;
  readonly namespace: string;
  readonly spec: HttpRouteSpec;
}

/** The name of an endpoint's Service. */
export function serviceOf({ host }: Endpoint): string {
  return host.split(".", 1)[0] ?? host;
}

/**
 * Envoy gives a request 15 s unless told otherwise, and event streams go on. Load balancers of clouds are told by policies of
 * their own, and GKE refuses a route whose timeouts it does not know.
 */
function timeoutsOf({ kind }: OwnersGateway): Pick<HttpRouteRule, "timeouts"> {
  return kind === "pods" ? { timeouts: { request: "0s" } } : {};
}

function ruleOf({ paths = ["/"] }: Route, to: Endpoint, gateway: OwnersGateway): HttpRouteRule {
  return {
    matches: paths.map((value) => ({ path: { type: "PathPrefix", value } })),
    backendRefs: [{ name: serviceOf(to), port: to.port }],
    ...timeoutsOf(gateway),
  };
}

const siteNames = { api: "api", workerApi: "worker-api" } as const satisfies Record<Site, string>;

export interface HttpRoutesArgs {
  readonly gateway: OwnersGateway;
  readonly urls: PublicUrls;
  readonly targets: Targets;
}

function routesOf(site: Site, { gateway, urls, targets }: HttpRoutesArgs): HttpRoute[] {
  const { name, namespace, listener } = gateway;
  const parent = { name, namespace, ...(listener !== undefined && { sectionName: listener }) };
  const rules = openRoutes(targets)
    .filter((route) => route.site === site)
    .flatMap((route) => {
      const to = targets[route.to];
      return to === undefined
        ? []
        : [{ namespace: to.app.namespace, rule: ruleOf(route, to, gateway) }];
    });
  const namespaces = [...new Set(rules.map((one) => one.namespace))];
  return namespaces.map((own) => ({
    name: siteNames[site],
    namespace: own,
    spec: {
      parentRefs: [parent],
      hostnames: [new URL(urls[site]).hostname],
      rules: rules.filter((one) => one.namespace === own).map(({ rule }) => rule),
    },
  }));
}

/** The ways of the one table of routes, as a Gateway takes them. Limits of bodies and rates are none of its matters. */
export function httpRoutes(args: HttpRoutesArgs): HttpRoute[] {
  return sites.flatMap((site) => routesOf(site, args));
}
