import { answer, answers, headerBytes, quoted, refuse } from "./answers.ts";
import { defaults, globalSection } from "./haproxy-global.ts";
import { edgeHeader, secretVariable, type ProxyArgs, type SiteAddress } from "./proxy-args.ts";
import { openRoutes, secretPaths, sites, type Route, type Site } from "./routes.ts";

/** Over which rates are means. */
const windowSeconds = 10;

/** Names of a cluster are looked up while the proxy runs: it starts before what it leads to. */
const resolvers = ["parse-resolv-conf", "accepted_payload_size 4096", "hold valid 10s"];

function tables(): string[][] {
  const period = `expire ${6 * windowSeconds}s`;
  const requests = `http_req_rate(${windowSeconds}s)`;
  return [
    [
      "backend by-address",
      `stick-table type ipv6 size 100k ${period} store ${requests},conn_cur,conn_rate(${windowSeconds}s)`,
    ],
    ["backend by-key", `stick-table type binary len 32 size 100k ${period} store ${requests}`],
  ];
}

/** Refused before the handshake, which costs more than all that follows. Networks of IPv6 are one client. */
function boundConnections({ limits }: ProxyArgs): string[] {
  return [
    "tcp-request connection track-sc0 src,ipmask(32,64) table by-address",
    `tcp-request connection reject if { sc0_conn_cur gt ${limits.connectionsPerAddress} }`,
    `tcp-request connection reject if { sc0_conn_rate gt ${limits.newConnectionsPerAddress * windowSeconds} }`,
  ];
}

/** Who asks, as the programs behind and the log see it. What a client says of itself is dropped. */
function identify(scheme: "http" | "https"): string[] {
  // Quoted twice: for the line, and for the converter's arguments.
  const redacted = quoted(`path,regsub("^(${secretPaths.join("|")})[^/]+","\\1…")`);
  const forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"];
  return [
    "http-request set-var(txn.id) req.hdr(x-request-id) if { req.hdr(x-request-id) -m reg ^[A-Za-z0-9_-]{8,64}$ }",
    "http-request set-var(txn.id) uuid() if !{ var(txn.id) -m found }",
    "http-request set-var(txn.method) method",
    "http-request set-var(txn.http) req.ver",
    "http-request set-var(txn.host) req.hdr(host)",
    `http-request set-var(txn.path) ${redacted}`,
    ...[...forwarded, "x-real-ip", edgeHeader].map((name) => `http-request del-header ${name}`),
    "http-request set-header x-request-id %[var(txn.id)]",
    "http-request set-header x-forwarded-for %[src]",
    `http-request set-header x-forwarded-proto ${scheme}`,
    "http-request set-header x-forwarded-host %[req.hdr(host)]",
    "http-after-response set-header x-request-id %[var(txn.id)]",
  ];
}

function boundRequests({ limits }: ProxyArgs): string[] {
  const tooMany = (counter: number, rate: number): string =>
    refuse(answers.tooMany, `if { sc_http_req_rate(${counter}) gt ${rate * windowSeconds} }`);
  return [
    // Of the key only a digest is kept, which is of use to nobody.
    "http-request track-sc1 req.hdr(authorization),sha2(256) table by-key if { req.hdr(authorization) -m found }",
    tooMany(0, limits.requestsPerAddress),
    tooMany(1, limits.requestsPerKey),
    refuse(answers.headersTooLarge, `if { req.hdrs,length gt ${headerBytes} }`),
  ];
}

function at(args: ProxyArgs, port: number): readonly Site[] {
  return sites.filter((site) => args.sites[site].port === port);
}

function portsOf(args: ProxyArgs): number[] {
  return [...new Set(sites.map((site) => args.sites[site].port))];
}

/** Whether the request is for this site, as far as its port alone does not say so. */
function isFor({ host }: SiteAddress): string {
  return host === undefined ? "" : `{ req.hdr(host),host_only,lower -m str ${host} }`;
}

