// What plain HTTP costs before anything is done: the transcoder alone, between bare node:http and
// Connect's own JSON path.
import { startServer } from "../contenders/floors.ts";
import { JSON_TYPE } from "../contenders/contender.ts";
import type { Request } from "../measure/connection.ts";
import type { Exercise } from "../measure/load.ts";
import { type Figures, measure } from "../measure/rounds.ts";
import type { Stage } from "./stage.ts";

const JSON_BODY =
  '{"AccID":"0123456789","Email":"somebody@example.org","Password":"correct horse"}';
const FORM_BODY = "AccID=0123456789&Email=somebody%40example.org&Password=correct+horse";

const login = (path: string): Request => ({
  method: "POST",
  path,
  headers: JSON_TYPE,
  body: JSON_BODY,
});

/** What is measured: the server, and the request that it gets. */
const SUBJECTS: Readonly<Record<string, { readonly server: string; readonly request: Request }>> = {
  "node:http, JSON": { server: "http", request: login("/user/login") },
  "transcoder, JSON": { server: "transcoder", request: login("/user/login") },
  "transcoder, form": {
    server: "transcoder",
    request: {
      method: "POST",
      path: "/user/login",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: FORM_BODY,
    },
  },
  "transcoder, path": {
    server: "transcoder",
    request: { path: "/v1/users/01234567-89ab-7cde-8f01-23456789abcd" },
  },
  "connect-node, JSON": {
    server: "connect",
    request: login("/legacy.kokids.v1.KokidsService/Login"),
  },
};

/** So little is done in each call that many are needed. */
const MORE = 10;

/** Measures each in a process of its own. */
export async function measureTransport({ options, say }: Stage): Promise<Figures[]> {
  say("plain HTTP");
  const names = [...new Set(Object.values(SUBJECTS).map(({ server }) => server))];
  const servers = new Map(
    await Promise.all(names.map(async (name) => [name, await startServer(name)] as const)),
  );
  const subjects = Object.entries(SUBJECTS).map(([name, { server, request }]) => {
    const { url, process } = servers.get(server)!;
    const exercise: Exercise = {
      protocol: "http1",
      url,
      request: () => request,
      accepts: ({ status, body }) => status === 200 && body.length > 40,
    };
    return { name, exercise, usage: process.usage };
  });
  const figures = await measure(subjects, { ...options, requests: options.requests * MORE });
  for (const { process } of servers.values()) await process.stop();
  return figures;
}
