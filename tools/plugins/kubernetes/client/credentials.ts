import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { messageOf } from "../../kit/errors.ts";
import { parseJson, textAt } from "../../kit/json.ts";
import type { Connection, ExecPlugin } from "./kubeconfig.ts";

export interface Credentials {
  authorization: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
}

/** Credentials are renewed this long, in milliseconds, before they expire. */
const renewBeforeMs = 60_000;
/** A credential plugin that takes longer than this, in milliseconds, hangs (it may wait for a browser). */
const execTimeoutMs = 120_000;

interface Issued extends Credentials {
  expires: number;
}

async function runExecPlugin(plugin: ExecPlugin): Promise<Issued> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  const env = { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const options = { env, timeout: execTimeoutMs, maxBuffer: 4 * 1024 * 1024 };
  try {
    const { stdout } = await promisify(execFile)(plugin.command, [...plugin.args], options);
    const answer = parseJson(stdout);
    const expiry = textAt(answer, "status", "expirationTimestamp");
    const token = textAt(answer, "status", "token");
    return {
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      certificate: textAt(answer, "status", "clientCertificateData"),
      key: textAt(answer, "status", "clientKeyData"),
      expires: expiry === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiry),
    };
  } catch (cause) {
    const hint = plugin.installHint === undefined ? "" : `\n${plugin.installHint}`;
    throw new Error(
      `the kubeconfig's credential command "${plugin.command}" failed: ${messageOf(cause)}${hint}`,
      { cause },
    );
  }
}

/** Hands out the credentials of a connection, renewing what expires. */
export class CredentialSource {
  readonly #connection: Connection;
  #issued: Promise<Issued> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async current(): Promise<Credentials> {
    const { exec, certificate, key, token, tokenFile, basic } = this.#connection;
    if (exec !== undefined) return this.#fromExec(exec);
    const fromFile = tokenFile === undefined ? undefined : readFileSync(tokenFile, "utf8").trim();
    const bearer = fromFile ?? token;
    const encoded = basic && Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
    const authorization = encoded === undefined ? undefined : `Basic ${encoded}`;
    return {
      authorization: bearer === undefined ? authorization : `Bearer ${bearer}`,
      certificate,
      key,
    };
  }

  /** Forgets what was issued: the server has refused it. */
  refused(): void {
    this.#issued = undefined;
  }

  async #fromExec(exec: ExecPlugin): Promise<Credentials> {
    const known = await this.#issued;
    if (known !== undefined && known.expires - Date.now() > renewBeforeMs) return known;
    this.#issued = runExecPlugin(exec);
    return this.#issued;
  }
}
