import type * as pulumi from "@pulumi/pulumi";
import type { BackupRepository } from "../kit/backends/backup-repository.ts";
import type { KeyPair } from "../kit/tls/certificates.ts";
import { secret, type Env } from "../kit/pods/env.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import {
  handoutOptions,
  remoteOptions,
  repositoryOptions,
  secretNames,
  serverOptions,
  type TlsFiles,
} from "./backrest.ts";
import { database, dataFolder, handoutPort, user } from "./identity.ts";

/** What makes the backups of one database, and everything that a pod needs for its part in it. */
export interface BackupAccess {
  readonly repository: BackupRepository;
  readonly retentionDays: number;
  /** Encrypts what leaves the pod; without it no backup can be read. */
  readonly cipherKey: SecretText;
}

/** A pod's own certificate, and who signs those of the others. */
export interface Identity {
  readonly ca: pulumi.Output<string>;
  readonly own: pulumi.Output<KeyPair>;
}

const folder = "/etc/framewright";
const storeCaFile = `${folder}/store-ca.pem`;
const tlsFiles: TlsFiles = {
  caFile: `${folder}/backup-ca.pem`,
  certificateFile: `${folder}/backup.pem`,
  keyFile: `${folder}/backup.key`,
};

/** The parts of a pod that differ for whoever reaches the repository. */
type Part = Pick<PodArgs, "env" | "files">;

function filesOf({ repository }: BackupAccess, identity?: Identity): PodArgs["files"] {
  const { ca } = repository;
  return {
    ...(ca !== undefined && { [storeCaFile]: ca }),
    ...(identity !== undefined && {
      [tlsFiles.caFile]: identity.ca,
      [tlsFiles.certificateFile]: identity.own.certificate,
      [tlsFiles.keyFile]: identity.own.key,
    }),
  };
}

function keysOf({ credentials }: BackupRepository): Env {
  return credentials.kind === "keys"
    ? {
        [secretNames.accessKeyId]: secret(credentials.accessKeyId),
        [secretNames.secretAccessKey]: secret(credentials.secretAccessKey),
      }
    : {};
}

/** Of everybody who reads or writes the repository. */
export function repositoryPart(access: BackupAccess): Part {
  const { repository, retentionDays, cipherKey } = access;
  const { host, port, region, uriStyle, bucket, ca } = repository;
  const caFile = ca === undefined ? undefined : storeCaFile;
  return {
    env: {
      ...repositoryOptions({ host, port, region, uriStyle, caFile, retentionDays }),
      [secretNames.bucket]: bucket,
      ...keysOf(repository),
      [secretNames.cipherKey]: secret(cipherKey),
    },
    files: filesOf(access),
  };
}

/** Of the server, whose log goes to the repository. */
export function serverPart(access: BackupAccess, identity: Identity): Part {
  return {
    env: { ...repositoryPart(access).env, ...serverOptions({ dataFolder, user, database }) },
    files: filesOf(access, identity),
  };
}

/** Beside the server: lets the pod of the backups read its files. */
export function handoutPart(): Pick<PodArgs, "env"> {
  return { env: handoutOptions(handoutPort, tlsFiles) };
}

/** Of the pod that makes backups. */
export function backupPart(access: BackupAccess, identity: Identity, host: string): Part {
  const remote = remoteOptions({ host, port: handoutPort, dataFolder, ...tlsFiles });
  return {
    env: {
      ...repositoryPart(access).env,
      ...remote,
      PGBACKREST_PG1_SOCKET_PATH: "/tmp",
      PGBACKREST_PG1_USER: user,
      PGBACKREST_PG1_DATABASE: database,
    },
    files: filesOf(access, identity),
  };
}
