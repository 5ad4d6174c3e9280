// What no identity server can be cheaper than: servers that do one thing and keep nothing. They
// stand in the tables for scale.
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { GetUserRequestSchema } from "../../gen/identity/v1/user_pb.ts";
import type { Exercise } from "../measure/load.ts";
import { type MeasuredProcess, type Program, startProcess } from "../measure/process.ts";
import { USER } from "../servers/announce.ts";
import { type Contender, JSON_TYPE, PASSWORD, type Row } from "./contender.ts";

export const serverProgram = (name: string, words: readonly string[] = []): Program => ({
  file: join(import.meta.dirname, `../servers/${name}.ts`),
  arguments: words,
  ready: /ready (\{.*\})\n/,
});

/** Starts one of bench/servers. */
export async function startServer(
  name: string,
  words: readonly string[] = [],
): Promise<{ url: string; process: MeasuredProcess }> {
  const process = await startProcess(serverProgram(name, words));
  return { url: (JSON.parse(process.said) as { url: string }).url, process };
}

const shows = ({ status, body }: { status: number; body: Buffer }): boolean =>
  status === 200 && body.includes(USER.user.email);

const hashing = (url: string, path: string, right: string): Exercise => ({
  protocol: "http1",
  url,
  request: () => ({ method: "POST", path, body: PASSWORD }),
  accepts: ({ status, body }) => status === 200 && body.toString().startsWith(right),
});

/** The floor of each row that has one. */
export async function startFloors(): Promise<Contender[]> {
  const floor = async (
    name: string,
    server: string,
    exercises: (url: string) => Partial<Record<Row, Exercise>>,
  ): Promise<Contender> => {
    const { url, process } = await startServer(server);
    return { name, process, exercises: exercises(url) };
  };
  const [id, path] = [USER.user.id, "/identity.v1.UserService/GetUser"];
  return Promise.all([
    floor("raw argon2", "argon2", (url) => ({
      signIn: hashing(url, "/verify", "true"),
      kokidsLogin: hashing(url, "/verify", "true"),
      register: hashing(url, "/hash", "$argon2id$"),
    })),
    floor("bare grpc-js", "grpc-js", (url) => ({
      getByGrpc: {
        protocol: "grpc",
        url,
        request: () => ({
          path,
          body: toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: id })),
        }),
        accepts: shows,
      },
    })),
    floor("bare Connect handler", "connect", (url) => ({
      getByConnect: {
        protocol: "http1",
        url,
        request: () => ({
          method: "POST",
          path,
          headers: JSON_TYPE,
          body: JSON.stringify({ userId: id }),
        }),
        accepts: shows,
      },
    })),
    floor("bare node:http", "http", (url) => ({
      getByRest: {
        protocol: "http1",
        url,
        request: () => ({ path: `/v1/users/${id}` }),
        accepts: shows,
      },
    })),
  ]);
}
