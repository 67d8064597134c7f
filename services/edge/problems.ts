/** What the proxy answers itself, in the form of the API's errors (RFC 9457). A test compares it with the API's catalogue. */
export interface EdgeProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

export function problems({ headerBytes }: { readonly headerBytes: number }) {
  return {
    tooMany: {
      code: "rate-limited",
      status: 429,
      title: "Too many requests",
      detail:
        "Too many requests came from this caller or this address; wait until Retry-After has passed",
      retryAfterSeconds: 10,
    },
    bodyTooLarge: {
      code: "too-large",
      status: 413,
      title: "The request is too large",
      detail: "The body is larger than this path takes; files are sent as uploads",
    },
    headersTooLarge: {
      code: "too-large",
      status: 413,
      title: "The request is too large",
      detail: `The headers have more than ${headerBytes} bytes`,
    },
    noSite: {
      code: "not-found",
      status: 404,
      title: "Not found",
      detail: "No service has this name; compare the Host header with the outputs of the stack",
    },
    unavailable: {
      code: "unavailable",
      status: 503,
      title: "A backend of the service is not reachable",
      detail: "The service does not answer; try again",
      retryAfterSeconds: 5,
    },
  } as const satisfies Record<string, EdgeProblem>;
}

/** The body; HAProxy puts the request's id in. */
export function problemText({ code, status, title, detail }: EdgeProblem): string {
  const body = { type: `urn:framewright:problem:${code}`, title, status, code, detail };
  const text = JSON.stringify(body).replaceAll("%", "%%");
  return `${text.slice(0, -1)},"requestId":"%[var(txn.id)]"}`;
}
