import { createServer, type Server } from "node:http";

export const podToken = "token-of-the-pod";

export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** @default 3600 */
  readonly sessionSeconds?: number;
}

/** Listens on a free port of loopback and gives it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** The EKS Pod Identity agent of a node: keys for a pod that shows the token of its account. */
export class CredentialsAgent {
  /** The tokens that it was shown. */
  readonly asked: (string | undefined)[] = [];
  readonly #server: Server;

  constructor(keys: SessionKeys) {
    const { accessKeyId, secretAccessKey, sessionToken, sessionSeconds = 3600 } = keys;
    this.#server = createServer((request, response) => {
      const token = request.headers.authorization;
      this.asked.push(token);
      const [status, body] =
        token === podToken
          ? [
              200,
              {
                AccessKeyId: accessKeyId,
                SecretAccessKey: secretAccessKey,
                Token: sessionToken,
                Expiration: new Date(Date.now() + sessionSeconds * 1000).toISOString(),
              },
            ]
          : [400, { Code: "InvalidIdentityToken" }];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async listen(): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server)}/v1/credentials`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
