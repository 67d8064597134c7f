/** Both documents of an issuer are small: those of large identity providers are below 20 kB. */
const maxBytes = 256 * 1024;
const patienceMs = 5_000;

async function textOf(url: string, body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`${url} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A JSON document of the issuer. Redirects are not followed: they could lead from https to http. */
export async function fetchDocument(url: string, timeoutMs = patienceMs): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: "application/json, application/jwk-set+json" },
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  return JSON.parse(await textOf(url, response.body));
}
