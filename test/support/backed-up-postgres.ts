import { spawn } from "node:child_process";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { authorityOf, type CertificateArgs } from "../../services/kit/tls/certificates.ts";
import {
  archiveSettings,
  backupClient,
  handoutOptions,
  remoteOptions,
  repositoryOptions,
  secretNames,
  serverOptions,
} from "../../services/postgres/backrest.ts";
import { imageRoot } from "../../tools/images/roots.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { newPassword } from "../../tools/services/kinds.ts";
import { postgresAnswers } from "../../tools/services/probes.ts";
import { Sandbox, user } from "../../tools/services/sandbox.ts";
import { isRoot } from "../../tools/user-namespace.ts";

const account = "framewright";
const imagePath = "/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin";
const conf = "/mnt";
const dataFolder = "/data/pgdata";
const bucket = "backups";

/** Files at {@link conf} inside; keys are their owner's alone, as pgBackRest demands. */
function put(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, "conf"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, "conf", name);
    writeFileSync(file, text, { mode: 0o600 });
    if (isRoot) chownSync(file, user, user);
  }
}

const authority = authorityOf("of this test", "framewright backups");
const tlsFiles = {
  caFile: `${conf}/ca.pem`,
  certificateFile: `${conf}/own.pem`,
  keyFile: `${conf}/own.key`,
};

/** The files of {@link tlsFiles}. */
function certified(args: CertificateArgs): Record<string, string> {
  const { certificate, key } = authority.issue(args);
  return { "ca.pem": authority.certificate, "own.pem": certificate, "own.key": key };
}

function storeAnswers(port: number): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const options = { host: "localhost", port, path: "/health", ca: authority.certificate };
  get(options, (response) => {
    response.resume();
    if (response.statusCode === 200) resolve(undefined);
    else reject(new Error(`the store answered ${String(response.statusCode)}`));
  }).once("error", reject);
  return promise;
}

async function until(ready: () => Promise<unknown>, box: Sandbox): Promise<void> {
  for (;;) {
    try {
      await ready();
      return;
    } catch (cause) {
      if (!box.isRunning) throw new Error(`it ended:\n${box.lastLogLines()}`, { cause });
      await sleep(100);
    }
  }
}

interface Ports {
  readonly s3: number;
  readonly sql: number;
  readonly handout: number;
}

interface Passwords {
  readonly root: string;
  readonly owner: string;
  readonly database: string;
}

async function makeStore(folder: string, ports: Ports, keys: Passwords): Promise<Sandbox> {
  put(folder, certified({ subject: "store", names: ["localhost"] }));
  return new Sandbox({
    folder,
    root: await imageRoot("object-store"),
    command: ["object-store-entrypoint"],
    path: imagePath,
    confAt: conf.slice(1),
    env: {
      ROOT_ACCESS_KEY: "root",
      ROOT_SECRET_KEY: keys.root,
      OWNER_ACCESS_KEY: bucket,
      OWNER_SECRET_KEY: keys.owner,
      BUCKET: bucket,
      VGW_PORT: `127.0.0.1:${ports.s3}`,
      VGW_ADMIN_PORT: `127.0.0.1:${await freePort()}`,
      VGW_CERT: tlsFiles.certificateFile,
      VGW_KEY: tlsFiles.keyFile,
    },
  });
}

/** What every program has that speaks to the repository. */
function repositoryEnv(ports: Ports, keys: Passwords): Record<string, string> {
  const { caFile } = tlsFiles;
  const place = {
    host: "localhost",
    port: ports.s3,
    region: "us-east-1",
    uriStyle: "path",
  } as const;
  return {
    ...repositoryOptions({ ...place, caFile, retentionDays: 30 }),
    [secretNames.bucket]: bucket,
    [secretNames.accessKeyId]: bucket,
    [secretNames.secretAccessKey]: keys.owner,
    [secretNames.cipherKey]: "a key of this test",
    PGDATA: dataFolder,
    POSTGRES_USER: account,
    POSTGRES_DB: account,
  };
}

/** In the pod it is a container of its own, with the same volume and the same /tmp. It ends with the server. */
function runBeside(
  server: Sandbox,
  env: Readonly<Record<string, string>>,
  command: readonly string[],
): void {
  const [first = "", ...rest] = server.beside();
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  spawn(first, [...rest, "env", "-i", ...variables, ...command], { stdio: "ignore" });
}

