import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterSettings } from "../../services/rabbitmq/members.ts";
import { imageRoot } from "../../tools/images/roots.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { account, kinds, newPassword, portOf, type Place } from "../../tools/services/kinds.ts";
import { Sandbox } from "../../tools/services/sandbox.ts";
import { newPlace } from "../../tools/services/service.ts";

/** One node of a broker of several, as the image runs it. */
export interface Member {
  /** As the broker's nodes call it. */
  readonly name: string;
  readonly place: Place;
  readonly sandbox: Sandbox;
  readonly url: string;
}

export interface BrokerCluster {
  readonly members: readonly Member[];
  /** Names of the nodes that run, as this member sees them. */
  running(member: Member): Promise<string[]>;
  /** What the management API of a member answers. */
  ask<T>(member: Member, path: string): Promise<T>;
  stop(): Promise<void>;
}

function memberOf(name: string, folder: string, root: string, place: Place, epmd: number): Member {
  const { command, path, env, files = {} } = kinds.rabbitmq.run(place);
  const variables = {
    ...env,
    ERL_EPMD_PORT: String(epmd),
    RABBITMQ_NODENAME: name,
    RABBITMQ_USE_LONGNAME: "true",
  };
  const confAt = "etc/rabbitmq/conf.d";
  const sandbox = new Sandbox({ folder, root, command, path, env: variables, confAt });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, "conf", file), text);
  const url = `amqp://${account}:${place.password}@127.0.0.1:${portOf(place, "amqp")}`;
  return { name, place, sandbox, url };
}

/** Nodes of one broker on loopback, started at once and with the settings of pods; an epmd serves them all, as no pod has. */
export async function startBrokerCluster(count: number): Promise<BrokerCluster> {
  const folder = mkdtempSync(join(tmpdir(), "broker-cluster-"));
  const root = await imageRoot("rabbitmq");
  const epmdPort = await freePort();
  const names = Array.from({ length: count }, (_, at) => `rabbit${at}@127.0.0.1`);
  const password = newPassword();
  const members: Member[] = [];
  for (const name of names) {
    const place = { ...(await newPlace("rabbitmq")), password };
    const own = join(folder, name);
    mkdirSync(own);
    members.push(memberOf(name, own, root, place, epmdPort));
    writeFileSync(join(own, "conf", "cluster.conf"), clusterSettings(names));
  }
  const epmd = new Sandbox({
    folder: join(folder, "epmd"),
    root,
    command: ["epmd", "-address", "127.0.0.1", "-port", String(epmdPort)],
    path: "/usr/lib/erlang/bin:/usr/bin:/bin",
    env: {},
  });
  epmd.start();
  for (const { sandbox } of members) sandbox.start();
  const authorization = `Basic ${Buffer.from(`${account}:${password}`).toString("base64")}`;
  const ask = async <T>({ place }: Member, path: string): Promise<T> => {
    const url = `http://127.0.0.1:${portOf(place, "management")}/api${path}`;
    const response = await fetch(url, { headers: { authorization } });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    return (await response.json()) as T;
  };
  return {
    members,
    ask,
    async running(member) {
      const nodes = await ask<{ name: string; running: boolean }[]>(member, "/nodes");
      return nodes.flatMap(({ name, running }) => (running ? [name] : [])).toSorted();
    },
    async stop() {
      await Promise.all([...members.map(({ sandbox }) => sandbox), epmd].map((one) => one.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
