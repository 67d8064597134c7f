import type { Attributes } from "@opentelemetry/api";

/** Names of attributes that leave the program; what libraries add beside them stays here. */
const allowed = new Set([
  "http.request.method",
  "http.response.status_code",
  "http.route",
  "url.path",
  "server.address",
  "server.port",
  "error.type",
  "db.system.name",
  "db.namespace",
  "db.operation.name",
  "messaging.system",
  "messaging.destination",
  "messaging.destination.name",
  "messaging.rabbitmq.routing_key",
  "messaging.rabbitmq.destination.routing_key",
  "exception.type",
  "exception.message",
]);
const ours = /^(job|worker|ffmpeg|file|webhook|aws|framewright)\./;

const longest = 512;

/** What any of the patterns below needs. Most texts have none of it, and need not be looked through five times. */
const suspect = /[?@]|\/v1\/playback\/|fw_|bearer|basic/i;

/**
 * Addresses lose user, password and query, where presigned ones have their signature; playback tokens and keys of ours
 * go wherever they stand.
 */
export function safeText(text: string): string {
  if (text.length <= longest && !suspect.test(text)) return text;
  const safe = text
    .slice(0, 4 * longest)
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1…@")
    .replace(/(\/[^\s?"'<>]*)\?[^\s"'<>]*/g, "$1?…")
    .replace(/(\/v1\/playback\/)(?!:)[^/\s?"']+/g, "$1…")
    .replace(/\bfw_[a-z]+_[0-9A-Za-z]+/g, "fw_…")
    .replace(/\b(bearer|basic)\s+\S+/gi, "$1 …");
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

/** What is known to hold no secret, with texts made safe. */
export function safeAttributes(attributes: Attributes): Attributes {
  const safe: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || !(allowed.has(name) || ours.test(name))) continue;
    safe[name] = typeof value === "string" ? safeText(value) : value;
  }
  return safe;
}
