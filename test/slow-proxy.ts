// A TCP proxy before a database: it delays what passes, swallows it, or resets connections.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy, and what it does to bytes of either direction. */
export interface SlowProxy {
  /** The address of the database, through the proxy. */
  readonly url: string;
  /** Delays what goes to the database, in milliseconds. */
  delay: number;
  /**
   * What never arrives: what the database answers, or also what it is sent. The end of a connection
   * arrives when nothing is swallowed any more.
   */
  swallows: "nothing" | "answers" | "everything";
  /** Resets the connection of every so manieth statement instead of passing it; 0: of none. */
  resetEvery: number;
  /** How many connections were reset. */
  readonly resets: number;
  /** Whether answers are swallowed from the next `commit` on, which still arrives. */
  swallowsFromCommit: boolean;
  /** How many commits have arrived whose answers were swallowed. */
  readonly lostCommits: number;
  /** Ends all connections at once; new ones are possible. */
  cut(): void;
  close(): Promise<void>;
}

/** The bytes of the statement `commit`: COM_QUERY and the text. */
const COMMIT = /\x03commit/i;

/** Opens a proxy before the server of a `mysql:` URL. */
export async function openSlowProxy(target: string): Promise<SlowProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  /** Ends that are swallowed too. */
  const ends = new Set<() => void>();
  let swallows: SlowProxy["swallows"] = "nothing";
  let statements = 0;
  let resets = 0;
  let lostCommits = 0;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const pass = (from: Socket, to: Socket, isSwallowed: () => boolean): void => {
      sockets.add(from.setNoDelay());
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("end", () => {
        const end = (): void => void to.end();
        if (isSwallowed()) ends.add(end);
        else end();
      });
      from.on("data", (bytes) => {
        if (isSwallowed()) return;
        if (from === near && proxy.resetEvery > 0 && ++statements % proxy.resetEvery === 0) {
          resets++;
          near.resetAndDestroy();
          far.resetAndDestroy();
          return;
        }
        if (from === near && COMMIT.test(bytes.toString("latin1"))) {
          if (proxy.swallowsFromCommit) swallows = "answers";
          proxy.swallowsFromCommit = false;
          if (swallows === "answers") lostCommits++;
        }
        // In order: a later part never has less to wait while the delay stays the same.
        const timer = setTimeout(
          () => {
            timers.delete(timer);
            if (!to.destroyed) to.write(bytes);
          },
          from === near ? proxy.delay : 0,
        );
        timers.add(timer);
      });
    };
    pass(near, far, () => swallows === "everything");
    pass(far, near, () => swallows !== "nothing");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: SlowProxy = {
    url: url.href,
    delay: 0,
    get swallows() {
      return swallows;
    },
    set swallows(what) {
      swallows = what;
      if (what !== "nothing") return;
      for (const end of ends) end();
      ends.clear();
    },
    resetEvery: 0,
    get resets() {
      return resets;
    },
    swallowsFromCommit: false,
    get lostCommits() {
      return lostCommits;
    },
    cut: () => {
      for (const timer of timers) clearTimeout(timer);
      ends.clear();
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      proxy.cut();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
