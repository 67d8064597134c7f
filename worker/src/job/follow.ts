import { request, type Dispatcher } from "undici";
import { checkUrl, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import { version } from "@framewright/runtime/version.ts";
import { JobFailure } from "../failure.ts";

export interface FollowArgs {
  readonly url: string;
  /** Connects to allowed addresses alone (`guarded-agent.ts`). */
  readonly dispatcher: Dispatcher;
  readonly policy: OutboundPolicy;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

const redirects: readonly number[] = [301, 302, 303, 307, 308];

function refuse(note: string): JobFailure {
  return new JobFailure("source-redirect-refused", { note });
}

function targetOf(location: unknown, from: URL): URL {
  const target = typeof location === "string" ? URL.parse(location, from.href) : null;
  if (target === null) throw refuse("It leads nowhere.");
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw refuse("It leads from https to http.");
  }
  return target;
}

/** Asks for the file at a URL. Redirects are followed by hand, so that each target is checked like the first one. */
export async function follow(
  args: FollowArgs,
  headers: Readonly<Record<string, string>>,
): Promise<Dispatcher.ResponseData> {
  const { dispatcher, policy, signal, maxRedirects } = args;
  let url = checkUrl(args.url, policy);
  for (let followed = 0; ; followed += 1) {
    const answer = await request(url, {
      dispatcher,
      signal,
      headers: {
        ...headers,
        accept: "*/*",
        "accept-encoding": "identity",
        "user-agent": `framewright-worker/${version}`,
      },
    });
    if (!redirects.includes(answer.statusCode)) return answer;
    await answer.body.dump({ limit: 16_384, signal });
    if (followed === maxRedirects) throw refuse(`More than ${maxRedirects} follow each other.`);
    url = checkUrl(targetOf(answer.headers.location, url).href, policy);
  }
}
