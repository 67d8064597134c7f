import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../exec.ts";
import { apiServerClusterIp, nodeIp, nodeName, stateFolder } from "./addresses.ts";

const pkiFolder = join(stateFolder, "pki");

/** One row a certificate: who it names, who signs it, what it is good for. */
interface Certificate {
  readonly ca: "ca" | "etcd-ca" | "front-proxy-ca";
  readonly subject: string;
  readonly usage: "client" | "server" | "peer";
  readonly names?: readonly string[];
}

const localNames = ["DNS:localhost", "IP:127.0.0.1", `IP:${nodeIp}`];

const certificates = {
  etcd: { ca: "etcd-ca", subject: "/CN=etcd", usage: "peer", names: localNames },
  "etcd-client": { ca: "etcd-ca", subject: "/CN=kube-apiserver", usage: "client" },
  "kube-apiserver": {
    ca: "ca",
    subject: "/CN=kube-apiserver",
    usage: "server",
    names: [
      ...localNames,
      `IP:${apiServerClusterIp}`,
      "DNS:kubernetes",
      "DNS:kubernetes.default",
      "DNS:kubernetes.default.svc",
      "DNS:kubernetes.default.svc.cluster.local",
    ],
  },
  "kubelet-client": { ca: "ca", subject: "/O=system:masters/CN=kube-apiserver", usage: "client" },
  "front-proxy-client": { ca: "front-proxy-ca", subject: "/CN=front-proxy", usage: "client" },
  admin: { ca: "ca", subject: "/O=system:masters/CN=admin", usage: "client" },
  "controller-manager": {
    ca: "ca",
    subject: "/CN=system:kube-controller-manager",
    usage: "client",
  },
  scheduler: { ca: "ca", subject: "/CN=system:kube-scheduler", usage: "client" },
  kubelet: {
    ca: "ca",
    subject: `/O=system:nodes/CN=system:node:${nodeName}`,
    usage: "peer",
    names: [`DNS:${nodeName}`, ...localNames],
  },
  "kube-proxy": { ca: "ca", subject: "/CN=system:kube-proxy", usage: "client" },
  calico: { ca: "ca", subject: "/CN=calico", usage: "client" },
} as const satisfies Record<string, Certificate>;

export type CertificateName = keyof typeof certificates;

const usages = {
  client: "clientAuth",
  server: "serverAuth",
  peer: "serverAuth,clientAuth",
} as const;

/** Ten years: the node's life ends with `npm run down`, long before. */
const days = "3650";

function file(name: string): string {
  return join(pkiFolder, name);
}

async function key(name: string): Promise<void> {
  const args = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
  await exec("openssl", [...args, "-out", file(`${name}.key`)]);
}

async function authority(name: string): Promise<void> {
  await key(name);
  const subject = ["-subj", `/CN=framewright-${name}`, "-days", days];
  const extensions = ["-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"];
  const args = ["req", "-x509", "-new", "-key", file(`${name}.key`), ...subject, ...extensions];
  await exec("openssl", [...args, "-out", file(`${name}.crt`)]);
}

async function signed(name: string, row: Certificate): Promise<void> {
  await key(name);
  const request = ["req", "-new", "-key", file(`${name}.key`), "-subj", row.subject];
  await exec("openssl", [...request, "-out", file(`${name}.csr`)]);
  const lines = [`extendedKeyUsage=${usages[row.usage]}`];
  if (row.names !== undefined) lines.push(`subjectAltName=${row.names.join(",")}`);
  writeFileSync(file(`${name}.ext`), `${lines.join("\n")}\n`);
  const ca = ["-CA", file(`${row.ca}.crt`), "-CAkey", file(`${row.ca}.key`), "-CAcreateserial"];
  const input = ["-in", file(`${name}.csr`), "-extfile", file(`${name}.ext`), "-days", days];
  await exec("openssl", ["x509", "-req", ...input, ...ca, "-out", file(`${name}.crt`)]);
  rmSync(file(`${name}.csr`));
  rmSync(file(`${name}.ext`));
}

/** Makes what the node needs to trust itself. Returns false when it is there already. */
export async function makeCertificates(): Promise<boolean> {
  const done = file("complete");
  if (existsSync(done)) return false;
  rmSync(pkiFolder, { recursive: true, force: true });
  mkdirSync(pkiFolder, { recursive: true, mode: 0o700 });
  await Promise.all((["ca", "etcd-ca", "front-proxy-ca"] as const).map(authority));
  await exec("openssl", ["genrsa", "-out", file("service-account.key"), "2048"]);
  const publicKey = ["rsa", "-in", file("service-account.key"), "-pubout"];
  await exec("openssl", [...publicKey, "-out", file("service-account.pub")]);
  const secret = (await exec("openssl", ["rand", "-base64", "32"])).trim();
  writeFileSync(file("encryption.yaml"), encryptionConfiguration(secret), { mode: 0o600 });
  // One after the other: each takes its serial number from a file.
  for (const [name, row] of Object.entries(certificates)) await signed(name, row);
  writeFileSync(done, "");
  return true;
}

/** Secrets are encrypted in etcd (seed 002, "secret encryption at rest"). */
function encryptionConfiguration(secret: string): string {
  return JSON.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [{ secretbox: { keys: [{ name: "node", secret }] } }, { identity: {} }],
      },
    ],
  });
}

/** A kubeconfig that holds everything it needs. */
export function kubeconfig(name: CertificateName, server: string, context: string): string {
  const data = (part: string): string => readFileSync(file(part)).toString("base64");
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": context,
      clusters: [
        { name: context, cluster: { server, "certificate-authority-data": data("ca.crt") } },
      ],
      users: [
        {
          name,
          user: {
            "client-certificate-data": data(`${name}.crt`),
            "client-key-data": data(`${name}.key`),
          },
        },
      ],
      contexts: [{ name: context, context: { cluster: context, user: name } }],
    },
    null,
    2,
  );
}
