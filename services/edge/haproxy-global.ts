import { answer, answers, quoted } from "./answers.ts";
import { consoleSocket, type ProxyArgs } from "./proxy-args.ts";

/** Bytes that HAProxy holds of a request or an answer; headers must fit in all the same. */
const bufferBytes = 32 * 1024;

/** Mozilla's "intermediate" of 2025: TLS 1.2 with forward secrecy and AEAD alone, TLS 1.3, and a key exchange that outlasts quantum computers first. */
const tls = {
  ciphers: [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ],
  suites: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
  curves: ["X25519MLKEM768", "X25519", "prime256v1", "secp384r1"],
} as const;

/** One line for each request, by the names that lines of all programs have (docs/logs.md). Queries have signatures in them, and are left out. */
const logFields = [
  "%(time)[date(0,ms),ms_utime('%Y-%m-%dT%H:%M:%S.%3NZ')]",
  "%(level)[str(info)]",
  "%(service)[str(edge)]",
  "%(message)[str(request)]",
  "%(request_id)[var(txn.id)]",
  "%(client)[src]",
  "%(method)[var(txn.method)]",
  "%(host)[var(txn.host)]",
  "%(url)[var(txn.path)]",
  "%(route)[be_name]",
  "%(status:sint)ST",
  "%(ms:sint)Ta",
  "%(bytes_in:sint)U",
  "%(bytes_out:sint)B",
  "%(http)[var(txn.http)]",
  "%(tls)[ssl_fc_protocol]",
  "%(cipher)[ssl_fc_cipher]",
  "%(end)ts",
] as const;

export function globalSection(args: ProxyArgs): string[] {
  return [
    "log stdout format raw daemon info",
    `maxconn ${args.maxConnections}`,
    `nbthread ${args.threads}`,
    `hard-stop-after ${args.drainSeconds}s`,
    `tune.bufsize ${bufferBytes}`,
    "tune.maxrewrite 4096",
    // 64 KiB would hold an upload by HTTP/2 down to 1.3 MB/s where an answer takes 50 ms.
    "tune.h2.fe.initial-window-size 1048576",
    `stats socket ${consoleSocket} mode 600 level admin`,
    `setenv EDGE_CERTIFICATE_FOLDER ${args.certificateFolder}`,
    `setenv EDGE_CONSOLE unix@${consoleSocket}`,
    "lua-load /usr/local/share/edge/certificate.lua",
    "ssl-default-bind-options ssl-min-ver TLSv1.2 prefer-client-ciphers",
    `ssl-default-bind-ciphers ${tls.ciphers.join(":")}`,
    `ssl-default-bind-ciphersuites ${tls.suites.join(":")}`,
    `ssl-default-bind-curves ${tls.curves.join(":")}`,
    "ssl-load-extra-del-ext",
    "ssl-load-extra-files key",
  ];
}

export const defaults = [
  "mode http",
  "log global",
  `log-format ${quoted(`%{+json}o ${logFields.join(" ").replaceAll("'", '"')}`)}`,
  "option dontlognull",
  "option http-ignore-probes",
  "option http-keep-alive",
  "option http-no-delay",
  "retries 3",
  "timeout connect 5s",
  "timeout http-request 15s",
  "timeout http-keep-alive 65s",
  "timeout client 75s",
  "timeout server 75s",
  "timeout queue 5s",
  ...[502, 503, 504].map((status) => `http-error status ${status} ${answer(answers.unavailable)}`),
];
