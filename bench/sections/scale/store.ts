// One store with large tables, and the exercises among their rows.
import { randomInt } from "node:crypto";
import { JSON_TYPE, PASSWORD, postJson } from "../../contenders/contender.ts";
import { administratorAccess, latchkeyProgram, type Place } from "../../contenders/latchkey.ts";
import type { DatabaseUsage } from "../../measure/database.ts";
import type { Answer, Request } from "../../measure/connection.ts";
import type { Exercise } from "../../measure/load.ts";
import { type MeasuredProcess, startProcess } from "../../measure/process.ts";
import type { Subject } from "../../measure/rounds.ts";
import { type Rows, tokenAt, userAt } from "./rows.ts";

/** What is done among many rows, in the order of the document. */
export const TASKS = {
  byId: "GET user by id",
  byEmail: "GET user by e-mail address",
  signIn: "Sign-in",
  introspect: "Introspection",
} as const;

export type Task = keyof typeof TASKS;

/** A store that can be filled; its database is empty. */
export interface EmptyStore {
  readonly name: "SQLite" | "MariaDB";
  readonly place: Place;
  /** Inserts the rows, while no Latchkey runs. */
  fill(rows: Rows): Promise<void>;
  bytes(): Promise<number>;
  remove(): Promise<void>;
  readonly databaseUsage?: () => Promise<DatabaseUsage>;
}

/** A client that may introspect its tokens. */
export interface Client {
  readonly id: string;
  readonly authorization: string;
}

/** Makes the schema and a client, and ends. */
export async function prepareStore({ place }: EmptyStore): Promise<Client> {
  const process = await startProcess(latchkeyProgram(place));
  const access = await administratorAccess(place, process.said);
  const asked = {
    name: "Bench",
    type: "CLIENT_TYPE_CONFIDENTIAL",
    scopes: ["profile"],
    grantTypes: ["client_credentials"],
  };
  const response = await postJson(`${process.said}/v1/clients`, { client: asked }, access);
  const { client, clientSecret } = (await response.json()) as {
    client: { id: string };
    clientSecret: string;
  };
  await process.stop();
  const credentials = Buffer.from(`${client.id}:${clientSecret}`).toString("base64");
  return { id: client.id, authorization: `Basic ${credentials}` };
}

/** Starts Latchkey on a store that is filled; answers what can be measured there. */
export async function startOn(
  { place, databaseUsage }: EmptyStore,
  rows: Rows,
  client: Client,
): Promise<{ process: MeasuredProcess; subject(task: Task): Subject }> {
  const process = await startProcess(latchkeyProgram(place));
  const headers = await administratorAccess(place, process.said);
  const requests = requestsOf(rows, client, headers);
  return {
    process,
    subject: (task) => {
      // What each lane has asked for, which its response must show.
      const expected: string[] = [];
      const exercise: Exercise = {
        protocol: "http1",
        url: process.said,
        request: (_index, lane) => {
          const { request, shows } = requests[task]();
          expected[lane] = shows;
          return request;
        },
        accepts: ({ status, body }: Answer, lane) =>
          status === 200 && body.includes(expected[lane]!),
      };
      return { name: task, exercise, usage: process.usage, databaseUsage };
    },
  };
}

type Asked = () => { readonly request: Request; readonly shows: string };

function requestsOf(
  rows: Rows,
  client: Client,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<Task, Asked>> {
  const anyUser = () => userAt(randomInt(rows.users));
  return {
    byId: () => {
      const { id, email } = anyUser();
      return { request: { path: `/v1/users/${id}`, headers }, shows: email };
    },
    byEmail: () => {
      const { id, email } = anyUser();
      const path = `/v1/users?email=${encodeURIComponent(email)}`;
      return { request: { path, headers }, shows: id };
    },
    signIn: () => {
      const { id, email } = anyUser();
      const body = JSON.stringify({ email, password: PASSWORD });
      return {
        request: { method: "POST", path: "/v1/sessions", headers: JSON_TYPE, body },
        shows: id,
      };
    },
    introspect: () => ({
      request: {
        method: "POST",
        path: "/oauth2/introspect",
        headers: {
          authorization: client.authorization,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ token: tokenAt(randomInt(rows.tokens)) }).toString(),
      },
      shows: '"active":true',
    }),
  };
}
