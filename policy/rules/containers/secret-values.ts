/** Texts that are secrets whatever they are called, as those who issue them shape them. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ["an access key of AWS", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ["a signed token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  [
    "a URL with a password",
    // Not where the password is a variable or a placeholder.
    /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s/?#:@"']*:(?!\$|<|\*+@|%s@|\{\{)[^\s/?#@"']+@/i,
  ],
  [
    "a connection string with a password",
    /(?:^|[\s;?&])(?:password|passwd|pwd)=(?!["']?(?:[$<{%*/`]|(?:true|false|yes|no|none|required|optional)\b))[^\s;&"']/i,
  ],
  [
    "a URL with a token",
    /[?&](?:token|access_token|auth_token|api_?key|secret|sig|signature)=[\w.~+/%-]{16,}/i,
  ],
  [
    "credentials in a header",
    /\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+[\w.~+/=-]{8,}/i,
  ],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z\d]{36,}|github_pat_\w{22,})/],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/],
  [
    "a token of Slack",
    /\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/,
  ],
  ["a key of Google", /\bAIza[\w-]{35}|\bGOCSPX-[\w-]{28}/],
  ["a key of Stripe", /\b[rs]k_live_[A-Za-z\d]{16,}/],
  ["a token of npm", /\bnpm_[A-Za-z\d]{36}/],
  ["a key of a model provider", /\bsk-(?:[a-z]+-)*[A-Za-z\d_]{20,}|\bhf_[A-Za-z\d]{30,}/],
  ["a key of Azure", /\b(?:AccountKey|SharedAccessKey)=[A-Za-z\d+/]{40,}=*/],
  ["credentials of a registry", /"auth"\s*:\s*"[A-Za-z\d+/]{16,}=*"/],
];

/** What kind of secret is in a text, never which; undefined if none is. */
export function secretIn(text: string): string | undefined {
  return shapes.find(([, shape]) => shape.test(text))?.[0];
}
