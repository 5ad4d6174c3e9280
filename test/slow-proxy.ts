// A TCP proxy before a database: it delays what passes, or swallows it.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy, and what it does to bytes of either direction. */
export interface SlowProxy {
  /** The address of the database, through the proxy. */
  readonly url: string;
  /** Delays what goes to the database, in milliseconds. */
  delay: number;
  /** What never arrives: what the database answers, or also what it is sent. */
  swallows: "nothing" | "answers" | "everything";
  /** Ends all connections at once; new ones are possible. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a proxy before the server of a `mysql:` URL. */
export async function openSlowProxy(target: string): Promise<SlowProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pass = (from: Socket, to: Socket, isSwallowed: () => boolean): void => {
      sockets.add(from.setNoDelay());
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("data", (bytes) => {
        if (isSwallowed()) return;
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
    pass(near, far, () => proxy.swallows === "everything");
    pass(far, near, () => proxy.swallows !== "nothing");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: SlowProxy = {
    url: url.href,
    delay: 0,
    swallows: "nothing",
    cut: () => {
      for (const timer of timers) clearTimeout(timer);
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
