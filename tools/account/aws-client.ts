import { createHash, createHmac } from "node:crypto";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { parseXML } from "@aws-sdk/xml-builder";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  at,
  isObject,
  parseJson,
  textAt,
  toJsonObject,
  type Json,
  type JsonObject,
} from "../plugins/kit/json.ts";
import { endpointOf } from "../env.ts";

/** SHA-256 in the form that the signer asks for. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

interface Call {
  readonly service: "ec2" | "servicequotas" | "sts";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What is asked, for an error. */
  readonly action: string;
}

/** The plain HTTPS APIs of one region, with the credentials that the AWS CLI would use. */
export class AwsClient {
  readonly #region: string;
  readonly #credentials = defaultProvider();

  constructor(region: string) {
    this.#region = region;
  }

  /** An action of EC2 or STS, whose answers are XML; all pages of it. */
  async query(
    service: "ec2" | "sts",
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<JsonObject[]> {
    const pages: JsonObject[] = [];
    let token: string | undefined;
    do {
      const version = service === "ec2" ? "2016-11-15" : "2011-06-15";
      const form = { Action: action, Version: version, ...parameters };
      const text = await this.#send({
        service,
        action,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(
          token === undefined ? form : { ...form, NextToken: token },
        ).toString(),
      });
      const page = toJsonObject(parseXML(text));
      pages.push(objectIn(page) ?? page);
      token = textAt(pages.at(-1), "nextToken");
    } while (token !== undefined && token !== "");
    return pages;
  }

  /** An action of Service Quotas; undefined where it knows no such quota. */
  async quota(
    action: string,
    quota: { service: string; code: string },
  ): Promise<JsonObject | undefined> {
    try {
      const text = await this.#send({
        service: "servicequotas",
        action,
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `ServiceQuotasV20190624.${action}`,
        },
        body: JSON.stringify({ ServiceCode: quota.service, QuotaCode: quota.code }),
      });
      return toJsonObject(parseJson(text));
    } catch (error) {
      if (error instanceof Error && error.message.includes("NoSuchResourceException"))
        return undefined;
      throw error;
    }
  }

  async #send({ service, headers, body, action }: Call): Promise<string> {
    const host = `${service}.${this.#region}.amazonaws.com${this.#region.startsWith("cn-") ? ".cn" : ""}`;
    const url = new URL(endpointOf(service) ?? `https://${host}`);
    const signer = new SignatureV4({
      service,
      region: this.#region,
      credentials: this.#credentials,
      sha256: Sha256,
    });
    const signed = await signer.sign({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === "" ? {} : { port: Number(url.port) }),
      path: "/",
      headers: { ...headers, host: url.host },
      body,
    });
    const response = await fetch(new URL("/", url), {
      method: "POST",
      headers: signed.headers,
      body,
    });
    const text = await response.text();
    if (response.ok) return text;
    const why = text
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
    throw new Error(`AWS refuses ${service}:${action} (${response.status}): ${why.slice(0, 300)}`);
  }
}

/** What the outermost element of an answer has. */
function objectIn(page: JsonObject): JsonObject | undefined {
  return Object.values(page).find((value) => isObject(value));
}

/** The items of a set in an answer, of which EC2's XML has none, one or many. */
export function items(values: readonly Json[], set: string): Json[] {
  return values.flatMap((value) => {
    const found = at(value, set, "item");
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  });
}
