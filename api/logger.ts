import { pino, type DestinationStream, type Logger } from "pino";

const secretPaths = [
  "authorization",
  "*.authorization",
  "headers.authorization",
  "*.headers.authorization",
  'headers["x-admin-secret"]',
  "*.password",
  "*.secretAccessKey",
  "*.api_key",
  "*.key",
];

/** A playback URL is a bearer secret while it lives: the log keeps the file, not the token. */
export function redactUrl(url: string): string {
  return url.replace(/^(\/v1\/playback\/)[^/?]+/, "$1…");
}

/** URLs in error texts lose their user and password. */
export function redactText(text: string): string {
  return text.replace(/([a-z]+:\/\/)[^\s/@]+@/gi, "$1…@");
}

export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: "api" },
    redact: { paths: secretPaths, censor: "[redacted]" },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}
