// The server that all clients of a run share, with a person who signs in.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../server.ts";
import type { Person } from "./visitor.ts";

/** A client that was registered for one program. */
export interface RegisteredClient {
  readonly id: string;
  /** Empty for a public one. */
  readonly secret: string;
}

/** A server with a person and an administrator. */
export interface SharedServer {
  readonly url: string;
  readonly person: Person & { readonly username: string };
  register(registration: Readonly<Record<string, unknown>>): Promise<RegisteredClient>;
  stop(): Promise<void>;
}

/** Starts it over an empty SQLite database. */
export async function startSharedServer(): Promise<SharedServer> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-clients-"));
  const server = await startServer({ kind: "sqlite", file: join(folder, "test.db") });
  const token = await server.administratorToken();
  const create = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const person = {
    username: "ada",
    email: "ada@example.com",
    password: "correct horse battery",
  };
  await create("/v1/users", person);
  return {
    url: server.url,
    person,
    register: async (registration) => {
      const made = await create<{ client: { id: string }; clientSecret?: string }>("/v1/clients", {
        client: { name: "Reading room", scopes: ["profile"], ...registration },
      });
      return { id: made.client.id, secret: made.clientSecret ?? "" };
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
