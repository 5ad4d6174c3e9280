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

/** A user, by id and name too. */
interface SharedPerson extends Person {
  readonly id: string;
  readonly username: string;
}

/** A server with a person, a developer and an administrator. */
export interface SharedServer {
  readonly url: string;
  readonly person: SharedPerson;
  /** Owns the applications whose code is run. */
  readonly developer: SharedPerson;
  register(registration: Readonly<Record<string, unknown>>): Promise<RegisteredClient>;
  /** Registers an MCP server at an address, as `latchkey mcp protect` does. */
  protect(uri: string, scope: string): Promise<RegisteredClient>;
  stop(): Promise<void>;
}

/** Starts it over an empty SQLite database. */
export async function startSharedServer(): Promise<SharedServer> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-clients-"));
  const server = await startServer({ kind: "sqlite", file: join(folder, "test.db") });
  const token = await server.administratorToken();
  const create = async <T>(path: string, body: object, method = "POST"): Promise<T> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const createUser = async (username: string): Promise<SharedPerson> => {
    const user = { username, email: `${username}@example.com`, password: "correct horse battery" };
    const created = await create<{ user: { id: string } }>("/v1/users", user);
    return { ...user, id: created.user.id };
  };
  const person = await createUser("ada");
  const developer = await createUser("grace");
  await create(`/v1/users/${developer.id}`, { developer: true }, "PATCH");
  const register: SharedServer["register"] = async (registration) => {
    const made = await create<{ client: { id: string }; clientSecret?: string }>("/v1/clients", {
      client: { name: "Reading room", scopes: ["profile"], ...registration },
    });
    return { id: made.client.id, secret: made.clientSecret ?? "" };
  };
  return {
    url: server.url,
    person,
    developer,
    register,
    protect: async (uri, scope) => {
      const client = await register({ grantTypes: ["client_credentials"], scopes: [] });
      const resource = {
        uri,
        name: "Tools",
        scopes: [{ name: scope }],
        introspectors: [client.id],
      };
      await create("/v1/resources", { resource });
      return client;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
