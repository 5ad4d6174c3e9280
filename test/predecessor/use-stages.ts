// A Latchkey that takes over from a predecessor, in this process, with the predecessor beside it.
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import type { Stage, StageSetting } from "../../src/domain/predecessor/stage.ts";
import { call } from "../legacy/call.ts";
import { stores } from "../mariadb.ts";
import { type DocumentedBody, type Received, undocumented } from "../predecessors/documents.ts";
import type { ApiName } from "../predecessors/people.ts";
import { type Predecessor, startPredecessor } from "../predecessors/start.ts";
import { startServer, type TestServer } from "../server.ts";

type Fields = Readonly<Record<string, string>>;

/** A documented answer, or what is wrong with it. */
export interface Documented extends Received {
  readonly json: DocumentedBody;
  readonly wrong: string | undefined;
}

/** Sets a stage as the command does, and waits until the process follows. */
export async function setStage(
  { stages }: TestServer["store"],
  api: ApiName,
  stage: Stage,
  given: Partial<StageSetting> = {},
): Promise<void> {
  const before = (await stages.list()).find((each) => each.api === api)?.stage ?? "own";
  const changedAt = systemClock.now();
  await stages.save({ api, stage, before, percent: 100, only: [], changedAt, ...given });
  await nextRead(stages);
}

/** Waits until the server, which has the same store, has read its settings once more. */
async function nextRead(stages: TestServer["store"]["stages"]): Promise<void> {
  const list = stages.list.bind(stages);
  await new Promise<void>((resolve) => {
    const listed: typeof list = async () => {
      const all = await list();
      // The server takes them as soon as this has returned.
      setImmediate(resolve);
      return all;
    };
    Object.assign(stages, { list: listed });
  });
  Object.assign(stages, { list });
}

/** Starts both for a `describe`. */
export function useStages(
  api: ApiName,
  engine: "sqlite" | "mysql",
  environment: Readonly<Record<string, string>> = {},
) {
  let predecessor: Predecessor | undefined;
  let server: TestServer | undefined;
  let remove: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    predecessor = await startPredecessor({ api, users: 40, active: 20 });
    const database = await stores.find((store) => store.engine === engine)!.empty();
    remove = () => database.remove();
    server = await startServer(database.options, {
      [`${api.toUpperCase()}_PREDECESSOR`]: predecessor.url,
      [`${api.toUpperCase()}_PREDECESSOR_TIMEOUT_MS`]: "1500",
      ...environment,
    });
  });
  afterAll(async () => {
    await server?.stop();
    await predecessor?.stop();
    await remove?.();
  });
  const found = () => server!;
  return {
    get url() {
      return found().url;
    },
    get store() {
      return found().store;
    },
    /** Access to everything, by client_credentials. */
    administratorToken: () => found().administratorToken(),
    get log() {
      return found().log;
    },
    get predecessor() {
      return predecessor!;
    },
    stage: (stage: Stage, given: Partial<StageSetting> = {}) =>
      setStage(found().store, api, stage, given),
    /** Calls Latchkey. */
    async send(
      route: string,
      fields?: Fields,
      headers: Fields = {},
      query = "",
    ): Promise<Documented> {
      const [method, path] = route.split(" ") as [string, string];
      const answered = await call(`${found().url}${path}${query}`, method, fields, headers);
      const received = { ...answered, headers: Object.fromEntries(answered.headers) };
      const json = JSON.parse(answered.text) as DocumentedBody;
      return { ...received, json, wrong: undocumented(route, received) };
    },
  };
}
