// The one address that clients know. What is behind it changes; they don't.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * A TCP balancer. It carries bytes to one of its targets, the next one for each connection. Where a
 * target doesn't listen it takes another; when one is killed its connections break, and clients see
 * that.
 */
export class Address {
  readonly url: string;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #ports: readonly number[] = [];
  #next = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (client) => this.#carry(client));
  }

  static async open(): Promise<Address> {
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Address(server);
  }

  /** Leads to these servers. Open connections end: call it while clients wait for no answer. */
  leadTo(...urls: readonly string[]): void {
    this.#ports = urls.map((url) => Number(new URL(url).port));
    for (const socket of this.#open) socket.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #carry(client: Socket): void {
    const ports = this.#ports.map(
      (_, index) => this.#ports[(this.#next + index) % this.#ports.length]!,
    );
    this.#next += 1;
    this.#track(client);
    this.#attempt(client, ports);
  }

  #attempt(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy();
    const server = connect(port, "127.0.0.1");
    this.#track(server);
    const onRefused = (): void => this.#attempt(client, others);
    server.once("error", onRefused);
    server.once("connect", () => {
      server.off("error", onRefused).on("error", () => client.destroy());
      server.on("close", () => client.destroy()).pipe(client);
      client.on("close", () => server.destroy()).pipe(server);
    });
  }

  #track(socket: Socket): void {
    this.#open.add(socket.on("error", () => socket.destroy()));
    socket.on("close", () => this.#open.delete(socket));
  }
}
