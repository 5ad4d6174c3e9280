// The transcripts of one folder as tests: each on a server of its own, over a store of either
// engine.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import { stores } from "../mariadb.ts";
import { documentsOf, expectDeclared } from "./declared.ts";
import { startServer, type TestServer } from "../server.ts";
import { parseTranscript, type Entry, type Transcript } from "./parse.ts";
import { Player } from "./player.ts";

/** Declares a test for every entry of every transcript in the folder `name`. */
export function testTranscripts(name: string): void {
  const folder = join(import.meta.dirname, name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".http"));
  describe.each(files)("%s", (file) => {
    const transcript = parseTranscript(readFileSync(join(folder, file)));
    describe.each(stores)("on $engine", ({ empty }) => testTranscript(transcript, empty));
  });
}

function testTranscript(
  { settings, variables, entries }: Transcript,
  empty: (typeof stores)[number]["empty"],
): void {
  // Time stands still unless a transcript moves it, so that even `retry-after` is the same in every
  // run.
  let now = Date.now();
  let server: TestServer;
  let player: Player;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const database = await empty();
    remove = database.remove;
    server = await startServer(database.options, settings, { ...systemClock, now: () => now });
    const { clientId: admin_id, clientSecret: admin_secret } = server.administrator;
    const documents = await documentsOf(server.url, settings);
    player = new Player(
      server.url,
      { ...variables, admin_id, admin_secret, admin: await server.administratorToken() },
      (sent, received) => expectDeclared(documents, sent, received),
    );
  });
  afterAll(async () => {
    await server.stop();
    await remove();
  });

  test.each(entries)("$title", async (entry: Entry) => {
    now += entry.after;
    if (entry.closesStore) await server.store.close();
    await player.play(entry);
  });
}
