import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const nonceBytes = 12;
const tagBytes = 16;

function refused(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, message } };
}

/**
 * AWS KMS on loopback, as far as Pulumi seals a stack's secrets with it: one key, known by its alias. Its protocol is
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html and `API_Decrypt`.
 */
export class KeyService {
  readonly #alias: string;
  readonly #key = randomBytes(32);
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  private constructor(alias: string) {
    this.#alias = alias;
  }

  /** The service that an address such as `awskms://alias/NAME?region=R` means. */
  static async of(address: string): Promise<KeyService> {
    const { host, pathname } = new URL(address);
    const service = new KeyService(`${host}${pathname}`);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    service.#server.listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
    await promise;
    return service;
  }

  /** What leads the SDK there, with credentials that are none anywhere else. */
  get env(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port.toString()}`,
      AWS_ACCESS_KEY_ID: "stand-in",
      AWS_SECRET_ACCESS_KEY: "stand-in",
    };
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = "", "x-amz-target": target } = request.headers;
    const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asked;
    const { status, body } = authorization.startsWith("AWS4-HMAC-SHA256 ")
      ? this.#answer(String(target), asked)
      : refused("MissingAuthenticationToken", "the request is not signed");
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  }

  #answer(target: string, { KeyId, Plaintext = "", CiphertextBlob = "" }: Asked): Answer {
    const common = { KeyId: this.#alias, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    if (KeyId !== undefined && KeyId !== this.#alias) {
      return refused("NotFoundException", `there is no key ${KeyId}`);
    }
    if (target === "TrentService.Encrypt") {
      return { status: 200, body: { ...common, CiphertextBlob: this.#seal(Plaintext) } };
    }
    if (target !== "TrentService.Decrypt") return refused("UnknownOperationException", target);
    try {
      return { status: 200, body: { ...common, Plaintext: this.#open(CiphertextBlob) } };
    } catch (error) {
      return refused("InvalidCiphertextException", String(error));
    }
  }

  #seal(plaintext: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(plaintext, "base64"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  #open(blob: string): string {
    const bytes = Buffer.from(blob, "base64");
    const cipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, nonceBytes));
    cipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const opened = cipher.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([opened, cipher.final()]).toString("base64");
  }
}
