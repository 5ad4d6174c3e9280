// Resources by RPC: what can be registered, by which callers, and what the audit trail says.
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { beforeAll, describe, expect, test } from "vitest";
import { JsonKind, ResourceService, TokenFormat } from "../../../gen/identity/v1/resource_pb.ts";
import { refusal } from "../../clients/refusal.ts";
import { useServer } from "../../use-server.ts";
import { clientToken, register } from "../flow.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const as = (token: string) =>
    createClient(
      ResourceService,
      createGrpcTransport({
        baseUrl: used.url,
        interceptors: [
          (next) => (request) => {
            request.header.set("authorization", `Bearer ${token}`);
            return next(request);
          },
        ],
      }),
    );
  let resources: ReturnType<typeof as>;
  beforeAll(async () => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["resources.read", "resources.write"],
    });
    resources = as(await clientToken(used.url, client));
  });
  const uri = "https://api.example/v1";
  const scope = { name: "orders:read", text: "see orders", textRu: "видеть заказы", textZh: "" };

  test("is registered, read, changed by a mask, listed and deleted", async () => {
    const introspector = await register(used.administrator);
    const { resource } = await resources.createResource({
      resource: { uri, name: "Shop", scopes: [scope], introspectors: [introspector.id] },
    });
    expect(resource).toMatchObject({
      uri,
      name: "Shop",
      tokenFormat: TokenFormat.OPAQUE,
      tokenLifetime: { seconds: 3600n },
      introspectors: [introspector.id],
    });
    expect(resource!.scopes[0]).toMatchObject(scope);
    const { id } = resource!;
    await resources.updateResource({
      resource: { id, name: "Orders", tokenFormat: TokenFormat.JWT },
    });
    await resources.updateResource({
      resource: { id, tokenLifetime: { seconds: 60n } },
      updateMask: { paths: ["introspectors", "token_lifetime"] },
    });
    const { resource: read } = await resources.getResource({ resourceId: id.toUpperCase() });
    expect(read).toMatchObject({
      name: "Orders",
      tokenFormat: TokenFormat.JWT,
      tokenLifetime: { seconds: 60n },
      introspectors: [],
    });
    expect(read!.scopes).toHaveLength(1);
    const { resources: all } = await resources.listResources({});
    expect(all.map((each) => each.uri)).toEqual([uri]);
    await resources.deleteResource({ resourceId: id });
    expect(await refusal(resources.deleteResource({ resourceId: id }))).toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
    });
    expect(await refusal(resources.getResource({ resourceId: id }))).toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
    });
    const facts = await Promise.all(
      (["create", "update", "delete"] as const).map(async (act) => {
        const type = `resource.${act}`;
        const [event] = await used.server.store.audit.list({ type }, { limit: 1 });
        return event?.details;
      }),
    );
    expect(facts).toEqual([
      { resource: uri, name: "Shop", scopes: "orders:read", token_format: "opaque" },
      {
        resource: uri,
        name: "Orders",
        scopes: "orders:read",
        token_format: "jwt",
        fields: "token_lifetime introspectors",
      },
      { resource: uri },
    ]);
  });

  test("has types of authorization details, which change as a whole", async () => {
    const type = {
      type: "payment",
      title: "pay",
      titleRu: "платить",
      titleZh: "",
      actions: ["initiate"],
      datatypes: [],
      privileges: ["payer"],
      hasIdentifier: true,
      members: [
        { name: "amount", kind: JsonKind.NUMBER, required: true },
        { name: "to", kind: JsonKind.OBJECT, required: false },
        { name: "urgent", kind: JsonKind.BOOLEAN, required: false },
        { name: "note", kind: JsonKind.STRING, required: false },
      ],
    };
    const { resource } = await resources.createResource({
      resource: {
        uri: "https://bank.example",
        name: "Bank",
        detailTypes: [type, { type: "plain" }],
      },
    });
    expect(resource!.detailTypes).toMatchObject([type, { type: "plain" }]);
    const { id } = resource!;
    await resources.updateResource({ resource: { id, name: "The bank" } });
    const { resource: kept } = await resources.getResource({ resourceId: id });
    expect(kept!.detailTypes).toHaveLength(2);
    const { resource: changed } = await resources.updateResource({
      resource: { id, detailTypes: [{ type: "plain" }] },
    });
    expect(changed!.detailTypes).toMatchObject([{ type: "plain" }]);
    const [event] = await used.server.store.audit.list({ type: "resource.update" }, { limit: 1 });
    expect(event?.details).toMatchObject({
      detail_types: "plain",
      fields: "detail_types",
    });
    await resources.updateResource({
      resource: { id },
      updateMask: { paths: ["detail_types"] },
    });
    const { resource: none } = await resources.getResource({ resourceId: id });
    expect(none!.detailTypes).toEqual([]);
    const long = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(100, "x"));
    const huge = Array.from({ length: 20 }, (_, index) => ({
      type: `type-${index}`,
      actions: long,
    }));
    const wrong = [
      [{ type: "twice" }, { type: "twice" }],
      [{ type: "no kind", members: [] }],
      [{ type: "a", members: [{ name: "type", kind: JsonKind.STRING }] }],
      [{ type: "a", members: [{ name: "x" }] }],
      [{ type: "a", title: "\u3164" }],
      huge,
    ];
    let count = 0;
    for (const detailTypes of wrong) {
      const answer = resources.updateResource({ resource: { id, detailTypes } });
      expect(await refusal(answer)).toMatchObject({ reason: "FIELD_INVALID" });
      count++;
    }
    expect(count).toBe(6);
  });

  test("with an equal URI is registered once", async () => {
    const name = "One";
    await resources.createResource({ resource: { uri: "https://mcp.example.com/mcp", name } });
    const equal = [
      "https://mcp.example.com/mcp/",
      "HTTPS://MCP.example.com/mcp",
      "https://mcp.example.com:443/mcp",
    ];
    let count = 0;
    for (const each of equal) {
      const answer = await refusal(resources.createResource({ resource: { uri: each, name } }));
      expect([each, answer]).toEqual([
        each,
        expect.objectContaining({ reason: "RESOURCE_EXISTS" }),
      ]);
      count++;
    }
    expect(count).toBe(3);
    const other = ["https://mcp.example.com/MCP", "http://mcp.example.com/mcp", "urn:mcp:one"];
    for (const each of other) await resources.createResource({ resource: { uri: each, name } });
  });

  test("is refused if it is malformed", async () => {
    const wrong = [
      { uri: "" },
      { uri: "/relative" },
      { uri: "https://api.example/#part" },
      { uri: "https://user@api.example/" },
      { uri: `https://api.example/${"a".repeat(500)}` },
      { uri: `${used.url.toUpperCase().replace("HTTP", "http")}/` },
      { name: "" },
      { name: "\u3164" },
      { name: "a\u202eb" },
      { scopes: [{ name: "profile" }] },
      { scopes: [{ name: "users.read" }] },
      { scopes: [{ name: "openid" }] },
      { scopes: [{ name: "two words" }] },
      { scopes: [{ name: "twice" }, { name: "twice" }] },
      { scopes: [{ name: "ok", text: "a\u202eb" }] },
      { tokenLifetime: { seconds: 59n } },
      { tokenLifetime: { seconds: 86_401n } },
      { introspectors: ["unknown"] },
      { machineClients: ["unknown"] },
      { introspectors: [(await register(used.administrator, { public: true })).id] },
    ];
    let count = 0;
    for (const each of wrong) {
      const resource = { uri: "https://wrong.example/", name: "Wrong", ...each };
      const answer = await refusal(resources.createResource({ resource }));
      expect([each, answer]).toEqual([each, expect.objectContaining({ reason: "FIELD_INVALID" })]);
      count++;
    }
    expect(count).toBe(wrong.length);
  });

  test("is changed by all of several callers, one after the other", async () => {
    const { resource } = await resources.createResource({
      resource: { uri: "https://raced.example", name: "Raced" },
    });
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all([
      ...names.map((name) => resources.updateResource({ resource: { id: resource!.id, name } })),
      resources.updateResource({ resource: { id: resource!.id, scopes: [scope] } }),
    ]);
    const { resource: after } = await resources.getResource({ resourceId: resource!.id });
    expect(names).toContain(after!.name);
    expect(after!.scopes.map((each) => each.name)).toEqual([scope.name]);
  });
});
