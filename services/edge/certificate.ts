import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../../infra/cluster.ts";
import { metadata } from "../kit/app.ts";
import { authorityOf } from "../kit/tls/certificates.ts";
import type { PublicUrls } from "../kit/network/exposure.ts";
import { p256 } from "../kit/tls/p256.ts";
import { generateSeed } from "../kit/secrets/password.ts";
import { encoded } from "../kit/pods/pod-parts.ts";
import { edgeApp } from "./identity.ts";

export interface CertificateArgs {
  readonly edge: Edge;
  readonly urls: PublicUrls;
  /** Of a Secret that others keep. */
  readonly secret: string | undefined;
  readonly rotation: number;
}

export interface Certificate {
  readonly secretName: string;
  /** PEM of the stack's own authority; undefined where the certificate is another's. */
  readonly ca: pulumi.Output<string> | undefined;
  readonly parts: readonly pulumi.Resource[];
}

/** What clients may write: the names of the sites, and on one machine those of the machine to itself. */
export function namesOf(edge: Pick<Edge, "kind">, urls: PublicUrls): string[] {
  const hosts = [urls.api, urls.workerApi].map((url) => new URL(url).hostname);
  const own = edge.kind === "node-port" ? ["localhost", "127.0.0.1"] : [];
  return [...new Set([...hosts, ...own])];
}

/** The Secret that the pods mount: one that is named, or one with a certificate by an authority of the stack. */
export function certify(
  name: string,
  { edge, urls, secret, rotation }: CertificateArgs,
  parent: pulumi.Resource,
): Certificate {
  if (secret !== undefined) return { secretName: secret, ca: undefined, parts: [] };
  const password = generateSeed(`${name}-certificate`, parent, { generation: rotation });
  const made = password.apply((text) => {
    const authority = authorityOf(text, "Framewright edge", p256);
    const names = namesOf(edge, urls);
    return {
      ...authority.issue({ subject: names[0] ?? edgeApp.name, names }),
      ca: authority.certificate,
    };
  });
  const secretName = `${edgeApp.name}-certificate`;
  const stored = new k8s.core.v1.Secret(
    `${name}-certificate-secret`,
    {
      metadata: metadata(edgeApp, secretName),
      type: "kubernetes.io/tls",
      data: encoded({ "tls.crt": made.certificate, "tls.key": made.key }),
    },
    { parent },
  );
  // It is what clients are given.
  return { secretName, ca: pulumi.unsecret(made.ca), parts: [stored] };
}
