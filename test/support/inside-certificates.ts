import { once } from "node:events";
import { connect } from "node:tls";
import { generationsOf } from "../../services/kit/tls/inside-tls.ts";

/** What a server of the stack has in its folder after so many rotations, and what its clients trust then. */
export function certifiedAfter(rotation: number, names: readonly string[]) {
  const password = (generation: number): string => `of generation ${generation}`;
  const { signs, trusted } = generationsOf(
    {
      current: password(rotation),
      next: password(rotation + 1),
      ...(rotation > 0 && { previous: password(rotation - 1) }),
    },
    rotation,
  );
  const { certificate, key } = signs.issue({ subject: "server", names });
  return {
    trusted,
    certificate,
    files: { "tls.crt": certificate, "tls.key": key, "ca.crt": trusted },
  };
}

/**
 * The fingerprint of the certificate that a server shows to whoever asks now.
 *
 * @param protocols in the first message; Postgres takes TLS at once from who names its own there
 */
export async function shownAt(port: number, protocols?: string[]): Promise<string | undefined> {
  const socket = connect({
    ...{ port, host: "localhost", rejectUnauthorized: false },
    ...(protocols && { ALPNProtocols: protocols }),
  });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  return certificate?.fingerprint256;
}
