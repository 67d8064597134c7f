import { expect, test } from "vitest";
import { catalogue } from "../../../api/errors.ts";
import { haproxyConfig } from "../../../services/edge/haproxy-config.ts";
import { problems } from "../../../services/edge/problems.ts";
import { proxyArgs } from "../../../services/edge/settings.ts";
import { endpoint, type App } from "../../../services/kit/app.ts";
import type { LoadBalancerEdge, NodePortEdge } from "../../../infra/cluster.ts";
import { configWith } from "../../config/support.ts";

const app: App = { name: "api", namespace: "framewright-api", component: "api" };
const store: App = { name: "object-store", namespace: "framewright-data", component: "storage" };
const programs = {
  api: endpoint(app, 8000),
  workerApi: endpoint(app, 9002, "worker-api"),
};
const balancer: LoadBalancerEdge = {
  kind: "load-balancer",
  urls: { api: "https://api.test", workerApi: "https://workers.test" },
  annotations: {},
  port: 443,
  allowedCidrs: ["10.0.0.0/8"],
  clients: [],
};
const node: NodePortEdge = {
  kind: "node-port",
  host: "127.0.0.1",
  ports: {
    ...{ api: 30080, workerApi: 30902, objectStore: 30070 },
    ...{ edge: 30443, edgeWorkers: 30903, edgeHttp: 30081 },
    ...{ livekit: 30780, livekitMedia: 30782 },
  },
  clients: { cidr: "0.0.0.0/0", except: [] },
};
const { edge: section } = configWith();

const onCloud = haproxyConfig(
  proxyArgs({ edge: balancer, urls: balancer.urls, targets: programs, section }),
);
const onNode = haproxyConfig(
  proxyArgs({
    edge: node,
    urls: { api: "https://127.0.0.1:30443", workerApi: "https://127.0.0.1:30903" },
    targets: { ...programs, objectStore: endpoint(store, 7070) },
    section: configWith((config) => {
      config.edge.resources.limits.cpu = "none";
      config.edge.hstsSeconds = 0;
    }).edge,
  }),
);

/** The lines of a section, as `frontend http`. */
function linesOf(text: string, head: string): string[] {
  const found = text.split("\n\n").find((part) => part.startsWith(`${head}\n`));
  if (found === undefined) throw new Error(`there is no section ${head}`);
  return found.split("\n").map((line) => line.trim());
}

const like = (text: string, head: string, word: string) =>
  linesOf(text, head).filter((line) => line.startsWith(word));

test("on a cloud one port has both sites, told apart by their names", () => {
  expect(like(onCloud, "frontend https-8443", "use_backend")).toEqual([
    "use_backend uploads if { req.hdr(host),host_only,lower -m str api.test } { path_beg /v1/tus }",
    "use_backend playback if { req.hdr(host),host_only,lower -m str api.test } { path_beg /v1/playback/ /v1/recordings/ }",
    "use_backend api if { req.hdr(host),host_only,lower -m str api.test }",
    "use_backend worker-api if { req.hdr(host),host_only,lower -m str workers.test }",
  ]);
  expect(like(onCloud, "frontend http", "http-request redirect")).toEqual([
    "http-request redirect prefix https://api.test code 308 if { req.hdr(host),host_only,lower -m str api.test }",
    "http-request redirect prefix https://workers.test code 308 if { req.hdr(host),host_only,lower -m str workers.test }",
  ]);
  expect(like(onCloud, "frontend https-8443", "http-request return status 404")[0]).toMatch(
    /unless \{ .* api\.test \} or \{ .* workers\.test \}$/,
  );
});

test("on a node each site has a port, and the store that is ours a path", () => {
  expect(like(onNode, "frontend https-8443", "use_backend")).toEqual([
    "use_backend uploads if { path_beg /v1/tus }",
    "use_backend playback if { path_beg /v1/playback/ /v1/recordings/ }",
    "use_backend media if { path_beg /framewright/ }",
    "use_backend api",
  ]);
  expect(like(onNode, "frontend https-9443", "use_backend")).toEqual(["use_backend worker-api"]);
  expect(like(onNode, "frontend http", "http-request redirect")).toEqual([
    "http-request redirect prefix https://127.0.0.1:30443 code 308",
  ]);
});

test("it leads to Services by their names, which it looks up while it runs", () => {
  expect(like(onNode, "backend media", "server")).toEqual([
    "server objectStore object-store.framewright-data.svc.cluster.local:7070 resolvers cluster init-addr last,libc,none pool-purge-delay 2s",
  ]);
  expect(onCloud).not.toContain("object-store");
});

test("a store that answers by TLS is checked by its name", () => {
  const text = haproxyConfig({
    ...proxyArgs({
      ...{ edge: node, urls: balancer.urls, section },
      targets: { ...programs, objectStore: endpoint(store, 7070) },
      storeCaFile: "/etc/framewright/media-store-ca.pem",
    }),
  });
  expect(like(text, "backend media", "server")[0]).toMatch(
    / ssl verify required ca-file \/etc\/framewright\/media-store-ca\.pem sni str\(object-store\.framewright-data\.svc\.cluster\.local\) verifyhost object-store\.framewright-data\.svc\.cluster\.local$/,
  );
  expect(like(text, "backend api", "server")[0]).not.toContain("ssl");
});

test("as many threads as cores, and what config says", () => {
  expect(like(onCloud, "global", "nbthread")).toEqual(["nbthread 2"]);
  expect(like(onNode, "global", "nbthread")).toEqual(["nbthread 2"]);
  expect(like(onCloud, "global", "maxconn")).toEqual(["maxconn 4000"]);
  expect(onCloud).toContain("strict-transport-security max-age=31536000");
  expect(onNode).not.toContain("strict-transport-security");
  expect(onCloud).toContain("{ sc_http_req_rate(1) gt 2000 }");
});

test("what the edge answers itself stands in the API's catalogue", () => {
  for (const { code, status, title } of Object.values(problems({ headerBytes: 1 }))) {
    expect(catalogue[code]).toEqual({ status, title });
  }
});
