import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { Type } from "typebox";
import { parseAs } from "../../parse.ts";
import { check, NotHere, type Finding } from "../check.ts";
import type { Stack } from "../stack.ts";
import { workerPods } from "./work.ts";

const dayMs = 86_400_000;
const warnDays = 14;

export interface Certificate {
  readonly of: string;
  readonly validTo: string;
}

export function judgeCertificates(found: readonly Certificate[], nowMs: number): Finding[] {
  return found.flatMap(({ of, validTo }): Finding[] => {
    const days = Math.floor((Date.parse(validTo) - nowMs) / dayMs);
    if (days >= warnDays) return [];
    return [
      {
        level: "problem",
        what: `the certificate of ${of} ${days < 0 ? "has expired" : `expires in ${days} days`}`,
        meaning: "After that nothing reaches the API of Kubernetes, this command included.",
        remedy: "npm run down and npm run up make new ones; clouds renew theirs themselves",
        runbook: "certificates-expire",
      },
    ];
  });
}

const View = Type.Object({
  clusters: Type.Array(Type.Object({ cluster: Type.Object({ server: Type.String() }) })),
  users: Type.Optional(
    Type.Array(
      Type.Object({
        user: Type.Object({ "client-certificate-data": Type.Optional(Type.String()) }),
      }),
    ),
  ),
});

function servedBy(server: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Only the date is read here: kubectl checks the certificate itself, with the cluster's own authority.
  const socket = connect({ host: hostname, port: Number(port || 443), rejectUnauthorized: false });
  socket.setTimeout(5000, () => socket.destroy(new Error(`${server} does not answer within 5 s`)));
  socket.once("error", reject).once("secureConnect", () => {
    resolve(socket.getPeerCertificate().valid_to);
    socket.end();
  });
  return promise;
}

async function readCertificates(stack: Stack): Promise<Certificate[]> {
  const text = await stack.kubectl(["config", "view", "--raw", "--minify", "--output", "json"]);
  const { clusters, users = [] } = parseAs(View, JSON.parse(text), "The kubeconfig");
  const served = clusters.map(async ({ cluster }) => ({
    of: `the API server ${cluster.server}`,
    validTo: await servedBy(cluster.server),
  }));
  const clients = users.flatMap(({ user }) => {
    const data = user["client-certificate-data"];
    if (data === undefined) return [];
    const { validTo } = new X509Certificate(Buffer.from(data, "base64"));
    return [{ of: "your own login", validTo }];
  });
  return [...(await Promise.all(served)), ...clients];
}

/** Redis is of no use to a worker, so that every stack denies it the way there. */
const forbidden = { host: "redis.framewright-data.svc.cluster.local", port: 6379 };

const probeScript = `
const socket = require("node:net").connect(${forbidden.port}, ${JSON.stringify(forbidden.host)});
const end = (said) => { console.log(said); process.exit(0); };
socket.once("connect", () => end("connected"));
socket.once("error", (error) => end(error.code));
setTimeout(() => end("no answer"), 2000);
`;

export function judgePolicies(said: string): Finding[] {
  if (said !== "connected") return [];
  return [
    {
      level: "problem",
      what: "a worker reaches Redis, which its network policies deny",
      meaning:
        "Nothing in this cluster enforces NetworkPolicies: whoever takes over a worker reaches everything.",
      remedy:
        "a network plugin that enforces them (GKE: Dataplane V2; EKS: the VPC CNI's policies)",
      runbook: "policies-not-enforced",
    },
  ];
}

export const certificates = check("certificates", "of the API server and of your login", {
  look: readCertificates,
  judge: judgeCertificates,
});
export const policies = check("network policies", "enforced", {
  look: async (stack) => {
    const found = await workerPods(stack);
    const pod = found.find(({ status }) => status.containerStatuses?.every(({ ready }) => ready));
    if (pod === undefined) throw new NotHere("no worker is ready that could try");
    return (await stack.inPod(pod, ["node", "-e", probeScript])).trim();
  },
  judge: judgePolicies,
});