function toRoute(args: ProxyArgs, { name, site, paths }: Route): string {
  const conditions = [
    isFor(args.sites[site]),
    paths === undefined ? "" : `{ path_beg ${paths.join(" ")} }`,
  ].filter((condition) => condition !== "");
  return `use_backend ${name}${conditions.length === 0 ? "" : ` if ${conditions.join(" ")}`}`;
}

function httpsFrontend(args: ProxyArgs, port: number): string[] {
  const here = at(args, port);
  const open = openRoutes(args.targets).filter(({ site }) => here.includes(site));
  const hsts =
    args.hstsSeconds === 0
      ? []
      : [`http-after-response set-header strict-transport-security max-age=${args.hstsSeconds}`];
  const nowhere = here.every((site) => args.sites[site].host !== undefined)
    ? [
        `http-request return status 404 ${answer(answers.noSite)} unless ${here.map((site) => isFor(args.sites[site])).join(" or ")}`,
      ]
    : [];
  return [
    `frontend https-${port}`,
    `bind ${args.address ?? ""}:${port} ssl crt ${args.certificateFolder}/tls.crt alpn h2,http/1.1`,
    ...boundConnections(args),
    ...identify("https"),
    ...boundRequests(args),
    `http-request set-header ${edgeHeader} "\${${secretVariable}}"`,
    ...hsts,
    ...nowhere,
    ...open.map((route) => toRoute(args, route)),
  ];
}

/** To the same path by TLS, with the same method. */
function httpFrontend(args: ProxyArgs): string[] {
  const moved = sites.flatMap((site) => {
    const address = args.sites[site];
    return address.host === undefined
      ? []
      : [`http-request redirect prefix ${address.url} code 308 if ${isFor(address)}`];
  });
  const rest =
    moved.length === 0
      ? `http-request redirect prefix ${args.sites.api.url} code 308`
      : `http-request return status 404 ${answer(answers.noSite)}`;
  return [
    "frontend http",
    `bind ${args.address ?? ""}:${args.ports.http}`,
    ...boundConnections(args),
    ...identify("http"),
    ...moved,
    rest,
  ];
}

function byTls(to: Route["to"], { storeTls }: ProxyArgs): string {
  if (to !== "objectStore" || storeTls === undefined) return "";
  const { serverName, caFile } = storeTls;
  return ` ssl verify required ca-file ${caFile} sni str(${serverName}) verifyhost ${serverName}`;
}

function backend({ name, to, maxBodyBytes, silenceSeconds }: Route, args: ProxyArgs): string[] {
  return [
    `backend ${name}`,
    `timeout server ${silenceSeconds}s`,
    refuse(answers.bodyTooLarge, `if { req.hdr_val(content-length) gt ${maxBodyBytes} }`),
    // A pod that goes closes its connections 5 s after its readiness is red; idle ones are gone by then.
    `server ${to} ${args.targets[to] ?? ""} resolvers cluster init-addr last,libc,none pool-purge-delay 2s${byTls(to, args)}`,
  ];
}

function opsFrontend({ ports, address = "" }: ProxyArgs): string[] {
  return [
    "frontend metrics",
    `bind ${address}:${ports.metrics}`,
    "monitor-uri /healthz",
    "http-request set-log-level silent",
    "http-request use-service prometheus-exporter if { path /metrics }",
    "http-request use-service lua.certificate if { path /certificate }",
    "http-request return status 404",
  ];
}

/** HAProxy's configuration (https://docs.haproxy.org/3.0/configuration.html). */
export function haproxyConfig(args: ProxyArgs): string {
  const sections: string[][] = [
    ["global", ...globalSection(args)],
    ["defaults", ...defaults],
    ["resolvers cluster", ...resolvers],
    ...tables(),
    httpFrontend(args),
    ...portsOf(args).map((port) => httpsFrontend(args, port)),
    ...openRoutes(args.targets).map((route) => backend(route, args)),
    opsFrontend(args),
  ];
  return `${sections.map(([head = "", ...lines]) => [head, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n\n")}\n`;
}
