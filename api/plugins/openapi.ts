import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { App } from "../app.ts";
import { discoveryUrl } from "../oidc/issuer-keys.ts";
import type { SecurityScheme } from "./auth.ts";
import { documentedWebhooks } from "./openapi-webhooks.ts";

const description = `Upload a video and get a verified, playable HLS stream.

1. \`POST /v1/uploads\` announces the file and returns a URL for its PUT, or takes a large file in parts. Clients of tus (https://tus.io) send it to \`/v1/tus\` instead.
2. \`POST /v1/jobs\` creates a job for the upload. Send an \`Idempotency-Key\`, so that you can repeat the request safely.
3. \`GET /v1/jobs/{jobId}/events\` follows the job; \`GET /v1/jobs/{jobId}\` shows it.
4. A succeeded job has a \`playbackUrl\`, which any HLS player opens.

Errors are problem+json (RFC 9457): depend on \`code\`, show \`detail\`, report \`requestId\`.`;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Moves every schema that has a title under components and leaves a reference: readable, and typed clients get names. */
export function hoistTitled(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoistTitled(item, schemas));
  if (!isObject(node)) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, hoistTitled(value, schemas)]),
  );
  const { title } = copy;
  if (typeof title !== "string" || copy["type"] === undefined) return copy;
  schemas[title] = copy;
  return { $ref: `#/components/schemas/${title}` };
}

const keyScheme = {
  type: "http",
  scheme: "bearer",
  description: "An API key, `fw_live_…`",
} as const;

function tokenScheme(issuer: string) {
  return {
    type: "openIdConnect",
    openIdConnectUrl: discoveryUrl(issuer),
    description: `A JWT of ${issuer}, as the bearer; its scopes are mapped to those of the operations`,
  } as const;
}

/** @param issuer whose tokens are taken beside keys */
function schemesOf(issuer: string | undefined) {
  return {
    key: keyScheme,
    ...(issuer !== undefined && { token: tokenScheme(issuer) }),
  } satisfies Partial<Record<SecurityScheme, object>>;
}

/** Serves /openapi.json (OpenAPI 3.1) and the page /docs. Register it before the routes. */
export async function documentApi(
  app: App,
  { version, issuer }: { readonly version: string; readonly issuer?: string },
): Promise<void> {
  const securitySchemes = schemesOf(issuer);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Framewright", version, description, license: { name: "Apache-2.0" } },
      components: { securitySchemes },
      security: Object.keys(securitySchemes).map((scheme) => ({ [scheme]: [] })),
      tags: [
        "Uploads",
        "Jobs",
        "Playback",
        "Projects",
        "API keys",
        "Webhooks",
        "Audit",
        "Health",
      ].map((name) => ({
        name,
      })),
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  let document: unknown;
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => {
    document ??= finish(app.swagger());
    await Promise.resolve();
    return reply.header("access-control-allow-origin", "*").send(document);
  });
}

/** A wildcard has no name in Fastify; here it is called `path`. */
function nameWildcards(paths: unknown): unknown {
  const text = JSON.stringify(paths);
  return JSON.parse(text.replaceAll("/{*}", "/{path}").replaceAll('"name":"*"', '"name":"path"'));
}

function finish(raw: object): unknown {
  if (!isObject(raw)) return raw;
  const schemas: Record<string, unknown> = {};
  const paths = hoistTitled(nameWildcards(raw["paths"]), schemas);
  const webhooks = hoistTitled(documentedWebhooks(), schemas);
  const components = isObject(raw["components"]) ? raw["components"] : {};
  return { ...raw, paths, webhooks, components: { ...components, schemas } };
}
