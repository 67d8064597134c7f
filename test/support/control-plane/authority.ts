import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ellipticKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
/** No test lives longer. */
const lifetime = ["-days", "2"];

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** A certificate authority in a folder, and the certificates that it signs. */
export class Authority {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    const out = ["-keyout", this.file("ca.key"), "-out", this.file("ca.crt")];
    openssl("req", "-x509", ...ellipticKey, "-subj", "/CN=test-ca", ...lifetime, ...out);
  }

  file(name: string): string {
    return path.join(this.#folder, name);
  }

  sign(name: string, subject: string, extensions: string): void {
    const request = this.file(`${name}.csr`);
    const extensionFile = this.file(`${name}.ext`);
    writeFileSync(extensionFile, extensions);
    const key = this.file(`${name}.key`);
    openssl("req", ...ellipticKey, "-subj", subject, "-keyout", key, "-out", request);
    const by = ["-CA", this.file("ca.crt"), "-CAkey", this.file("ca.key"), "-CAcreateserial"];
    const out = ["-extfile", extensionFile, "-out", this.file(`${name}.crt`)];
    openssl("x509", "-req", "-in", request, ...by, ...lifetime, ...out);
  }

  base64(name: string): string {
    return readFileSync(this.file(name)).toString("base64");
  }
}

/** All certificates of a control plane whose API server listens on an address of loopback. */
export function makeCertificates(folder: string, address: string): Authority {
  const authority = new Authority(folder);
  const names = `subjectAltName=DNS:localhost,DNS:kubernetes,IP:${address},IP:10.97.0.1`;
  authority.sign(
    "server",
    "/CN=kube-apiserver",
    `${names}\nextendedKeyUsage=serverAuth,clientAuth\n`,
  );
  authority.sign("admin", "/CN=admin/O=system:masters", "extendedKeyUsage=clientAuth\n");
  openssl("genrsa", "-out", authority.file("service-account.key"), "2048");
  return authority;
}

/** A kubeconfig of the cluster's administrator. */
export function writeKubeconfig(authority: Authority, server: string): string {
  const file = authority.file("kubeconfig");
  const cluster = { server, "certificate-authority-data": authority.base64("ca.crt") };
  const user = {
    "client-certificate-data": authority.base64("admin.crt"),
    "client-key-data": authority.base64("admin.key"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
