import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../infra/component.ts";
import { metadata, type App, type Endpoint } from "../app.ts";
import { authorityOf, type Authority } from "./certificates.ts";
import { p256 } from "./p256.ts";
import { signingSeeds } from "../secrets/password.ts";
import { encoded } from "../pods/pod-parts.ts";
import type { SecretFolder } from "../secrets/secret-folder.ts";

/** Where servers of the stack find their certificate. What is in there changes with a rotation, and no pod is rolled for it. */
export const tlsFolder = "/etc/framewright-tls";

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Every authority by which another server of the stack may be certified at the moment. */
  readonly authorities: string;
}

/** What is in such a folder. */
export function filesIn(folder: string): TlsFiles {
  return {
    certificate: `${folder}/tls.crt`,
    key: `${folder}/tls.key`,
    authorities: `${folder}/ca.crt`,
  };
}

export const tlsFiles = filesIn(tlsFolder);

/** What a server shows, and what others check it by. */
export interface ServerCertificate {
  readonly secretName: string;
  /** What has to be there before the server's pod. */
  readonly secret: pulumi.Resource;
  /** What the pod has of it, by the path of the folder. */
  readonly folders: Readonly<Record<string, SecretFolder>>;
  /** PEM of the authorities, for clients. */
  readonly ca: pulumi.Output<string>;
  /** How often the authority was replaced: whoever has the list in something that cannot change needs another one of it. */
  readonly rotation: number;
}

/** A port of pods that answer by TLS with a certificate of the stack's own authority, for whoever does not ask by its name. */
export interface TlsEndpoint extends Endpoint {
  readonly tls?: {
    readonly serverName: string;
    /** Of the Secret in the app's namespace that has the authorities as `ca.crt`. */
    readonly secretName: string;
    readonly ca: pulumi.Output<string>;
  };
}

/** The file with the authorities of a server, in a pod that connects to it; nothing where it has no certificate. */
export function authoritiesOf(
  server: string,
  ca: pulumi.Output<string> | undefined,
): { readonly path?: string; readonly files?: Readonly<Record<string, pulumi.Output<string>>> } {
  if (ca === undefined) return {};
  const path = `/etc/framewright/${server}-ca.pem`;
  return { path, files: { [path]: ca } };
}

export interface CertifiedArgs {
  readonly app: App;
  /** By which clients reach it. */
  readonly names: readonly string[];
}

/** What config says of a server's TLS, and who signs its certificate. */
export interface WantedTls {
  /** @default "none" */
  readonly tls?: "none" | "offered" | "required";
  readonly authority?: InsideAuthority | undefined;
}

/** The certificate of a server, where it shows one. */
export function certified(
  name: string,
  { tls = "none", authority, ...server }: WantedTls & CertifiedArgs,
  parent: pulumi.Resource,
): ServerCertificate | undefined {
  if (tls === "none") return undefined;
  if (authority === undefined) {
    throw new RangeError(`${server.app.name} with TLS ${tls} needs an authority`);
  }
  return authority.certify(name, server, parent);
}

/** PEM of the authorities of three generations, of which the second signs. */
export interface Generations {
  readonly signs: Authority;
  readonly trusted: string;
}

/** The authorities that these passwords make; by number, so that no two that are trusted at once have the same name. */
export function generationsOf(
  passwords: Readonly<Record<"current" | "next", string>> & { readonly previous?: string },
  rotation: number,
): Generations {
  const authority = (password: string, at: number) =>
    authorityOf(password, `Framewright inside ${at}`, p256);
  const { previous, current, next } = passwords;
  const signs = authority(current, rotation);
  const all = [
    ...(previous === undefined ? [] : [authority(previous, rotation - 1)]),
    signs,
    authority(next, rotation + 1),
  ];
  return { signs, trusted: all.map(({ certificate }) => certificate).join("") };
}

/**
 * The stack's authority for connections inside of it. Whoever connects trusts the one that signs and its neighbours, so that during a
 * rotation servers and clients get what is new in any order. ECDSA, because PostgreSQL's SCRAM binds a login to the certificate by the
 * digest of its signature, and Ed25519 has none.
 */
export class InsideAuthority extends Component {
  readonly #made: pulumi.Output<Generations>;
  readonly #rotation: number;

  /** @param rotation how often it was replaced */
  constructor(name: string, rotation: number, opts: pulumi.ComponentResourceOptions) {
    super("kit", "InsideAuthority", name, opts);
    this.#rotation = rotation;
    const { current, previous, next } = signingSeeds(`${name}-authority`, this, rotation);
    this.#made = pulumi
      .all([current, next, previous ?? ""])
      .apply(([now, coming, former]) =>
        generationsOf(
          { current: now, next: coming, ...(former !== "" && { previous: former }) },
          rotation,
        ),
      );
    this.registerOutputs({});
  }

  /** A certificate for a server, in a Secret of its own. */
  certify(name: string, { app, names }: CertifiedArgs, parent: pulumi.Resource): ServerCertificate {
    const secretName = `${app.name}-tls`;
    const ca = pulumi.unsecret(this.#made.apply(({ trusted }) => trusted));
    const own = this.#made.apply(({ signs }) => signs.issue({ subject: app.name, names }));
    const secret = new k8s.core.v1.Secret(
      `${name}-tls`,
      {
        metadata: metadata(app, secretName),
        type: "kubernetes.io/tls",
        data: encoded({ "tls.crt": own.certificate, "tls.key": own.key, "ca.crt": ca }),
      },
      { parent },
    );
    // Servers refuse a key that others may read.
    const folders = { [tlsFolder]: { secretName, mode: 0o440 } };
    return { secretName, secret, ca, folders, rotation: this.#rotation };
  }
}
