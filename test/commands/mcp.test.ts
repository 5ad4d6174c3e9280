// `latchkey mcp protect`, `list` and `remove`: what they print works as it is pasted.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newFolder } from "../mariadb-server.ts";
import { post } from "../oauth/flow.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";

const SDK = join(import.meta.dirname, "../../sdk/src/mcp.ts");
const URL = "https://mcp.example.com/mcp";

/** The parts of the instructions, by the first word of their titles. */
const partsOf = (stdout: string): ReadonlyMap<string, string> =>
  new Map(
    stdout.split(/^# /m).flatMap((part) => {
      const [title = "", ...lines] = part.trim().split("\n");
      return title === "" ? [] : [[title.split(/[ :]/)[0]!, lines.join("\n")] as const];
    }),
  );

describe.each(["sqlite", "mysql"] as const)("mcp on %s", (engine) => {
  let installation: Installation;
  let server: Latchkey;
  let folder: string;
  beforeAll(async () => {
    folder = await newFolder();
    installation = await install(engine);
    server = await installation.start({ LOG_LEVEL: "silent" });
  });
  afterAll(async () => {
    await server.stop();
    await installation.remove();
    await rm(folder, { recursive: true });
  });
  const latchkey = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runWarm(["mcp", ...words], { ...installation.environment, PUBLIC_URL: server.url, ...more });

  test("protect prints what is pasted, and runs again without a second resource", async () => {
    const words = ["protect", URL, "--scope", "mcp:tools=use tools", "--name", "Tools"];
    const { code, stdout, stderr } = await latchkey(words);
    expect([code, stderr]).toEqual([0, ""]);
    const parts = partsOf(stdout);
    expect([...parts.keys()]).toEqual([
      "The",
      "https",
      "Express",
      "Hono",
      "fetch",
      "Users",
      "Clients",
    ]);
    const [id, secret] = parts
      .get("The")!
      .split("\n")
      .map((line) => line.slice(line.indexOf("=") + 1));
    expect(stdout).toContain("# https://mcp.example.com/.well-known/oauth-protected-resource/mcp ");
    expect(JSON.parse(parts.get("https")!)).toEqual({
      resource: URL,
      authorization_servers: [server.url],
      scopes_supported: ["mcp:tools"],
      bearer_methods_supported: ["header"],
    });
    expect(parts.get("Users")).toBe(`claude mcp add --transport http mcp-example-com ${URL}`);
    expect(parts.get("Clients")).toContain("describe themselves");
    for (const name of ["Express", "Hono", "fetch"])
      expect(parts.get(name)!.split("\n").length, name).toBeLessThanOrEqual(12);

    // The client of the MCP server introspects, and can do nothing else.
    const introspector = { id: id!, secret: secret! };
    const form = { token: "lka_unknown" };
    expect((await post(server.url, "introspect", form, introspector)).json).toEqual({
      active: false,
    });

    // The lines for fetch and for Hono, run as they are.
    process.env["LATCHKEY_CLIENT_ID"] = id;
    process.env["LATCHKEY_CLIENT_SECRET"] = secret;
    const file = async (name: string, code: string): Promise<Record<string, unknown>> => {
      const path = join(folder, name);
      await writeFile(path, code.replace('"@latchkey/sdk/mcp"', JSON.stringify(SDK)));
      return (await import(path)) as Record<string, unknown>;
    };
    const { default: worker } = (await file("worker.mjs", parts.get("fetch")!)) as {
      default: { fetch(request: Request): Promise<Response> };
    };
    const hono = parts.get("Hono")!.replace('"hono"', JSON.stringify(import.meta.resolve("hono")));
    const { app } = (await file("hono.mjs", `${hono}\nexport { app };`)) as {
      app: { fetch(request: Request): Promise<Response> };
    };
    for (const site of [worker, app]) {
      const unknown = new Request(URL, { headers: { authorization: "Bearer lka_unknown" } });
      expect((await site.fetch(new Request(URL))).status).toBe(401);
      expect((await site.fetch(unknown)).headers.get("www-authenticate")).toContain(
        'error="invalid_token", scope="mcp:tools", resource_metadata="https://mcp.example.com/',
      );
    }

    const again = await latchkey(["protect", `${URL}/`, "--scope", "mcp:write"]);
    expect(again.stdout).toContain('scopes: ["mcp:tools","mcp:write"]');
    expect(again.stdout).toContain(`latchkey client rotate ${id}`);
    const { stdout: listed } = await latchkey(["list", "--json"]);
    expect(
      listed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      {
        resource_id: expect.any(String),
        url: URL,
        name: "Tools",
        scopes: ["mcp:tools", "mcp:write"],
        client_id: id,
      },
    ]);
  });

  test("protect says what is missing where clients can't describe themselves", async () => {
    const { stdout } = await latchkey(["protect", "https://other.example/"], {
      CLIENT_ID_METADATA_DOCUMENTS: "off",
    });
    expect(partsOf(stdout).get("Clients")).toContain("latchkey client create --public");
  });

  test("remove ends what protect has made, and nothing else", async () => {
    const url = "https://third.example/mcp";
    const { stdout } = await latchkey(["protect", url, "--json"]);
    const made = JSON.parse(stdout) as { client_id: string; client_secret: string };
    const removed = await latchkey(["remove", url]);
    expect([removed.code, removed.stdout]).toEqual([
      0,
      `${url} is no longer protected, and its tokens have ended.\n`,
    ]);
    const client = { id: made.client_id, secret: made.client_secret };
    expect((await post(server.url, "introspect", { token: "x" }, client)).status).toBe(401);
    expect((await latchkey(["remove", url])).code).toBe(1);
    // A resource that `resource add` has made is not one of these.
    await runWarm(["resource", "add", url], installation.environment);
    expect((await latchkey(["remove", url])).code).toBe(1);
    expect((await latchkey(["list"])).stdout).not.toContain("third.example");
  });

  test.each(["mcp.example.com", "ftp://mcp.example.com/", "https://x/#a"])(
    "protect refuses %s",
    async (url) => {
      expect((await latchkey(["protect", url])).code).not.toBe(0);
    },
  );
});
