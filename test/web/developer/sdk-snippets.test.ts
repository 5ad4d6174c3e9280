// The code of the SDK for applications without a browser, run as it is on the page.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { ApplicationType } from "../../../gen/identity/v1/client_settings_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { readDeveloperPage } from "../../foreign/developer-page.ts";
import { Visitor } from "../../foreign/visitor.ts";
import { useServer } from "../../use-server.ts";

const used = useServer();
const SDK = pathToFileURL(resolve(import.meta.dirname, "../../../sdk/src/index.ts")).href;
type Given = Parameters<typeof used.administrator.oauth.createClient>[0]["client"];

/** Registers an application, and returns its code with its secret. */
async function codeFor(client: Given) {
  const developer = await used.signUp();
  const { oauth, users } = used.administrator;
  await users.updateUser({ user: { id: developer.id, developer: true } });
  const made = await oauth.createClient({
    client: { name: "Reading room", ownerId: developer.id, ...client },
  });
  const code = await readDeveloperPage(used.url, developer, made.client!.id);
  return { code, id: made.client!.id, secret: made.clientSecret };
}

/** Runs the code with what a developer fills in; answers what it exports. */
async function run(code: string, secret: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-snippet-"));
  const file = join(folder, "app.ts");
  try {
    const filled = code.replace("@latchkey/sdk", SDK).replace("YOUR_CLIENT_SECRET", secret);
    await writeFile(file, filled);
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a device prints where to go, and then its user", async () => {
  const user = await used.signUp();
  const { code } = await codeFor({
    type: ClientType.PUBLIC,
    grantTypes: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    scopes: ["profile"],
    settings: { applicationType: ApplicationType.DEVICE },
  });
  expect(Object.keys(code)).toEqual(["sdk-device", "user", "grpc"]);
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const running = run(code["sdk-device"]!, "");
    await expect.poll(() => printed.mock.calls.length).toBe(1);
    const [, address, userCode] = /^Open (\S+) and type (\S+)$/.exec(
      String(printed.mock.calls[0]![0]),
    )!;
    await new Visitor(used.url, user).open(`${address}?user_code=${userCode}`);
    await running;
    expect(printed.mock.lastCall![0]).toMatchObject({ id: user.id, username: user.username });
  } finally {
    printed.mockRestore();
  }
});

test("a machine gets tokens of its own", async () => {
  const { code, id, secret } = await codeFor({
    grantTypes: ["client_credentials"],
    scopes: [],
    settings: { applicationType: ApplicationType.MACHINE },
  });
  const ofSdk = ["sdk-machine", "introspect", "client-credentials"];
  expect(
    Object.keys(code).filter((name) => !name.includes("-machine") || name === ofSdk[0]),
  ).toEqual(ofSdk);
  const { newHeaders } = await run(code["sdk-machine"]!, secret);
  const { authorization } = await (newHeaders as () => Promise<{ authorization: string }>)();
  const introspected = await fetch(`${used.url}/oauth2/introspect`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ token: authorization.slice("Bearer ".length) }),
  });
  expect(await introspected.json()).toMatchObject({ active: true, client_id: id });
});
