// What an administrator sees of each kind of thing that came from another server.
import { beforeAll, expect, test } from "vitest";
import { type Domain } from "../../../src/create-domain.ts";
import type { OriginKind } from "../../../src/domain/origins.ts";
import {
  aClient,
  aGrant,
  aGroup,
  anAccessToken,
  aResource,
  aRefreshToken,
  aSession,
  id,
} from "../../store/samples.ts";
import { administered } from "./administered.ts";

const { kept, context, insert, build } = administered();
const SOURCE = "import:kinds";

let domain: Domain;

beforeAll(async () => {
  domain = await build();
});

/** The first page of a list. */
const FIRST = { pageSize: 0, pageToken: "" };

test("each kind has a name, a link and what tells it apart", async () => {
  const { store } = kept;
  const user = await insert({ username: "ada" });
  const client = aClient({ name: "Teapot" });
  const group = aGroup({ name: "Книжный клуб" });
  await store.clients.insert(client, undefined);
  await store.groups.insert(group);
  const key = anAccessToken({ clientId: client.id, userId: user.id, groupId: group.id });
  const refresh = aRefreshToken({ clientId: client.id, userId: user.id });
  const session = aSession({ userId: user.id, epoch: user.epoch, api: "kokids" });
  await store.tokens.insertAccess(key);
  await store.tokens.insertRefresh(refresh);
  await store.sessions.insert(session);
  const grant = await store.grants.agree(aGrant({ userId: user.id, clientId: client.id }));
  const [theirs, itself] = [
    { kind: "user", id: user.id, name: "ada" },
    { kind: "client", id: client.id, name: "Teapot" },
  ];
  const resource = aResource();
  await store.resources.insert(resource);
  const part = { sessionId: "s-1", clientId: client.id, userId: user.id, createdAt: 5 };
  await store.sessionClients.note(part);
  const MARKS: Partial<Record<OriginKind, string>> = {
    device: "gaid-1",
    session_client: client.id,
  };
  const cases: Readonly<Record<OriginKind, readonly [ref: string, about: unknown, text: string]>> =
    {
      user: [user.id, theirs, ""],
      client: [client.id, itself, ""],
      secret_pair: [client.id, itself, ""],
      partner_key: [client.id, itself, ""],
      group: [String(group.id), undefined, `Книжный клуб (${group.id})`],
      member: [`${group.id}/${user.id}`, theirs, String(group.id)],
      access_key: [key.hash, itself, String(group.id)],
      refresh_token: [refresh.hash, theirs, client.id],
      session_token: [session.tokenHash, theirs, "kokids"],
      device: [`${user.id}/0a`, theirs, "gaid-1"],
      consent: [grant.id, theirs, client.id],
      resource: [resource.id, undefined, resource.uri],
      session_client: [`s-1/digest`, theirs, client.id],
    };
  const kinds = Object.keys(cases) as OriginKind[];
  expect(kinds).toHaveLength(13);
  for (const kind of kinds) {
    const [ref, about, detail] = cases[kind];
    const origin = { kind, ref, source: SOURCE, at: 5, mark: MARKS[kind] ?? "" };
    await store.origins.insert([origin as never]);
    const { items, nextPageToken } = await domain.originQueries.list(
      context,
      { source: SOURCE, kind },
      FIRST,
    );
    expect([kind, items, nextPageToken]).toEqual([kind, [{ origin, about, detail }], ""]);
  }
  expect(await domain.originQueries.count(context, SOURCE)).toEqual(
    Object.fromEntries(kinds.map((kind) => [kind, 1])),
  );
});

test("what is gone has no name", async () => {
  const source = "learned:kokids";
  const gone: readonly OriginKind[] = ["user", "access_key", "session_token", "consent", "group"];
  const ref = id();
  for (const kind of gone)
    await kept.store.origins.insert([
      { kind, ref: kind === "group" ? "77" : ref, source, at: 5, mark: "" },
    ]);
  const of = async (kind: OriginKind) =>
    (await domain.originQueries.list(context, { source, kind }, FIRST)).items[0];
  expect(await of("user")).toMatchObject({ about: { kind: "user", id: ref, name: "" } });
  for (const kind of ["access_key", "session_token", "consent"] as const)
    expect(await of(kind)).toMatchObject({ about: undefined, detail: "" });
  expect(await of("group")).toMatchObject({ about: undefined, detail: "77" });
});