export interface BackedUpPostgres {
  readonly databaseUrl: string;
  /** Settings that programs get which run the server for a while. */
  readonly settings: readonly string[];
  /** Makes a backup as the pod of the backups does; returns what it prints. */
  backUp(...args: readonly string[]): Promise<string>;
  /** Runs a program of the image on the volume of the server, which is down. */
  onVolume(...command: readonly string[]): Promise<string>;
  /** Runs a program of the image on a volume of its own. */
  beside(...command: readonly string[]): Promise<string>;
  /** Lists the backups with the store's keys from an agent of EKS Pod Identity at that address, and no other. */
  listByAgent(url: string): Promise<string>;
  /** What an agent has to hand out. */
  readonly storeKeys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
  /** While the server is down. */
  loseVolume(): void;
  start(): Promise<void>;
  /** Everything, for good. */
  end(): Promise<void>;
}

/** The server and the store with our settings, as real processes on loopback; each part gets a folder in `folder`. */
export async function startBackedUpPostgres(
  folder: string,
  archiveTimeoutSeconds: number,
): Promise<BackedUpPostgres> {
  const root = await imageRoot("postgres");
  const ports = { s3: await freePort(), sql: await freePort(), handout: await freePort() };
  const keys = { root: newPassword(), owner: newPassword(), database: newPassword() };
  const store = await makeStore(join(folder, "store"), ports, keys);
  const env = repositoryEnv(ports, keys);
  const settings = Object.entries({
    ...archiveSettings(archiveTimeoutSeconds),
    shared_buffers: "32MB",
  }).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const box = (place: string, command: readonly string[], more: Record<string, string>): Sandbox =>
    new Sandbox({
      folder: join(folder, place),
      root,
      path: imagePath,
      confAt: conf.slice(1),
      command: ["postgres-entrypoint", ...command],
      env: { ...env, ...more },
    });
  put(join(folder, "server"), certified({ subject: "postgres", names: ["localhost"] }));
  put(join(folder, "client"), certified({ subject: backupClient }));
  put(join(folder, "beside"), { "ca.pem": authority.certificate });
  const onServer = {
    ...serverOptions({ dataFolder, user: account, database: account }),
    PGBACKREST_PG1_PORT: String(ports.sql),
    PGPASSWORD: keys.database,
    POSTGRES_PASSWORD: keys.database,
  };
  const server = box("server", [...settings, "-c", `port=${ports.sql}`], onServer);
  const once = async (place: string, command: readonly string[], more = {}): Promise<string> => {
    const program = box(place, command, more);
    program.start();
    await program.finish();
    return program.lastLogLines(200);
  };
  const start = async (): Promise<void> => {
    server.start();
    await until(() => postgresAnswers(ports.sql), server);
    const handout = handoutOptions(ports.handout, tlsFiles);
    runBeside(server, { ...env, ...onServer, ...handout, PATH: imagePath }, [
      "pgbackrest",
      "server",
    ]);
  };
  const end = async (): Promise<void> => {
    await Promise.all([server.kill(), store.kill()]);
  };
  try {
    store.start();
    await until(() => storeAnswers(ports.s3), store);
    await start();
  } catch (error) {
    await end();
    throw error;
  }
  const remote = { host: "localhost", port: ports.handout, dataFolder, ...tlsFiles };
  return {
    databaseUrl: `postgres://${account}:${keys.database}@127.0.0.1:${ports.sql}/${account}`,
    settings,
    backUp: (...args) =>
      once("client", ["postgres-backup", ...args], {
        ...remoteOptions(remote),
        PGBACKREST_PG1_PORT: String(ports.sql),
        PGBACKREST_PG1_SOCKET_PATH: "/tmp",
      }),
    onVolume: (...command) => once("server", command),
    beside: (...command) => once("beside", command),
    storeKeys: { accessKeyId: bucket, secretAccessKey: keys.owner },
    listByAgent: (url) => {
      put(join(folder, "beside"), { token: "token of the pod" });
      return once("beside", ["pgbackrest", "info"], {
        [secretNames.accessKeyId]: "not-this-one",
        [secretNames.secretAccessKey]: "not-this-one",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${conf}/token`,
      });
    },
    kill: () => server.kill(),
    loseVolume: () => {
      server.wipe();
    },
    start,
    end,
  };
}
