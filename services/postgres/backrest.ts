/** How programs of the database's image speak with pgBackRest: by its variables, one for each option. */

/** pgBackRest's name for the database in its repository. */
const stanza = "main";
/** Who the server hands its files to: the name in the client's certificate. */
export const backupClient = "postgres-backup";

export interface RepositoryOptions {
  readonly host: string;
  readonly port: number;
  readonly region: string;
  readonly uriStyle: "path" | "host";
  /** Signs the store's certificate; unset: an authority that everybody knows. */
  readonly caFile?: string | undefined;
  readonly retentionDays: number;
}

/** Where backups lie. Bucket, keys and the key that encrypts are secrets, by `repositorySecrets`. */
export function repositoryOptions(args: RepositoryOptions): Record<string, string> {
  return {
    PGBACKREST_STANZA: stanza,
    PGBACKREST_REPO1_TYPE: "s3",
    PGBACKREST_REPO1_PATH: "/postgres",
    PGBACKREST_REPO1_S3_ENDPOINT: args.host,
    PGBACKREST_REPO1_STORAGE_PORT: String(args.port),
    PGBACKREST_REPO1_S3_REGION: args.region,
    PGBACKREST_REPO1_S3_URI_STYLE: args.uriStyle,
    ...(args.caFile !== undefined && { PGBACKREST_REPO1_STORAGE_CA_FILE: args.caFile }),
    PGBACKREST_REPO1_CIPHER_TYPE: "aes-256-cbc",
    // Small files together in one object: a fresh database has a thousand.
    PGBACKREST_REPO1_BUNDLE: "y",
    PGBACKREST_REPO1_RETENTION_FULL_TYPE: "time",
    PGBACKREST_REPO1_RETENTION_FULL: String(args.retentionDays),
    PGBACKREST_COMPRESS_TYPE: "zst",
    // Without it a backup waits for the next checkpoint, up to five minutes.
    PGBACKREST_START_FAST: "y",
    // What waits from before the first backup is archived a minute later, when the server tries again.
    PGBACKREST_ARCHIVE_TIMEOUT: "600",
    PGBACKREST_LOG_LEVEL_CONSOLE: "info",
    PGBACKREST_LOG_LEVEL_FILE: "off",
    PGBACKREST_SPOOL_PATH: "/tmp/pgbackrest-spool",
  };
}

export const secretNames = {
  bucket: "PGBACKREST_REPO1_S3_BUCKET",
  accessKeyId: "PGBACKREST_REPO1_S3_KEY",
  secretAccessKey: "PGBACKREST_REPO1_S3_KEY_SECRET",
  cipherKey: "PGBACKREST_REPO1_CIPHER_PASS",
} as const;

export interface ServerOptions {
  readonly dataFolder: string;
  readonly user: string;
  readonly database: string;
}

/** Of commands that run beside the server, as its archiver does. */
export function serverOptions({ dataFolder, user, database }: ServerOptions) {
  return {
    PGBACKREST_PG1_PATH: dataFolder,
    PGBACKREST_PG1_SOCKET_PATH: "/tmp",
    PGBACKREST_PG1_USER: user,
    PGBACKREST_PG1_DATABASE: database,
  };
}

export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Of the program beside the server that hands out its files. */
export function handoutOptions(port: number, files: TlsFiles) {
  return {
    PGBACKREST_TLS_SERVER_ADDRESS: "0.0.0.0",
    PGBACKREST_TLS_SERVER_PORT: String(port),
    PGBACKREST_TLS_SERVER_CA_FILE: files.caFile,
    PGBACKREST_TLS_SERVER_CERT_FILE: files.certificateFile,
    PGBACKREST_TLS_SERVER_KEY_FILE: files.keyFile,
    PGBACKREST_TLS_SERVER_AUTH: `${backupClient}=${stanza}`,
  };
}

export interface RemoteOptions extends TlsFiles {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
}

/** Of whoever makes backups from another pod. */
export function remoteOptions(args: RemoteOptions) {
  return {
    PGBACKREST_PG1_HOST: args.host,
    PGBACKREST_PG1_HOST_TYPE: "tls",
    PGBACKREST_PG1_HOST_PORT: String(args.port),
    PGBACKREST_PG1_HOST_CA_FILE: args.caFile,
    PGBACKREST_PG1_HOST_CERT_FILE: args.certificateFile,
    PGBACKREST_PG1_HOST_KEY_FILE: args.keyFile,
    PGBACKREST_PG1_PATH: args.dataFolder,
  };
}

/** Settings of a server whose log goes to the repository. */
export function archiveSettings(timeoutSeconds: number): Readonly<Record<string, string>> {
  return {
    archive_mode: "on",
    archive_command: "pgbackrest --log-level-console=warn archive-push %p",
    // What was committed longer ago survives the loss of the volume.
    archive_timeout: `${timeoutSeconds}s`,
  };
}
