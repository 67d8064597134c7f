import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import {
  at,
  isObject,
  listAt,
  objectAt,
  textAt,
  toJsonObject,
  type JsonObject,
} from "../../kit/json.ts";

/** A command that yields credentials (client.authentication.k8s.io). */
export interface ExecPlugin {
  apiVersion: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  installHint: string | undefined;
}

/** How to reach one cluster as one user. Certificates and keys are PEM. */
export interface Connection {
  server: string;
  ca: string | undefined;
  insecure: boolean;
  serverName: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
  token: string | undefined;
  /** Read anew for each request, because it is rotated in place. */
  tokenFile: string | undefined;
  basic: { username: string; password: string } | undefined;
  exec: ExecPlugin | undefined;
  /** Namespace of the context, else "default". */
  namespace: string;
}

export interface Selection {
  /** Contents of a kubeconfig or the path of one; empty for the ambient one. */
  kubeconfig: string | undefined;
  context: string | undefined;
  cluster: string | undefined;
}

interface Source {
  config: JsonObject;
  /** Folder against which relative paths inside are resolved. */
  folder: string;
}

const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

function read(text: string, origin: string): JsonObject {
  const parsed: unknown = parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${origin} is no kubeconfig: expected a YAML or JSON object`);
  }
  return toJsonObject(parsed);
}

function expandHome(file: string): string {
  return file.startsWith("~/") ? path.join(os.homedir(), file.slice(2)) : file;
}

function readFile(file: string): Source {
  const full = path.resolve(expandHome(file));
  return { config: read(readFileSync(full, "utf8"), full), folder: path.dirname(full) };
}

/** Later files add names that earlier ones lack; the first current-context counts (kubectl's rule). */
function merged(sources: readonly Source[]): Source {
  const lists = ["clusters", "users", "contexts"].map((key): [string, JsonObject[]] => [
    key,
    sources.flatMap(({ config }) => listAt(config, key).filter(isObject)),
  ]);
  const current = sources.flatMap(({ config }) => textAt(config, "current-context") ?? [])[0] ?? "";
  return {
    config: { ...Object.fromEntries(lists), "current-context": current },
    folder: sources[0]?.folder ?? process.cwd(),
  };
}

/** The kubeconfig that kubectl would use: KUBECONFIG, else the one in the home folder; undefined if there is none. */
function ambient(env: NodeJS.ProcessEnv): Source | undefined {
  const listed = (env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  const files = (listed.length > 0 ? listed : ["~/.kube/config"]).filter((file) =>
    existsSync(expandHome(file)),
  );
  return files.length === 0 ? undefined : merged(files.map(readFile));
}

function source(kubeconfig: string | undefined, env: NodeJS.ProcessEnv): Source | undefined {
  if (kubeconfig === undefined || kubeconfig.trim() === "") return ambient(env);
  const isPath = !kubeconfig.includes("\n") && !kubeconfig.trim().startsWith("{");
  if (!isPath)
    return { config: read(kubeconfig, "the provider's kubeconfig"), folder: process.cwd() };
  if (!existsSync(expandHome(kubeconfig))) {
    throw new Error(`the provider's kubeconfig names the file ${kubeconfig}, which does not exist`);
  }
  return readFile(kubeconfig);
}

function named(config: JsonObject, list: string, name: string, field: string): JsonObject {
  const found = listAt(config, list).find((entry) => textAt(entry, "name") === name);
  if (found === undefined) {
    const names = listAt(config, list).map((entry) => textAt(entry, "name") ?? "");
    throw new Error(
      `the kubeconfig has no ${field} "${name}"; it has: ${names.join(", ") || "none"}`,
    );
  }
  return objectAt(found, field) ?? {};
}

/** A PEM value given inline (base64) or as a file. */
function pem(entry: JsonObject, field: string, folder: string): string | undefined {
  const data = textAt(entry, `${field}-data`);
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  const file = textAt(entry, field);
  if (file === undefined || file === "") return undefined;
  return readFileSync(path.resolve(folder, file), "utf8");
}

