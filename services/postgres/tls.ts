import type { PostgresSection } from "../../config/schema.ts";
import {
  tlsFiles,
  tlsFolder,
  type ServerCertificate,
  type TlsFiles,
} from "../kit/tls/inside-tls.ts";
import type { PodArgs } from "../kit/pods/pod.ts";

/** Whether clients have to come by TLS, or may, or cannot. */
export type TlsMode = PostgresSection["tls"];

/** The server's certificate, and how clients come. */
export interface ServerTls {
  readonly mode: Exclude<TlsMode, "none">;
  readonly certificate: ServerCertificate;
}

/** The kind of line in pg_hba.conf that lets a client in over the network. */
export function overNetwork(mode: TlsMode): "host" | "hostssl" {
  return mode === "required" ? "hostssl" : "host";
}

export function tlsSettings({ certificate, key }: TlsFiles) {
  return {
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
    // All clients are ours.
    ssl_min_protocol_version: "TLSv1.3",
  };
}

/** Who may connect to a server by itself, and how. */
export function clientsOfOne(mode: TlsMode): string {
  return ["local all all scram-sha-256", `${overNetwork(mode)} all all all scram-sha-256`, ""].join(
    "\n",
  );
}

const clientsFile = "/etc/framewright/pg_hba.conf";

type TlsPart = Pick<PodArgs, "files" | "secretFolders"> & {
  readonly settings: Readonly<Record<string, string>>;
  /** The entrypoint has the server read its certificate again when what is in there has changed. */
  readonly env: { readonly TLS_FOLDER?: string };
};

/** What every server has more that shows a certificate. */
export function serverTlsPart(tls: ServerTls | undefined): TlsPart {
  if (tls === undefined) return { settings: {}, env: {} };
  return {
    settings: tlsSettings(tlsFiles),
    env: { TLS_FOLDER: tlsFolder },
    secretFolders: tls.certificate.folders,
  };
}

/** The same of a server by itself. Its own pg_hba.conf is on the volume, from when the database was made. */
export function loneTlsPart(tls: ServerTls | undefined): TlsPart {
  const part = serverTlsPart(tls);
  if (tls === undefined) return part;
  return {
    ...part,
    settings: { ...part.settings, hba_file: clientsFile },
    files: { [clientsFile]: clientsOfOne(tls.mode) },
  };
}

const accounts = ["SUPERUSER", "REPLICATION", "REWIND"] as const;

/** How members of a database of several reach each other: as long as some may not have a certificate yet, by TLS where there is one. */
export function memberTlsEnv(
  mode: TlsMode,
  { certificate, key, authorities }: TlsFiles,
): Readonly<Record<string, string>> {
  if (mode === "none") return {};
  const checked = mode === "required";
  const logins = accounts.flatMap((account): [string, string][] => [
    [`PATRONI_${account}_SSLMODE`, checked ? "verify-full" : "prefer"],
    ...(checked
      ? [[`PATRONI_${account}_SSLROOTCERT`, authorities] satisfies [string, string]]
      : []),
  ]);
  return {
    ...Object.fromEntries(logins),
    PATRONI_RESTAPI_CERTFILE: certificate,
    PATRONI_RESTAPI_KEYFILE: key,
    PATRONI_RESTAPI_CAFILE: authorities,
  };
}