function execPlugin(user: JsonObject, folder: string): ExecPlugin | undefined {
  const exec = objectAt(user, "exec");
  const command = textAt(exec, "command");
  if (command === undefined) return undefined;
  const env = listAt(exec, "env").map((entry): [string, string] => [
    textAt(entry, "name") ?? "",
    textAt(entry, "value") ?? "",
  ]);
  const relative = command.includes("/") && !path.isAbsolute(command);
  return {
    apiVersion: textAt(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
    command: relative ? path.resolve(folder, command) : command,
    args: listAt(exec, "args").map(String),
    env: Object.fromEntries(env),
    installHint: textAt(exec, "installHint"),
  };
}

function credentials(
  user: JsonObject,
  folder: string,
): Omit<Connection, "server" | "ca" | "insecure" | "serverName" | "namespace"> {
  if (at(user, "auth-provider") !== undefined) {
    throw new Error(
      "the kubeconfig's user has an auth-provider, which Kubernetes has removed; use an exec plugin instead",
    );
  }
  const username = textAt(user, "username");
  const tokenFile = textAt(user, "tokenFile");
  return {
    certificate: pem(user, "client-certificate", folder),
    key: pem(user, "client-key", folder),
    token: textAt(user, "token"),
    tokenFile: tokenFile === undefined ? undefined : path.resolve(folder, tokenFile),
    basic:
      username === undefined ? undefined : { username, password: textAt(user, "password") ?? "" },
    exec: execPlugin(user, folder),
  };
}

/** Inside a pod without a kubeconfig: its service account. */
function inCluster(env: NodeJS.ProcessEnv): Connection | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  if (host === undefined || !existsSync(`${serviceAccountFolder}/token`)) return undefined;
  return {
    server: `https://${host}:${env["KUBERNETES_SERVICE_PORT"] ?? "443"}`,
    ca: readFileSync(`${serviceAccountFolder}/ca.crt`, "utf8"),
    insecure: false,
    serverName: undefined,
    certificate: undefined,
    key: undefined,
    token: undefined,
    tokenFile: `${serviceAccountFolder}/token`,
    basic: undefined,
    exec: undefined,
    namespace: readFileSync(`${serviceAccountFolder}/namespace`, "utf8").trim(),
  };
}

/** Picks cluster, user and namespace out of a kubeconfig. */
function connectionFrom(config: JsonObject, folder: string, selection: Selection): Connection {
  const contextName = selection.context ?? textAt(config, "current-context") ?? "";
  if (contextName === "" && selection.cluster === undefined) {
    throw new Error(
      "the kubeconfig has no current-context; set one or give the provider a context",
    );
  }
  const context = contextName === "" ? {} : named(config, "contexts", contextName, "context");
  const clusterName = selection.cluster ?? textAt(context, "cluster") ?? "";
  const cluster = named(config, "clusters", clusterName, "cluster");
  const userName = textAt(context, "user") ?? "";
  const user = userName === "" ? {} : named(config, "users", userName, "user");
  const server = textAt(cluster, "server");
  if (server === undefined)
    throw new Error(`the kubeconfig's cluster "${clusterName}" has no server`);
  return {
    server,
    ca: pem(cluster, "certificate-authority", folder),
    insecure: at(cluster, "insecure-skip-tls-verify") === true,
    serverName: textAt(cluster, "tls-server-name"),
    ...credentials(user, folder),
    namespace: textAt(context, "namespace") ?? "default",
  };
}

/** The connection that a provider's settings and the surroundings give. */
export function loadConnection(selection: Selection, env: NodeJS.ProcessEnv): Connection {
  const found = source(selection.kubeconfig, env);
  if (found !== undefined) return connectionFrom(found.config, found.folder, selection);
  const connection = inCluster(env);
  if (connection !== undefined) return connection;
  throw new Error(
    "no kubeconfig: give the provider one, set KUBECONFIG, or put one at ~/.kube/config",
  );
}
